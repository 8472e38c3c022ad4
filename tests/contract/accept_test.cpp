// Listening and accepting.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

bool says_taken(Error error) {
    return error == Error::address_in_use || error == Error::access_denied;
}

Failure listen_failure(World& world, const Endpoint& endpoint) {
    const Result<SocketOwner> listener = world.sockets().listen(endpoint, 0);
    return listener.failure();
}

} // namespace

TEST_SUITE_BEGIN("accept");

TEST_CASE("an accept says would-block when nobody waits, and again after the one who did") {
    World world;
    const SocketOwner listener = world.listener();
    CHECK(world.sockets().accept(listener.get()).error() == Error::would_block);
    const SocketOwner client = world.open();
    require_none(world.connect(client.get(), world.local(listener.get())));
    CHECK(world.accept(listener.get()).socket);
    const Result<Accepted> none = world.sockets().accept(listener.get());
    CHECK(none.error() == Error::would_block);
}

TEST_CASE("a listener is readable exactly when a connection waits") {
    World world;
    const SocketOwner listener = world.listener();
    const WatchId watch = world.watch(listener.get(), Interest::read);
    CHECK(world.look().empty());
    const SocketOwner client = world.open();
    require_none(world.connect(client.get(), world.local(listener.get())));
    CHECK(world.wait_for(watch).readable);
    CHECK(world.wait_for(watch).readable);
    CHECK(world.accept(listener.get()).socket);
    CHECK(world.look().empty());
}

TEST_CASE("two clients are two accepts, then would-block") {
    World world;
    const SocketOwner listener = world.listener();
    const Endpoint there = world.local(listener.get());
    const std::array clients{world.open(), world.open()};
    std::array<bool, 2> seen{};
    for (const SocketOwner& client : clients) {
        require_none(world.connect(client.get(), there));
    }
    for (int i = 0; i < 2; ++i) {
        const Endpoint peer = world.accept(listener.get()).peer;
        for (std::size_t k = 0; k < clients.size(); ++k) {
            seen[k] = seen[k] || world.local(clients[k].get()) == peer;
        }
    }
    CHECK(seen[0]);
    CHECK(seen[1]);
    CHECK(world.sockets().accept(listener.get()).error() == Error::would_block);
}

TEST_CASE("clients connect, as many as the backlog holds, before anybody accepts") {
    World world;
    const SocketOwner listener = world.listener();
    std::vector<SocketOwner> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(world.open());
        require_none(world.connect(clients.back().get(), world.local(listener.get())));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        CHECK(world.accept(listener.get()).socket);
    }
    CHECK(world.sockets().accept(listener.get()).error() == Error::would_block);
}

TEST_CASE("an accepted socket does not block, to read or to write") {
    World world;
    const Link link = world.link();
    std::array<std::byte, 1> room{};
    CHECK(world.sockets().receive(link.server.get(), room).error() == Error::would_block);
    Source source{link.server.get()};
    saturate(world, source);
    CHECK(source.sent > 0);
}

TEST_CASE("a client that wrote and left before the accept has been heard, to a clean end") {
    World world;
    const SocketOwner listener = world.listener();
    SocketOwner client = world.open();
    require_none(world.connect(client.get(), world.local(listener.get())));
    const Endpoint here = world.local(client.get());
    world.say(client.get(), "I cannot wait");
    client.close();
    const Accepted accepted = world.accept(listener.get());
    CHECK(to_string(accepted.peer) == to_string(here));
    CHECK(world.hear_all(accepted.socket.get()) == "I cannot wait");
}

// Linux hands the dead connection over, others take it out of the queue and say so, or nothing.
TEST_CASE("a client that reset before the accept does the listener no harm") {
    World world;
    const SocketOwner listener = world.listener();
    SocketOwner hasty = world.open();
    require_none(world.connect(hasty.get(), world.local(listener.get())));
    world.await(listener.get(), Interest::read);
    hasty.abort();
    const WatchId watch = world.watch(listener.get(), Interest::read);
    Result<Accepted> accepted = world.sockets().accept(listener.get());
    while (accepted.error() == Error::would_block && !world.look().empty()) {
        accepted = world.sockets().accept(listener.get());
    }
    world.table.remove(watch);
    if (accepted) {
        Sink sink{accepted->socket.get()};
        check_lost(world, read_to_end(world, sink));
        CHECK(sink.received == 0);
    } else {
        CHECK(name_of(accepted.error()) == name_of(Error::would_block));
    }
    const Link link = world.link(listener.get());
    world.say(link.client.get(), "!");
    CHECK(world.hear(link.server.get(), 1) == "!");
}

TEST_CASE("port 0 becomes a real one, and two listeners get two") {
    World world;
    const SocketOwner first = world.listener();
    const SocketOwner second = world.listener();
    const Endpoint there = world.local(first.get());
    CHECK(there.port != 0);
    CHECK(there.port != world.local(second.get()).port);
    CHECK(there.address == Endpoint::loopback(Family::ipv4).address);
    CHECK(there.family == Family::ipv4);
}

TEST_CASE("a listener shares its port with no other") {
    World world;
    const SocketOwner listener = world.listener();
    const Failure failure = listen_failure(world, world.local(listener.get()));
    CHECK_MESSAGE(says_taken(failure.error), describe(failure));
    CHECK(failure.native != 0);
    const Link link = world.link(listener.get());
    CHECK(link.server);
}

TEST_CASE("an address that is not this machine's is refused") {
    World world;
    // Reserved for documentation by RFC 5737 and RFC 3849.
    for (const std::string_view text : {"192.0.2.1", "2001:db8::1"}) {
        const std::optional<Endpoint> foreign = parse_address(text);
        REQUIRE(foreign.has_value());
        if (foreign->family == Family::ipv6 && !world.has_ipv6()) {
            skip_aloud("no ::1 here");
            continue;
        }
        const Failure failure = listen_failure(world, *foreign);
        CHECK(name_of(failure.error) == name_of(Error::address_not_available));
        CHECK(failure.native != 0);
    }
}

TEST_CASE("a port is free again as soon as its listener is closed") {
    World world;
    SocketOwner listener = world.listener();
    const Endpoint there = world.local(listener.get());
    listener.close();
    listener = value_of(world.sockets().listen(there, 0));
    CHECK(to_string(world.local(listener.get())) == to_string(there));
    CHECK(world.link(listener.get()).server);
}

// POSIX: SO_REUSEADDR ignores old connections, alive or in TIME_WAIT. Windows: a listener with
// SO_EXCLUSIVEADDRUSE may find the port taken while they linger, which is documented.
TEST_CASE("a new listener gets its old port back although connections of the old one remain") {
    World world;
    SocketOwner listener = world.listener();
    const Endpoint there = world.local(listener.get());
    Link alive = world.link(listener.get());
    Link left_by_us = world.link(listener.get());
    left_by_us.server.close();
    CHECK(world.hear_all(left_by_us.client.get()).empty());
    left_by_us.client.close();
    listener.close();
    Result<SocketOwner> renewed = world.sockets().listen(there, 0);
    if (!renewed && world.kin() == Kin::windows) {
        CHECK(says_taken(renewed.error()));
        alive.server.close();
        alive.client.close();
        skip_aloud("Windows holds the port while old connections linger (documented)");
        return;
    }
    require_none(renewed.failure());
    const Link link = world.link(renewed->get());
    world.say(alive.client.get(), "old");
    world.say(link.client.get(), "new");
    CHECK(world.hear(alive.server.get(), 3) == "old");
    CHECK(world.hear(link.server.get(), 3) == "new");
}

TEST_CASE("an IPv6 listener takes no IPv4 along: both have the port, each for itself") {
    World world;
    if (!world.has_ipv6()) {
        skip_aloud("no ::1 here");
        return;
    }
    SocketOwner four = value_of(world.sockets().listen(Endpoint::any(Family::ipv4), 0));
    const std::uint16_t port = world.local(four.get()).port;
    const Endpoint six_any = Endpoint::any(Family::ipv6, port);
    const SocketOwner six = value_of(world.sockets().listen(six_any, 0));

    const SocketOwner by_four = world.open(Family::ipv4);
    require_none(world.connect(by_four.get(), Endpoint::loopback(Family::ipv4, port)));
    CHECK(world.accept(four.get()).peer.family == Family::ipv4);
    const SocketOwner by_six = world.open(Family::ipv6);
    require_none(world.connect(by_six.get(), Endpoint::loopback(Family::ipv6, port)));
    CHECK(world.accept(six.get()).peer.family == Family::ipv6);

    four.close();
    const SocketOwner late = world.open(Family::ipv4);
    const Failure failure = world.connect(late.get(), Endpoint::loopback(Family::ipv4, port));
    CHECK(name_of(failure.error) == name_of(Error::connection_refused));
}

TEST_CASE("after the listener is closed its connections live on, and new ones are refused") {
    World world;
    SocketOwner listener = world.listener();
    const Endpoint there = world.local(listener.get());
    const Link link = world.link(listener.get());
    listener.close();
    world.say(link.client.get(), "still here");
    CHECK(world.hear(link.server.get(), 10) == "still here");
    const SocketOwner late = world.open();
    CHECK(world.connect(late.get(), there).error == Error::connection_refused);
}

TEST_SUITE_END();

} // namespace caesura::testing
