// How calls to connect go: refusals, timeouts, full backlogs, and what becomes of who has gone.

#include "play.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace caesura::simulation::testing {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Endpoint deserted() {
    return Endpoint::loopback(Family::ipv4, 9);
}

Endpoint at_loopback(Machine& machine, Socket listening) {
    return Endpoint::loopback(Family::ipv4, machine.sockets().local(listening)->port);
}

// Callers of a backlog of one, until one is not connected within a while.
std::vector<SocketOwner> overcall(World& world, Socket listening) {
    std::vector<SocketOwner> callers;
    Failure outcome;
    while (!outcome) {
        REQUIRE(callers.size() < 10);
        callers.push_back(calling(world.machine(), at_loopback(world.machine(), listening)));
        world.pass(a_while);
        outcome = world.machine().sockets().connect_outcome(callers.back().get());
    }
    return callers;
}

} // namespace

TEST_SUITE_BEGIN("calling");

TEST_CASE("a refusal comes after a round trip, and by Windows 7 on loopback two seconds later") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        World world(preset, 1);
        const SocketOwner socket = calling(world.machine(), deserted());
        Sockets& sockets = world.machine().sockets();
        CHECK(sockets.connect_outcome(socket.get()).error == Error::would_block);
        world.pass(milliseconds(1999));
        const bool waits = preset.name == "winsock-win7";
        CHECK(sockets.connect_outcome(socket.get()).error ==
              (waits ? Error::would_block : Error::connection_refused));
        world.pass(milliseconds(2));
        const Failure failure = sockets.connect_outcome(socket.get());
        CHECK(failure.error == Error::connection_refused);
        CHECK(failure.native == (preset.dialect == Dialect::posix ? 111 : 10061));
    }
}

TEST_CASE("from another machine a refusal takes no two seconds") {
    World world(winsock_win7(), 1);
    Machine& other = world.add_machine(winsock_win7());
    const SocketOwner socket = calling(world.machine(), other.address(Family::ipv4, 9));
    world.pass(a_while);
    CHECK(world.machine().sockets().connect_outcome(socket.get()).error ==
          Error::connection_refused);
}

TEST_CASE("a call that nobody answers times out as late as its system says") {
    for (const Preset& preset : presets()) {
        World world(preset, 1);
        Sockets& sockets = world.machine().sockets();
        const SocketOwner socket = calling(world.machine(), *parse_address("192.0.2.1", 80));
        world.pass(preset.connect_timeout - seconds(1));
        CHECK(sockets.connect_outcome(socket.get()).error == Error::would_block);
        world.pass(seconds(2));
        CHECK(sockets.connect_outcome(socket.get()).error == Error::timed_out);
        // A second try has its own time.
        CHECK(sockets.connect(socket.get(), *parse_address("192.0.2.1", 80)).error ==
              Error::would_block);
        world.pass(preset.connect_timeout - seconds(1));
        CHECK(sockets.connect_outcome(socket.get()).error == Error::would_block);
    }
}

TEST_CASE("a second call of a socket is not ended by the time of the first") {
    World world(linux_6(), 1);
    Sockets& sockets = world.machine().sockets();
    const SocketOwner socket = calling(world.machine(), deserted());
    world.pass(seconds(100));
    REQUIRE(sockets.connect_outcome(socket.get()).error == Error::connection_refused);
    REQUIRE(sockets.connect(socket.get(), *parse_address("192.0.2.1", 80)).error ==
            Error::would_block);
    world.pass(seconds(50)); // beyond the first call's 127 s
    CHECK(sockets.connect_outcome(socket.get()).error == Error::would_block);
}

TEST_CASE("a full backlog refuses on Windows") {
    for (const Preset& preset : {winsock_win7(), winsock_win10()}) {
        World world(preset, 1);
        const SocketOwner listening = listener(world.machine(), 1);
        std::vector<SocketOwner> callers;
        for (int i = 0; i < 3; ++i) {
            callers.push_back(
                calling(world.machine(), at_loopback(world.machine(), listening.get())));
            world.pass(seconds(3));
        }
        CHECK(world.machine().sockets().connect_outcome(callers.back().get()).error ==
              Error::connection_refused);
    }
}

TEST_CASE("a full backlog is silent on Linux, and a caller gets through at a later try") {
    World world(linux_6(), 1);
    Sockets& sockets = world.machine().sockets();
    const SocketOwner listening = listener(world.machine(), 1);
    const std::vector<SocketOwner> callers = overcall(world, listening.get());
    CHECK(callers.size() == 3);
    CHECK(sockets.connect_outcome(callers.back().get()).error == Error::would_block);
    CHECK(sockets.accept(listening.get()));
    CHECK(sockets.connect_outcome(callers.back().get()).error == Error::would_block);
    world.pass(seconds(1));
    CHECK_FALSE(sockets.connect_outcome(callers.back().get()));
}

TEST_CASE("a caller that is gone is handed over by Linux, and left out by the others") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        World world(preset, 1);
        Sockets& sockets = world.machine().sockets();
        const SocketOwner listening = listener(world.machine());
        SocketOwner caller =
            calling(world.machine(), at_loopback(world.machine(), listening.get()));
        world.pass(a_while);
        caller.abort();
        world.pass(a_while);
        Result<Accepted> accepted = sockets.accept(listening.get());
        for (int tries = 0; tries < 100 && !accepted; ++tries) { // a nasty one by chance
            accepted = sockets.accept(listening.get());
        }
        CHECK(bool(accepted) == !preset.aborted_callers_vanish);
    }
}

TEST_CASE("a call that its caller has given up leaves no connection behind") {
    World world(linux_6(), 1);
    const SocketOwner listening = listener(world.machine());
    SocketOwner caller = calling(world.machine(), at_loopback(world.machine(), listening.get()));
    world.pass(world.machine().preset().loopback.latency); // has arrived, was not heard of
    caller.close();
    world.pass(a_while);
    CHECK(world.connections() == 0);
}

TEST_CASE("no refusal comes over a link that is cut") {
    World world(linux_6(), 1);
    Machine& other = world.add_machine(linux_6());
    world.set_link(world.machine(), other, {.latency = milliseconds(10)});
    const SocketOwner socket = calling(world.machine(), other.address(Family::ipv4, 9));
    world.pass(milliseconds(15));
    world.cut_link(world.machine(), other, true);
    world.pass(milliseconds(100));
    CHECK(world.machine().sockets().connect_outcome(socket.get()).error == Error::would_block);
    world.cut_link(world.machine(), other, false);
    world.pass(milliseconds(100));
    CHECK(world.machine().sockets().connect_outcome(socket.get()).error ==
          Error::connection_refused);
}

TEST_CASE("a call that comes back to its caller has met itself") {
    World world(linux_6(), 1);
    Sockets& sockets = world.machine().sockets();
    const SocketOwner first = calling(world.machine(), deserted());
    const auto port = static_cast<std::uint16_t>(sockets.local(first.get())->port + 1);
    const SocketOwner own = calling(world.machine(), Endpoint::loopback(Family::ipv4, port));
    REQUIRE(sockets.local(own.get())->port == port);
    world.pass(a_while);
    CHECK(sockets.connect_outcome(own.get()).error == Error::self_connect);
}

TEST_CASE("a socket cannot call by the other family, nor a listener at all") {
    for (const Preset& preset : {linux_6(), winsock_win10()}) {
        World world(preset, 1);
        Sockets& sockets = world.machine().sockets();
        const SocketOwner socket = std::move(*sockets.open(Family::ipv4));
        CHECK(sockets.connect(socket.get(), Endpoint::loopback(Family::ipv6, 1)).error ==
              Error::family_not_supported);
        const SocketOwner listening = listener(world.machine());
        CHECK(sockets.connect(listening.get(), deserted()).error == Error::invalid_argument);
        const Ends ends = link(world);
        CHECK_FALSE(sockets.connect(ends.client.get(), deserted()));
        world.machine().reset_connection(ends.client.get());
        CHECK(sockets.connect(ends.client.get(), deserted()).error == Error::connection_reset);
    }
}

TEST_CASE("an address that is a part of another's is taken with it, whoever came first") {
    World world(linux_6(), 1);
    Sockets& sockets = world.machine().sockets();
    const Endpoint one = Endpoint::loopback(Family::ipv4, 80);
    const Endpoint all = Endpoint::any(Family::ipv4, 80);
    for (const auto& [first, second] : {std::pair(one, all), std::pair(all, one)}) {
        const SocketOwner listening = std::move(*sockets.listen(first, 0));
        CHECK(sockets.listen(second, 0).error() == Error::address_in_use);
        CHECK(sockets.listen(first, 0).error() == Error::address_in_use);
    }
    const SocketOwner listening = std::move(*sockets.listen(one, 0));
    CHECK(sockets.listen(world.machine().address(Family::ipv4, 80), 0));
}

TEST_CASE("a refusal finds its way back, whichever machine was there first") {
    World world(linux_6(), 1);
    Machine& first = world.machine();
    Machine& second = world.add_machine(linux_6());
    const SocketOwner there = calling(first, second.address(Family::ipv4, 9));
    const SocketOwner back = calling(second, first.address(Family::ipv4, 9));
    world.pass(a_while);
    CHECK(first.sockets().connect_outcome(there.get()).error == Error::connection_refused);
    CHECK(second.sockets().connect_outcome(back.get()).error == Error::connection_refused);
}

TEST_CASE("a port that is taken is nobody else's, and none that is chosen is") {
    World world(linux_6(), 1);
    Sockets& sockets = world.machine().sockets();
    std::vector<SocketOwner> taken;
    for (const std::uint16_t port : {std::uint16_t{32'768}, std::uint16_t{32'769}}) {
        taken.push_back(listener(world.machine(), 0, nullptr));
        CHECK(sockets.local(taken.back().get())->port == port);
        CHECK(sockets.listen(Endpoint::any(Family::ipv4, port), 0).error() ==
              Error::address_in_use);
        CHECK(sockets.listen(Endpoint::any(Family::ipv6, port), 0));
    }
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
