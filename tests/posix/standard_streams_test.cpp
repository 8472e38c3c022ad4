#include "posix/descriptor_modes.hpp"
#include "posix/programs/sanitized.hpp"
#include "support/tcp.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

Sockets& sockets() {
    return this_system().sockets();
}

Result<std::size_t> send_text(Socket socket, std::string_view text) {
    const Slice slice = as_slice(text);
    return sockets().send(socket, std::span(&slice, 1), Follows::unknown);
}

// The three standard streams are closed while this exists. Nothing may be printed meanwhile.
class NoStandardStreams {
public:
    NoStandardStreams() {
        std::fflush(nullptr);
        for (int stream = 0; stream < 3; ++stream) {
            saved_[stream] = ::fcntl(stream, F_DUPFD_CLOEXEC, 3);
            ::close(stream);
        }
    }
    ~NoStandardStreams() {
        for (int stream = 0; stream < 3; ++stream) {
            ::dup2(saved_[stream], stream);
            ::close(saved_[stream]);
        }
    }

private:
    int saved_[3];
};

// All numbers from 3 on are taken while this exists, but one that can be set free.
class NoOtherDescriptors {
public:
    explicit NoOtherDescriptors(Socket any) {
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        rlimit low = before_;
        low.rlim_cur = std::min<rlim_t>(low.rlim_cur, 1000);
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
        int copy = 0;
        while ((copy = ::fcntl(number(any), F_DUPFD_CLOEXEC, 3)) >= 0) {
            taken_.push_back(copy);
        }
        REQUIRE(!taken_.empty());
    }
    ~NoOtherDescriptors() {
        while (!taken_.empty()) {
            set_one_free();
        }
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }

    void set_one_free() {
        ::close(taken_.back());
        taken_.pop_back();
    }

private:
    rlimit before_{};
    std::vector<int> taken_;
};

} // namespace

TEST_CASE("no socket gets the number of a standard stream that is closed") {
    const SocketOwner listener = listen_on_loopback();
    const SocketOwner client = connect_to(listener.get());
    await(listener.get(), Interest::read);

    Result<SocketOwner> opened = Failure{Error::unexpected};
    Result<SocketPair> pair = Failure{Error::unexpected};
    Result<Accepted> accepted = Failure{Error::unexpected};
    std::array<bool, 3> in_use{};
    {
        const NoStandardStreams closed;
        accepted = sockets().accept(listener.get());
        pair = sockets().pair();
        opened = sockets().open(Family::ipv4);
        for (int stream = 0; stream < 3; ++stream) {
            in_use[static_cast<std::size_t>(stream)] = ::fcntl(stream, F_GETFD) != -1;
        }
    }
    REQUIRE(opened);
    REQUIRE(pair);
    REQUIRE(accepted);
    for (const Socket socket :
         {opened->get(), pair->first.get(), pair->second.get(), accepted->socket.get()}) {
        CHECK(number(socket) >= 3);
        CHECK(non_blocking(socket));
        CHECK(closed_on_exec(socket));
    }
    CHECK(in_use == std::array<bool, 3>{}); // the low number was given back
    CHECK(send_text(client.get(), "x"));
    await(accepted->socket.get(), Interest::read);
    CHECK(send_text(pair->first.get(), "x"));
    await(pair->second.get(), Interest::read);
}

TEST_CASE("no connection is lost when only the numbers of standard streams are left") {
    if (is_sanitized) {
        MESSAGE("left out: a sanitizer needs descriptors of its own");
        return;
    }
    const SocketOwner listener = listen_on_loopback();
    std::vector<SocketOwner> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(connect_to(listener.get()));
        REQUIRE(send_text(clients.back().get(), "x"));
    }
    await(listener.get(), Interest::read);

    std::vector<Result<Accepted>> during;
    {
        const NoStandardStreams closed;
        NoOtherDescriptors others(listener.get());
        during.push_back(sockets().accept(listener.get())); // may have one in reserve
        during.push_back(sockets().accept(listener.get()));
        others.set_one_free();
        during.push_back(sockets().accept(listener.get()));
        during.push_back(sockets().accept(listener.get()));
    }
    CHECK(during[1].error() == Error::too_many_open);
    CHECK(during[2]);
    CHECK(during[3].error() == Error::too_many_open);
    std::vector<Accepted> accepted;
    for (Result<Accepted>& one : during) {
        if (one) {
            accepted.push_back(std::move(*one));
        }
    }
    while (accepted.size() < clients.size()) {
        accepted.push_back(await_connection(listener.get()));
    }
    for (const Accepted& one : accepted) { // so that nobody's was closed instead
        CHECK(number(one.socket.get()) >= 3);
        CHECK(non_blocking(one.socket.get()));
        CHECK(closed_on_exec(one.socket.get()));
        await(one.socket.get(), Interest::read);
        std::array<std::byte, 2> room;
        const auto got = sockets().receive(one.socket.get(), room);
        CHECK((got && *got == 1));
    }
}

TEST_CASE("a number that an accept keeps in reserve is given up for the last connection") {
    if (is_sanitized) {
        MESSAGE("left out: a sanitizer needs descriptors of its own");
        return;
    }
    const SocketOwner listener = listen_on_loopback();
    const SocketOwner first = connect_to(listener.get());
    const SocketOwner second = connect_to(listener.get());
    CHECK(await_connection(listener.get()).socket); // after which there is one in reserve
    await(listener.get(), Interest::read);
    NoOtherDescriptors others(listener.get());
    const Result<Accepted> accepted = sockets().accept(listener.get());
    others.set_one_free(); // a failed check may need it
    CHECK(accepted);
}
