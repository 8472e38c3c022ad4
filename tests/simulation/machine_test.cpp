// The handles that a test can pull on a machine.

#include "play.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace caesura::simulation::testing {

namespace {

using std::chrono::seconds;

// A server on its own machine, and a client elsewhere.
struct Scene {
    explicit Scene(const Preset& preset) : world(linux_6(), 1), server(world.add_machine(preset)) {
        ends = link(world, client, server);
    }

    // The process is gone, and its sockets with it: nobody closes them afterwards.
    void exit(Exit how) {
        ends.server.release();
        server.exit(how);
        world.pass(seconds(1));
    }
    Heard heard() { return hear(world, client, ends.client.get()); }

    World world;
    Machine& client = world.machine();
    Machine& server;
    Ends ends;
};

bool is_clean(const Heard& heard) {
    return heard.ended && !heard.failure;
}

} // namespace

TEST_SUITE_BEGIN("machine");

TEST_CASE("a process that exits without closing: a FIN on POSIX, a reset on Windows") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        Scene scene(preset);
        REQUIRE(send(scene.server, scene.ends.server.get(), "last words"));
        scene.exit(Exit::without_closing);
        const Heard heard = scene.heard();
        CHECK(heard.ended);
        const bool windows = preset.name == "winsock-win7" || preset.name == "winsock-win10";
        CHECK(is_clean(heard) == !windows);
        CHECK(scene.server.load().sockets == 0);
    }
}

TEST_CASE("a process that exits after closing: all arrives, whoever keeps it") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        Scene scene(preset);
        const std::uint64_t taken = *send(scene.server, scene.ends.server.get(), "last words");
        scene.exit(Exit::after_closing);
        const Heard heard = scene.heard();
        CHECK(is_clean(heard));
        CHECK(heard.bytes == taken);
    }
}

TEST_CASE("a hoard survives its process on Windows, and dies with it by Wine 10") {
    for (const Preset& preset : {winsock_win10(), wine10()}) {
        Scene scene(preset);
        const std::uint64_t taken = *send(scene.server, scene.ends.server.get(), 64 << 20);
        CHECK(taken == 64 << 20);
        scene.world.pass(a_while);
        scene.exit(Exit::after_closing);
        const Heard heard = scene.heard();
        CHECK(is_clean(heard)); // by Wine 10 too: a short stream that looks whole (measured)
        const bool dies = preset.hoard_dies_with_process;
        CHECK((heard.bytes < taken) == dies);
        CHECK(heard.bytes > (dies ? 1'000'000 : 0));
        CHECK(scene.server.load().pool_used == 0);
    }
}

TEST_CASE("what was closed before the process exits goes the same way") {
    for (const Preset& preset : {winsock_win10(), wine10()}) {
        Scene scene(preset);
        REQUIRE(*send(scene.server, scene.ends.server.get(), 64 << 20) == 64 << 20);
        scene.ends.server.close();
        scene.world.pass(a_while);
        scene.server.exit(Exit::without_closing);
        const Heard heard = scene.heard();
        CHECK(is_clean(heard));
        CHECK((heard.bytes == 64 << 20) == !preset.hoard_dies_with_process);
    }
}

TEST_CASE("owners that outlive their process close nothing of the next one's") {
    for (const Preset& preset : {linux_6(), winsock_win10()}) {
        for (const Exit how : {Exit::without_closing, Exit::after_closing}) {
            World world(preset, 1);
            Machine& machine = world.machine();
            Ends before = link(world);
            SocketOwner closed = std::move(*machine.sockets().open(Family::ipv4));
            closed.close(); // its number was free again when the process ended
            const Socket stale = before.server.get();
            machine.exit(how);
            const Ends after = link(world);
            CHECK(receive(machine, stale).error() ==
                  (preset.dialect == Dialect::posix ? Error::bad_descriptor : Error::not_a_socket));
            before.client.close();
            before.server.abort();
            world.pass(a_while);
            REQUIRE(send(machine, after.client.get(), "alive"));
            world.pass(a_while);
            CHECK(*receive(machine, after.server.get()) == "alive");
        }
    }
}

TEST_CASE("a listener of a process that exited is gone, and who waited there is reset") {
    World world(linux_6(), 1);
    Machine& server = world.add_machine(linux_6());
    SocketOwner listening = listener(server);
    const Endpoint there =
        server.address(Family::ipv4, server.sockets().local(listening.get())->port);
    const SocketOwner waiting = calling(world.machine(), there);
    world.pass(a_while);
    listening.release();
    server.exit(Exit::without_closing);
    world.pass(a_while);
    CHECK(receive(world.machine(), waiting.get()).error() == Error::connection_reset);
    const SocketOwner late = calling(world.machine(), there);
    world.pass(a_while);
    CHECK(world.machine().sockets().connect_outcome(late.get()).error == Error::connection_refused);
}

TEST_CASE("of a machine that vanishes nothing is heard, until what was sent to it is given up") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(60);
    World world(preset, 1);
    Machine& server = world.add_machine(preset);
    const Ends ends = link(world, world.machine(), server);
    REQUIRE(send(server, ends.server.get(), "never heard"));
    server.vanish();
    world.pass(seconds(1000));
    CHECK(receive(world.machine(), ends.client.get()).error() == Error::would_block);
    REQUIRE(send(world.machine(), ends.client.get(), "hello?"));
    world.pass(seconds(59));
    CHECK(receive(world.machine(), ends.client.get()).error() == Error::would_block);
    world.pass(seconds(2));
    CHECK(receive(world.machine(), ends.client.get()).error() == Error::timed_out);
}

TEST_CASE("a connection that is reset on the way is lost to both ends, with what was unread") {
    for (const Preset& preset : {linux_6(), winsock_win10()}) {
        Scene scene(preset);
        REQUIRE(send(scene.client, scene.ends.client.get(), "unread"));
        scene.world.pass(a_while);
        scene.server.reset_connection(scene.ends.server.get());
        scene.server.reset_connection(scene.ends.server.get()); // once is enough
        scene.server.reset_connection(Socket::none);
        const SocketOwner fresh = std::move(*scene.server.sockets().open(Family::ipv4));
        scene.server.reset_connection(fresh.get()); // which has none
        const auto got = receive(scene.server, scene.ends.server.get());
        CHECK(bool(got) == (preset.reset_eats == ResetEats::nothing));
        CHECK(send(scene.server, scene.ends.server.get(), "x").error() == Error::connection_reset);
        scene.world.pass(a_while);
        CHECK(receive(scene.client, scene.ends.client.get()).error() == Error::connection_reset);
    }
}

TEST_CASE("a connection that was lost already keeps its reason") {
    World world(linux_6(), 1);
    const Ends ends = link(world);
    Machine& machine = world.machine();
    world.cut_link(machine, machine, true);
    REQUIRE(send(machine, ends.client.get(), "x"));
    world.pass(std::chrono::hours(1));
    machine.reset_connection(ends.client.get());
    CHECK(receive(machine, ends.client.get()).error() == Error::timed_out);
}

TEST_CASE("as many sockets are open as may be, and the next is too many") {
    for (const Preset& preset : {linux_6(), winsock_win10()}) {
        World world(preset, 1);
        Machine& machine = world.machine();
        const SocketOwner listening = listener(machine);
        const SocketOwner caller =
            calling(machine, Endpoint::loopback(Family::ipv4,
                                                machine.sockets().local(listening.get())->port));
        world.pass(a_while);
        machine.set_most_sockets(2);
        CHECK(machine.load().sockets == 2);
        const Failure failure = machine.sockets().open(Family::ipv4).failure();
        CHECK(failure.error == Error::too_many_open);
        CHECK(failure.native == (preset.dialect == Dialect::posix ? 24 : 10024));
        CHECK(machine.sockets().listen(Endpoint::any(Family::ipv4), 0).error() ==
              Error::too_many_open);
        CHECK(machine.sockets().accept(listening.get()).error() == Error::too_many_open);
        CHECK(machine.poll_bits(listening.get()).in); // who waits goes on waiting
        machine.set_most_sockets(3);
        CHECK(machine.sockets().pair().error() == Error::too_many_open);
        CHECK(machine.sockets().accept(listening.get()));
    }
}

TEST_CASE("when every port is taken, who needs one is told so, and who goes gives it back") {
    World world(linux_6(), 1);
    Machine& machine = world.machine();
    Sockets& sockets = machine.sockets();
    machine.set_most_sockets(100'000);
    const Endpoint nobody = world.add_machine(linux_6()).address(Family::ipv4, 7);
    std::vector<SocketOwner> calling;
    Failure failure;
    while (calling.size() < 65'536) {
        calling.push_back(std::move(*sockets.open(Family::ipv4)));
        failure = sockets.connect(calling.back().get(), nobody);
        if (failure.error != Error::would_block) {
            break;
        }
    }
    CHECK(failure.error == Error::address_not_available);
    CHECK(calling.size() == 28'233); // 32768 to 60999 (ip(7)), and the one that found none
    CHECK(sockets.listen(Endpoint::any(Family::ipv4), 0).error() == Error::address_in_use);
    CHECK(sockets.pair().error() == Error::address_in_use);
    calling.front().close();
    CHECK(sockets.pair().error() == Error::address_in_use); // which needs two
    CHECK_FALSE(sockets.listen(Endpoint::any(Family::ipv4), 0).failure());
    CHECK(sockets.connect(calling.back().get(), nobody).error == Error::would_block);
}

TEST_CASE("numbers are used again, the lowest first, and never those of the standard streams") {
    World world(linux_6(), 1);
    Sockets& sockets = world.machine().sockets();
    SocketOwner first = std::move(*sockets.open(Family::ipv4));
    const SocketOwner second = std::move(*sockets.open(Family::ipv4));
    CHECK(static_cast<std::uint64_t>(first.get()) == 3);
    CHECK(static_cast<std::uint64_t>(second.get()) == 4);
    first.close();
    const SocketOwner third = std::move(*sockets.open(Family::ipv4));
    CHECK(static_cast<std::uint64_t>(third.get()) == 3);
    World windows(winsock_win10(), 1);
    const SocketOwner handle = std::move(*windows.machine().sockets().open(Family::ipv4));
    CHECK(static_cast<std::uint64_t>(handle.get()) % 4 == 0);
    CHECK(static_cast<std::uint64_t>(handle.get()) > 2);
}

TEST_CASE("a pool that is used up is a shortage, or a would-block, and has room again in the end") {
    World world(winsock_win10(), 1);
    Machine& machine = world.machine();
    const Ends one = link(world);
    const Ends other = link(world);
    machine.set_pool(1'000'000, PoolAnswer::no_buffer_space);
    CHECK(send(machine, one.client.get(), 1'000'001).error() == Error::no_buffer_space);
    REQUIRE(send(machine, one.client.get(), 1'000'000));
    CHECK(machine.load().pool_used == 1'000'000);
    CHECK(send(machine, other.client.get(), 1).error() == Error::no_buffer_space);
    machine.set_pool(1'000'000, PoolAnswer::would_block);
    CHECK(send(machine, other.client.get(), 1).error() == Error::would_block);
    hear(world, machine, one.server.get());
    CHECK(machine.load().pool_used == 0);
    CHECK(send(machine, other.client.get(), 1));
}

TEST_CASE("memory pressure shrinks buffers, those of new connections too, and lets go again") {
    World world(linux_6(), 1);
    Machine& machine = world.machine();
    machine.set_memory_pressure(1000);
    const Ends ends = link(world);
    CHECK(*send(machine, ends.client.get(), 5000) == 1000);
    machine.set_memory_pressure(2000);
    CHECK(*send(machine, ends.client.get(), 5000) == 1000);
    machine.set_memory_pressure(std::numeric_limits<std::uint64_t>::max());
    CHECK(*send(machine, ends.client.get(), 5000) == 5000);
}

TEST_CASE("who may take nothing for want of memory takes nothing, and says so to the poll") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        World world(preset, 1);
        Machine& machine = world.machine();
        const Ends ends = link(world);
        machine.set_memory_pressure(0);
        CHECK_FALSE(machine.poll_bits(ends.client.get()).out);
        CHECK(send(machine, ends.client.get(), 1).error() == Error::would_block);
    }
}

TEST_CASE("the ideal backlog moves the limit of sockets that have none of their own") {
    World world(winsock_win10(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    REQUIRE(send(machine, ends.client.get(), 70'000));
    CHECK_FALSE(machine.poll_bits(ends.client.get()).out);
    machine.set_ideal_backlog(1'000'000);
    CHECK(machine.poll_bits(ends.client.get()).out);
    machine.set_ideal_backlog(0);
    CHECK_FALSE(machine.poll_bits(ends.client.get()).out); // still the default of 65,536
}

TEST_CASE("what is orphaned is told, and what lies unsent, and that something has changed") {
    World world(linux_6(), 1);
    Machine& machine = world.machine();
    Ends ends = link(world);
    const std::uint64_t before = machine.changes();
    const std::uint64_t taken = *send(machine, ends.client.get(), 2'000'000);
    CHECK(machine.changes() > before);
    CHECK(machine.load().most_unsent == taken);
    CHECK(machine.load().orphaned == 0);
    ends.client.close();
    CHECK(machine.load().orphaned == taken);
    CHECK(machine.load().most_unsent == 0);
}

TEST_CASE("figures are told only by systems that know them, and of connections only") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        World world(preset, 1);
        Sockets& sockets = world.machine().sockets();
        const Ends ends = link(world);
        const Socket client = ends.client.get();
        const bool linux = preset.name == "linux" || preset.name == "nasty";
        CHECK(sockets.unsent(client).has_value() == linux);
        CHECK(sockets.unacknowledged(client).has_value() == linux);
        CHECK(sockets.round_trip(client).has_value() == linux);
        const SocketOwner fresh = std::move(*sockets.open(Family::ipv4));
        for (const Socket none : {fresh.get(), Socket::none}) {
            CHECK_FALSE(sockets.unsent(none).has_value());
            CHECK_FALSE(sockets.unacknowledged(none).has_value());
            CHECK_FALSE(sockets.round_trip(none).has_value());
        }
    }
}

TEST_CASE("calls on numbers that are no sockets' say so in the system's own words") {
    for (const Preset& preset : {linux_6(), winsock_win10()}) {
        World world(preset, 1);
        Sockets& sockets = world.machine().sockets();
        const bool posix = preset.dialect == Dialect::posix;
        const Failure gone =
            posix ? Failure{Error::bad_descriptor, 9} : Failure{Error::not_a_socket, 10038};
        CHECK(sockets.local(Socket::none).failure() == gone);
        CHECK(sockets.limit_unsent(Socket::none, 1).failure() == gone);
        CHECK(sockets.set_option(Socket::none, SocketOption::no_delay, 1) == gone);
        CHECK(sockets.option(Socket::none, SocketOption::no_delay).failure() == gone);
        CHECK(sockets.shut_writes(Socket::none) == gone);
        sockets.close(Socket::none);
        sockets.abort(Socket::none);
    }
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
