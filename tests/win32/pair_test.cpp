#include "win32/pair.hpp"

#include "support/tcp.hpp"
#include "win32/native.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

Sockets& sockets() {
    return this_system().sockets();
}

Duration patience() {
    return native::now() + std::chrono::seconds(30);
}

Endpoint here(const SocketOwner& socket) {
    const auto endpoint = sockets().local(socket.get());
    REQUIRE(endpoint);
    return *endpoint;
}

void check_a_byte_goes(Socket from, Socket to) {
    const Slice slice = as_slice("x");
    REQUIRE(sockets().send(from, std::span(&slice, 1), Follows::unknown));
    await(to, Interest::read);
    std::array<std::byte, 2> room;
    const auto count = sockets().receive(to, room);
    REQUIRE(count);
    CHECK(*count == 1);
    CHECK(room[0] == std::byte{'x'});
}

} // namespace

TEST_CASE("a pair is two sockets connected to each other, both ways, without delay") {
    const auto pair = sockets().pair();
    REQUIRE(pair);
    const auto peer_of_first = sockets().peer(pair->first.get());
    const auto peer_of_second = sockets().peer(pair->second.get());
    REQUIRE(peer_of_first);
    REQUIRE(peer_of_second);
    CHECK(*peer_of_first == here(pair->second));
    CHECK(*peer_of_second == here(pair->first));
    CHECK(peer_of_first->is_loopback());
    check_a_byte_goes(pair->first.get(), pair->second.get());
    check_a_byte_goes(pair->second.get(), pair->first.get());
    for (const Socket socket : {pair->first.get(), pair->second.get()}) {
        const auto no_delay = sockets().option(socket, SocketOption::no_delay);
        REQUIRE(no_delay);
        CHECK(*no_delay == 1);
    }
}

TEST_CASE("a stranger who connects first does not get into a pair, but is shut out") {
    const SocketOwner listener = listen_on_loopback();
    const SocketOwner stranger = connect_to(listener.get());
    const SocketOwner ours = connect_to(listener.get());

    const auto accepted = accept_from(sockets(), listener.get(), here(ours), patience());
    REQUIRE(accepted);
    check_a_byte_goes(ours.get(), accepted->get());
    await(stranger.get(), Interest::read);
    std::array<std::byte, 1> room;
    const auto end = sockets().receive(stranger.get(), room);
    CHECK((!end || *end == 0));
}

TEST_CASE("strangers without end are given up on") {
    const SocketOwner listener = listen_on_loopback();
    std::vector<SocketOwner> strangers;
    for (int i = 0; i < 20; ++i) {
        strangers.push_back(connect_to(listener.get()));
    }
    const Endpoint nobody = Endpoint::loopback(Family::ipv4, here(listener).port);
    CHECK(accept_from(sockets(), listener.get(), nobody, patience()).error() ==
          Error::connection_aborted);
}

TEST_CASE("one who never connects is waited for until the deadline, and no longer") {
    const SocketOwner listener = listen_on_loopback();
    const Endpoint nobody = Endpoint::loopback(Family::ipv4, here(listener).port);
    CHECK(accept_from(sockets(), listener.get(), nobody, native::now()).error() ==
          Error::timed_out);
    const Duration soon = native::now() + std::chrono::milliseconds(20);
    CHECK(accept_from(sockets(), listener.get(), nobody, soon).error() == Error::timed_out);
    CHECK(native::now() >= soon);
}
