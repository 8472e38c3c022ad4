#include "posix/call_faults.hpp"

#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace caesura::testing {

namespace {

struct Plan {
    Call call = Call::accept;
    int code = 0;
    int times = 0;
    CallFault::Mode mode = CallFault::Mode::instead;
    int struck = 0;
};

thread_local Plan plan;

thread_local SendWatch::Mode send_mode = SendWatch::Mode::let_through;
thread_local int send_flags = 0;
thread_local std::size_t send_offered = 0;

// The library's own function of that name: the next after ours.
template <class Function>
Function real(Function, const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// Lets the plan strike, or makes the call.
template <class Make>
auto made(Call call, Make make) -> decltype(make()) {
    if (plan.call != call || plan.struck == plan.times) {
        return make();
    }
    ++plan.struck;
    if (plan.mode == CallFault::Mode::afterwards) {
        make();
    }
    errno = plan.code;
    return -1;
}

} // namespace

CallFault::CallFault(Call call, int code, int times, Mode mode) {
    plan = {call, code, times, mode, 0};
}

CallFault::~CallFault() {
    plan = {};
}

int CallFault::struck() const {
    return plan.struck;
}

SendWatch::SendWatch(Mode mode) {
    send_mode = mode;
    send_flags = 0;
    send_offered = 0;
}

SendWatch::~SendWatch() {
    send_mode = Mode::let_through;
}

int SendWatch::flags() const {
    return send_flags;
}

std::size_t SendWatch::offered() const {
    return send_offered;
}

} // namespace caesura::testing

using caesura::testing::Call;
using caesura::testing::made;
using caesura::testing::real;
using caesura::testing::SendWatch;

#ifndef __THROW // how glibc declares what is no cancellation point
#define __THROW
#endif

extern "C" {

#ifdef SOCK_NONBLOCK
int accept4(int listener, sockaddr* address, socklen_t* length, int flags) {
    static const auto call = real(&accept4, "accept4");
    return made(Call::accept, [=] { return call(listener, address, length, flags); });
}
#else
int accept(int listener, sockaddr* address, socklen_t* length) {
    static const auto call = real(&accept, "accept");
    return made(Call::accept, [=] { return call(listener, address, length); });
}
#endif

int connect(int handle, const sockaddr* address, socklen_t length) {
    static const auto call = real(&connect, "connect");
    return made(Call::connect, [=] { return call(handle, address, length); });
}

ssize_t recv(int handle, void* room, size_t length, int flags) {
    static const auto call = real(&recv, "recv");
    return made(Call::receive, [=] { return call(handle, room, length, flags); });
}

ssize_t send(int handle, const void* bytes, size_t length, int flags) {
    static const auto call = real(&send, "send");
    return made(Call::send, [=] { return call(handle, bytes, length, flags); });
}

ssize_t sendmsg(int handle, const msghdr* message, int flags) {
    static const auto call = real(&sendmsg, "sendmsg");
    caesura::testing::send_flags = flags;
    caesura::testing::send_offered = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(message->msg_iovlen); ++i) {
        caesura::testing::send_offered += message->msg_iov[i].iov_len;
    }
    if (caesura::testing::send_mode == SendWatch::Mode::take_nothing) {
        return 0;
    }
    return made(Call::send, [=] { return call(handle, message, flags); });
}

int close(int handle) {
    static const auto call = real(&close, "close");
    return made(Call::close, [=] { return call(handle); });
}

int socket(int family, int type, int protocol) __THROW {
    static const auto call = real(&socket, "socket");
    return made(Call::socket, [=] { return call(family, type, protocol); });
}

int setsockopt(int handle, int level, int name, const void* value, socklen_t length) __THROW {
    static const auto call = real(&setsockopt, "setsockopt");
    return made(Call::set_option, [=] { return call(handle, level, name, value, length); });
}

int getsockopt(int handle, int level, int name, void* value, socklen_t* length) __THROW {
    static const auto call = real(&getsockopt, "getsockopt");
    return made(Call::get_option, [=] { return call(handle, level, name, value, length); });
}

} // extern "C"
