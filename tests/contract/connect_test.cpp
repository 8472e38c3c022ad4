// Connecting: how it goes well, how it is refused, and what it is while it is neither.

#include "world.hpp"

#include <doctest/doctest.h>

namespace caesura::testing {

namespace {

void check_refused(World& world, Family family) {
    const SocketOwner socket = world.open(family);
    const Failure failure = world.connect(socket.get(), world.deserted(family));
    CHECK(name_of(failure.error) == name_of(Error::connection_refused));
    CHECK(failure.native != 0);
}

// Asks at once how it went, and only then as it should be asked.
Failure impatient_connect(World& world, Socket socket, const Endpoint& peer) {
    Failure outcome = world.sockets().connect(socket, peer);
    if (outcome.error == Error::would_block) {
        outcome = world.sockets().connect_outcome(socket);
    }
    return world.outcome_of(socket, outcome);
}

} // namespace

TEST_SUITE_BEGIN("connect");

TEST_CASE("a connect to a listener succeeds, by IPv4") {
    World world;
    const Link link = world.link(Family::ipv4);
    world.say(link.client.get(), "hello");
    CHECK(world.hear(link.server.get(), 5) == "hello");
}

TEST_CASE("a connect to a listener succeeds, by IPv6") {
    World world;
    if (!world.has_ipv6()) {
        skip_aloud("no ::1 here");
        return;
    }
    const Link link = world.link(Family::ipv6);
    world.say(link.client.get(), "hello");
    CHECK(world.hear(link.server.get(), 5) == "hello");
    CHECK(world.peer(link.client.get()).family == Family::ipv6);
}

TEST_CASE("where nobody listens a connect is refused by that very error, by IPv4") {
    World world;
    check_refused(world, Family::ipv4);
}

TEST_CASE("where nobody listens a connect is refused by that very error, by IPv6") {
    World world;
    if (!world.has_ipv6()) {
        skip_aloud("no ::1 here");
        return;
    }
    check_refused(world, Family::ipv6);
}

TEST_CASE("an outcome asked for before any readiness is that of now, or still pending") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner guest = world.open();
    CHECK_FALSE(impatient_connect(world, guest.get(), world.local(listener.get())));
    const SocketOwner unlucky = world.open();
    const Failure failure = impatient_connect(world, unlucky.get(), world.deserted());
    CHECK(name_of(failure.error) == name_of(Error::connection_refused));
}

TEST_CASE("both ends know both addresses") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner client = world.open();
    const Endpoint there = world.local(listener.get());
    require_none(world.connect(client.get(), there));
    const Accepted accepted = world.accept(listener.get());
    const Endpoint here = world.local(client.get());
    CHECK(here.is_loopback());
    CHECK(here.port != 0);
    CHECK(here.port != there.port);
    CHECK(to_string(world.peer(client.get())) == to_string(there));
    CHECK(to_string(accepted.peer) == to_string(here));
    CHECK(to_string(world.peer(accepted.socket.get())) == to_string(here));
    CHECK(to_string(world.local(accepted.socket.get())) == to_string(there));
}

TEST_CASE("a socket that is not connected has no peer") {
    World world;
    const SocketOwner socket = world.open();
    CHECK(name_of(world.sockets().peer(socket.get()).error()) == name_of(Error::not_connected));
    const SocketOwner listener = world.listener();
    CHECK(name_of(world.sockets().peer(listener.get()).error()) == name_of(Error::not_connected));
}

TEST_CASE("what is written right after the connect arrives first") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner client = world.open();
    require_none(world.connect(client.get(), world.local(listener.get())));
    world.say(client.get(), "first ");
    world.say(client.get(), "then");
    const Accepted accepted = world.accept(listener.get());
    CHECK(world.hear(accepted.socket.get(), 10) == "first then");
}

TEST_CASE("connects that are under way at once each end in their own way") {
    World world;
    const SocketOwner listener = world.listener();
    const Endpoint inhabited = world.local(listener.get());
    const Endpoint deserted = world.deserted();
    std::vector<SocketOwner> sockets;
    std::vector<Failure> outcomes;
    for (int i = 0; i < 6; ++i) {
        sockets.push_back(world.open());
        const Endpoint& there = i % 2 == 0 ? inhabited : deserted;
        outcomes.push_back(world.sockets().connect(sockets.back().get(), there));
    }
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        while (outcomes[i].error == Error::would_block) {
            world.await(sockets[i].get(), Interest::connect);
            outcomes[i] = world.sockets().connect_outcome(sockets[i].get());
        }
        const Error expected = i % 2 == 0 ? Error::none : Error::connection_refused;
        CHECK(name_of(outcomes[i].error) == name_of(expected));
    }
}

TEST_CASE("after a refusal another socket connects elsewhere") {
    World world;
    const SocketOwner listener = world.listener();
    SocketOwner socket = world.open();
    REQUIRE(world.connect(socket.get(), world.deserted()).error == Error::connection_refused);
    socket = world.open();
    CHECK_FALSE(world.connect(socket.get(), world.local(listener.get())));
    world.accept(listener.get());
}

// Linux takes it for loopback; Windows documents WSAEADDRNOTAVAIL.
TEST_CASE("a connect to the unspecified address either works or is refused in words") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner socket = world.open();
    Endpoint unspecified = world.local(listener.get());
    unspecified.address = Endpoint::any(Family::ipv4).address;
    const Failure failure = world.connect(socket.get(), unspecified);
    if (failure) {
        CHECK((failure.error == Error::address_not_available ||
               failure.error == Error::connection_refused));
    } else {
        CHECK(world.local(socket.get()).port == world.accept(listener.get()).peer.port);
    }
}

TEST_CASE("a socket that is closed right after it began to connect is heard of no more") {
    World world;
    const SocketOwner listener = world.listener();
    SocketOwner client = world.open();
    const Failure begun = world.sockets().connect(client.get(), world.local(listener.get()));
    CHECK((!begun || begun.error == Error::would_block));
    const WatchId watch = world.watch(client.get(), Interest::connect);
    REQUIRE(world.table.remove(watch));
    client.close();
    CHECK(world.look().empty());
    const Link link = world.link();
    world.say(link.client.get(), "well");
    CHECK(world.hear(link.server.get(), 4) == "well");
}

TEST_SUITE_END();

} // namespace caesura::testing
