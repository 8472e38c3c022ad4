// Connecting that takes a while, that nobody answers, or that comes back to the caller.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

// A listener whose queue is full, and a client that still waits for a place in it.
struct FullListener {
    SocketOwner listener;
    std::vector<SocketOwner> connected;
    SocketOwner pending; // none where the system lets nobody wait
    std::string why_not;
};

// Clients come one at a time, so that the first one that is not answered at once is the one that
// waits. Linux drops its SYN until there is room, and tries again after a second; Windows refuses.
FullListener fill_listener(World& world) {
    FullListener full;
    full.listener = world.listener(Family::ipv4, 1);
    const Endpoint there = world.local(full.listener.get());
    while (full.connected.size() < 64) {
        SocketOwner client = world.open();
        Failure outcome = world.sockets().connect(client.get(), there);
        if (outcome.error == Error::would_block) {
            const WatchId watch = world.watch(client.get(), Interest::connect);
            if (world.look(a_moment).empty()) {
                world.table.remove(watch);
                full.pending = std::move(client);
                return full;
            }
            world.table.remove(watch);
            outcome = world.sockets().connect_outcome(client.get());
        }
        if (outcome.error == Error::connection_refused && world.kin() == Kin::windows) {
            full.why_not = "Windows refuses what a full listener cannot take (documented)";
            return full;
        }
        require_none(outcome);
        full.connected.push_back(std::move(client));
    }
    full.why_not = "this system lets 64 clients connect to a backlog of 1";
    return full;
}

} // namespace

TEST_SUITE_BEGIN("connect");

TEST_CASE("a connect that waits for a full listener is under way, and not taken for connected") {
    World world;
    const FullListener full = fill_listener(world);
    if (!full.pending) {
        skip_aloud(full.why_not);
        return;
    }
    const Socket pending = full.pending.get();
    CHECK(world.sockets().connect_outcome(pending).error == Error::would_block);
    if (!world.on_wine()) { // Wine names the peer that it is on its way to
        CHECK(world.sockets().peer(pending).error() == Error::not_connected);
    }
    const WatchId watch = world.watch(pending, Interest::connect);
    CHECK(world.look().empty());

    // Connected at last, when those before it have been taken.
    for (std::size_t i = 0; i <= full.connected.size(); ++i) {
        CHECK(world.accept(full.listener.get()).socket);
    }
    world.wait_for(watch);
    CHECK_FALSE(world.sockets().connect_outcome(pending));
}

TEST_CASE("a socket that is closed while connecting is heard of no more, and harms nobody") {
    World world;
    for (const bool abortively : {false, true}) {
        FullListener full = fill_listener(world);
        if (!full.pending) {
            skip_aloud(full.why_not);
            return;
        }
        const WatchId watch = world.watch(full.pending.get(), Interest::connect);
        CHECK(world.look().empty());
        REQUIRE(world.table.remove(watch));
        abortively ? full.pending.abort() : full.pending.close();
        CHECK(world.look(a_moment).empty());
        CHECK(world.accept(full.listener.get()).socket);
    }
}

TEST_CASE("a connect that a full listener keeps waiting is over when its caller says so") {
    World world;
    FullListener full = fill_listener(world);
    if (!full.pending) {
        skip_aloud(full.why_not);
        return;
    }
    const WatchId watch = world.watch(full.pending.get(), Interest::connect);
    const Instant deadline = after(world.clock().now(), 3 * a_moment);
    while (world.clock().now() < deadline) {
        CHECK(world.look(until(deadline, world.clock().now())).empty());
    }
    CHECK(world.sockets().connect_outcome(full.pending.get()).error == Error::would_block);
    REQUIRE(world.table.remove(watch));
    full.pending.close();

    // It has given up its place in the line: those before it are all there are.
    for (std::size_t i = 0; i < full.connected.size(); ++i) {
        CHECK(world.accept(full.listener.get()).socket);
    }
    world.watch(full.listener.get(), Interest::read);
    CHECK(world.look(3 * a_moment).empty());
    CHECK(world.sockets().accept(full.listener.get()).error() == Error::would_block);
}

// The system chooses the ports of both: sooner or later the caller's own is the one it calls, and
// then TCP's simultaneous open (RFC 793) makes a connection of one end.
TEST_CASE("a connect that meets itself is no connection") {
    World world;
    if (world.kin() == Kin::windows) {
        skip_aloud("a call costs too much under Wine to try all ports");
        return;
    }
    Endpoint there = world.deserted();
    for (int tries = 0; tries < 100'000; ++tries) {
        there.port = static_cast<std::uint16_t>(there.port ^ 1u); // Linux prefers even ones
        const SocketOwner socket = world.open();
        const Failure begun = world.sockets().connect(socket.get(), there);
        if (world.local(socket.get()).port != there.port) {
            continue; // refused, or about to be
        }
        const Failure outcome = world.outcome_of(socket.get(), begun);
        CHECK(name_of(outcome.error) == name_of(Error::self_connect));
        return;
    }
    skip_aloud("this system never chose the port that was called");
}

TEST_CASE("a socket that is connected already says so, however often it is told to connect") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner client = world.open();
    const Endpoint there = world.local(listener.get());
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(world.connect(client.get(), there));
    }
    const Accepted accepted = world.accept(listener.get());
    world.say(client.get(), "once");
    CHECK(world.hear(accepted.socket.get(), 4) == "once");
    CHECK(world.sockets().accept(listener.get()).error() == Error::would_block);
}

TEST_CASE("port 0 of a machine is nobody's") {
    World world;
    const SocketOwner socket = world.open();
    const Failure failure = world.connect(socket.get(), Endpoint::loopback(Family::ipv4, 0));
    CHECK_MESSAGE((failure.error == Error::connection_refused ||
                   failure.error == Error::address_not_available),
                  describe(failure));
}

TEST_CASE("how a connect went is reported at each wait until it has been asked") {
    World world;
    const SocketOwner listener = world.listener();
    for (const Endpoint& there : {world.local(listener.get()), world.deserted()}) {
        const SocketOwner socket = world.open();
        const Failure begun = world.sockets().connect(socket.get(), there);
        if (begun.error != Error::would_block) {
            skip_aloud("this system connects at once");
            continue;
        }
        const WatchId watch = world.watch(socket.get(), Interest::connect);
        for (int i = 0; i < 3; ++i) {
            const Ready ready = world.wait_for(watch);
            CHECK((ready.readable || ready.writable));
            CHECK_FALSE(ready.invalid);
        }
        REQUIRE(world.table.remove(watch));
        const Failure outcome = world.outcome_of(socket.get());
        CHECK((!outcome || outcome.error == Error::connection_refused));
    }
}

TEST_CASE("both ends know both addresses, by IPv6") {
    World world;
    if (!world.has_ipv6()) {
        skip_aloud("no ::1 here");
        return;
    }
    const SocketOwner listener = world.listener(Family::ipv6);
    const Endpoint there = world.local(listener.get());
    const SocketOwner client = world.open(Family::ipv6);
    require_none(world.connect(client.get(), there));
    const Endpoint here = world.local(client.get());
    const Accepted accepted = world.accept(listener.get());
    CHECK(here.is_loopback());
    CHECK(to_string(world.peer(client.get())) == to_string(there));
    CHECK(to_string(accepted.peer) == to_string(here));
    CHECK(to_string(world.local(accepted.socket.get())) == to_string(there));
}

TEST_CASE("an IPv6 connection carries a text each way to a clean end") {
    World world;
    if (!world.has_ipv6()) {
        skip_aloud("no ::1 here");
        return;
    }
    const Link link = world.link(Family::ipv6);
    world.say(link.client.get(), "six there");
    world.say(link.server.get(), "six back");
    require_none(world.sockets().shut_writes(link.client.get()));
    require_none(world.sockets().shut_writes(link.server.get()));
    CHECK(world.hear_all(link.server.get()) == "six there");
    CHECK(world.hear_all(link.client.get()) == "six back");
}

TEST_CASE("a socket that has just connected does not block, to read or to write") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner client = world.open();
    require_none(world.connect(client.get(), world.local(listener.get())));
    std::array<std::byte, 1> room{};
    CHECK(world.sockets().receive(client.get(), room).error() == Error::would_block);
    Source source{client.get()};
    saturate(world, source);
    CHECK(source.sent > 0);
}

TEST_CASE("a peer that leaves before a word was said has ended cleanly") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner client = world.open();
    require_none(world.connect(client.get(), world.local(listener.get())));
    world.accept(listener.get()).socket.close();
    CHECK(world.hear_all(client.get()).empty());
}

TEST_CASE("options that were set before the connect are kept by it") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner client = world.open();
    Sockets& sockets = world.sockets();
    for (const SocketOption option : {SocketOption::no_delay, SocketOption::keep_alive}) {
        require_none(sockets.set_option(client.get(), option, 1));
    }
    require_none(world.connect(client.get(), world.local(listener.get())));
    for (const SocketOption option : {SocketOption::no_delay, SocketOption::keep_alive}) {
        CHECK(value_of(sockets.option(client.get(), option)) == 1);
    }
}

TEST_SUITE_END();

} // namespace caesura::testing
