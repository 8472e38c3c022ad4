#include "poller_support.hpp"

#include "posix/native.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

namespace caesura::testing {

namespace {

std::atomic<int> interruptions = 0;
struct sigaction action_before;

void make_non_blocking(const Descriptor& descriptor) {
    REQUIRE(::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK) == 0);
}

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

sockaddr* any(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

/// A socket bound to a port of the system's choice, which is left in `address`.
Descriptor bound(sockaddr_in& address) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    REQUIRE(socket.get() >= 0);
    socklen_t length = sizeof address;
    REQUIRE(::bind(socket.get(), any(address), length) == 0);
    REQUIRE(::getsockname(socket.get(), any(address), &length) == 0);
    return socket;
}

} // namespace

Ends connected_ends() {
    std::array<int, 2> numbers{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, numbers.data()) == 0);
    Ends ends{Descriptor(numbers[0]), Descriptor(numbers[1])};
    make_non_blocking(ends.here);
    make_non_blocking(ends.there);
    return ends;
}

Ends connected_by_tcp() {
    sockaddr_in address = loopback();
    const Descriptor listener = bound(address);
    REQUIRE(::listen(listener.get(), 1) == 0);
    Ends ends;
    ends.here = Descriptor(::socket(AF_INET, SOCK_STREAM, 0));
    REQUIRE(::connect(ends.here.get(), any(address), sizeof address) == 0);
    ends.there = Descriptor(::accept(listener.get(), nullptr, nullptr));
    REQUIRE(ends.there.get() >= 0);
    make_non_blocking(ends.here);
    make_non_blocking(ends.there);
    return ends;
}

Descriptor duplicate(const Descriptor& original, int number) {
    Descriptor copy(::fcntl(original.get(), F_DUPFD_CLOEXEC, number));
    REQUIRE(copy.get() == number);
    return copy;
}

bool may_have(int number) {
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const auto needed = static_cast<rlim_t>(number) + 1;
    if (limit.rlim_max < needed) {
        MESSAGE("not tested: this process may not have descriptor ", number);
        return false;
    }
    limit.rlim_cur = std::max(limit.rlim_cur, needed);
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

Socket socket_of(const Descriptor& descriptor) {
    return static_cast<Socket>(descriptor.get());
}

WatchId watch(WatchTable& table, const Descriptor& descriptor, Interest interest) {
    const auto id = table.add(socket_of(descriptor), interest);
    REQUIRE(id.has_value());
    return *id;
}

void say(const Descriptor& descriptor, const char* text) {
    const std::size_t length = std::strlen(text);
    REQUIRE(::send(descriptor.get(), text, length, 0) == static_cast<ssize_t>(length));
}

std::size_t fill(const Descriptor& descriptor) {
    const std::vector<char> chunk(65536);
    std::size_t total = 0;
    for (;;) {
        const ssize_t sent = ::send(descriptor.get(), chunk.data(), chunk.size(), 0);
        if (sent < 0) {
            REQUIRE((errno == EAGAIN || errno == EWOULDBLOCK));
            return total;
        }
        total += static_cast<std::size_t>(sent);
    }
}

void drain(const Descriptor& descriptor, std::size_t count) {
    std::vector<char> room(65536);
    while (count > 0) {
        pollfd readable{descriptor.get(), POLLIN, 0};
        REQUIRE(::poll(&readable, 1, 60'000) == 1);
        const ssize_t got = ::recv(descriptor.get(), room.data(), std::min(count, room.size()), 0);
        REQUIRE(got > 0);
        count -= static_cast<std::size_t>(got);
    }
}

Interruptions::Interruptions() {
    interruptions = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { ++interruptions; };
    REQUIRE(::sigaction(SIGALRM, &action, &action_before) == 0);
    const timeval period{0, 5000};
    const itimerval timer{period, period};
    REQUIRE(::setitimer(ITIMER_REAL, &timer, nullptr) == 0);
}

Interruptions::~Interruptions() {
    const itimerval off{};
    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::sigaction(SIGALRM, &action_before, nullptr);
}

int Interruptions::count() const {
    return interruptions;
}

void check_refused_connect(Poller& poller) {
    sockaddr_in deserted = loopback();
    const Descriptor nobody_listens = bound(deserted);
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    make_non_blocking(socket);
    const int begun = ::connect(socket.get(), any(deserted), sizeof deserted);
    REQUIRE((begun == -1 && (errno == EINPROGRESS || errno == ECONNREFUSED)));
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::connect);
    const std::vector<Ready> ready = look(poller, table, long_time);
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].watch == id);
    CHECK(ready[0].writable);
    CHECK_FALSE(ready[0].readable);
}

void check_interruption(Poller& poller) {
    const Ends ends = connected_ends();
    WatchTable table;
    watch(table, ends.here, Interest::read);
    const Duration start = native::now();
    const Interruptions interruptions_here;
    CHECK(look(poller, table, long_time).empty());
    CHECK(look(poller, table, forever).empty());
    CHECK(look(poller, WatchTable{}, forever).empty());
    CHECK(interruptions_here.count() > 0);
    CHECK(native::now() - start < long_time);
}

void check_change_of_table(Poller& poller) {
    const Ends ends = connected_ends();
    const Ends others = connected_ends();
    WatchTable first;
    WatchTable second;
    const WatchId early = watch(first, ends.here, Interest::write);
    first.set_tier(early, Tier::cold);
    const std::vector<WatchId> in_first = {early, watch(first, others.here, Interest::write)};
    const std::vector<WatchId> in_second = {watch(second, ends.here, Interest::write)};
    const WatchTable nobody;
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(told(look(poller, first), in_first) == std::vector<std::string>{"w", "w"});
        CHECK(look(poller, nobody).empty());
        CHECK(told(look(poller, second), in_second) == std::vector<std::string>{"w"});
        CHECK(look(poller, second).size() == 1);
    }
}

} // namespace caesura::testing
