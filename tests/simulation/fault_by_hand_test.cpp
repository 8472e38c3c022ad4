// Single faults, set by hand, where what they are to befall is odd: not there, gone, or too late.

#include "play.hpp"
#include "simulation/computer.hpp"
#include "simulation/network.hpp"
#include "simulation/sockets.hpp"

#include <caesura/file.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace caesura::simulation::testing {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Scene {
    explicit Scene(const Preset& preset = linux_6()) : world(preset, 1) {}

    std::uint64_t fired(Fault fault) { return world.faults().tally(fault).fired; }
    // Many short waits for one socket.
    std::vector<Ready> wait_often(Socket socket, Interest interest, int times = 200) {
        WatchTable table;
        REQUIRE(table.add(socket, interest).has_value());
        const auto poller = machine.make_poller("");
        std::vector<Ready> ready;
        for (int i = 0; i < times; ++i) {
            (void)poller->wait(table, Scope::all, milliseconds(20), ready);
        }
        return ready;
    }
    SocketOwner fresh() { return std::move(*machine.sockets().open(Family::ipv4)); }

    World world;
    Machine& machine = world.machine();
    Sockets& sockets = machine.sockets();
};

// The same letter from end to end.
class EvenFile final : public File {
public:
    FileVersion version() const override { return {0, 0, 10'000, 0}; }
    Failure read(std::uint64_t, std::span<std::byte> room) const override {
        std::fill(room.begin(), room.end(), std::byte{'f'});
        return {};
    }
};

} // namespace

TEST_SUITE_BEGIN("fault by hand");

TEST_CASE("calls on numbers that are no sockets' fail as ever, whatever else is to go wrong") {
    Scene scene;
    for (const Fault fault :
         {Fault::connect_fails_late, Fault::connect_at_once, Fault::connect_outcome_fails,
          Fault::connect_given_up, Fault::accept_caller_gone, Fault::send_short}) {
        scene.world.faults().set(fault, 1);
        CHECK(scene.sockets.connect(Socket::none, Endpoint::loopback(Family::ipv4, 9)).error ==
              Error::bad_descriptor);
        CHECK(scene.sockets.connect_outcome(Socket::none).error == Error::bad_descriptor);
        CHECK(scene.sockets.accept(Socket::none).error() == Error::bad_descriptor);
        CHECK(send(scene.machine, Socket::none, 2).error() == Error::bad_descriptor);
        scene.sockets.close(Socket::none);
        SocketOwner fresh = scene.fresh();
        CHECK(send(scene.machine, fresh.get(), 2).error() == Error::broken_pipe);
        fresh.close();
        scene.world.faults().set(fault, 0);
    }
    CHECK(scene.fired(Fault::connect_given_up) == 0);
    CHECK(scene.fired(Fault::accept_caller_gone) == 0);
    CHECK(scene.fired(Fault::connect_at_once) == 0);
}

TEST_CASE("a connect that is to fail later fails nobody who has given it up") {
    Scene scene;
    scene.world.faults().plan(Fault::connect_fails_late, 1, false, Error::host_unreachable);
    SocketOwner given_up = scene.fresh();
    CHECK(scene.sockets.connect(given_up.get(), Endpoint::loopback(Family::ipv4, 9)).error ==
          Error::would_block);
    given_up.close();
    const SocketOwner next = scene.fresh(); // of the same number
    scene.world.pass(seconds(10));
    CHECK(scene.sockets.connect_outcome(next.get()).error == Error::would_block);
}

TEST_CASE("a connect that is to fail later has failed already where the system was quicker") {
    Preset preset = linux_6();
    preset.connect_timeout = std::chrono::microseconds(1);
    Scene scene(preset);
    scene.world.faults().plan(Fault::connect_fails_late, 1, false, Error::host_unreachable);
    const SocketOwner caller = calling(scene.machine, Endpoint::loopback(Family::ipv4, 9));
    scene.world.pass(seconds(10));
    CHECK(scene.sockets.connect_outcome(caller.get()).error == Error::timed_out);
}

TEST_CASE("a connection that is to stand at once does not where nobody has room for it") {
    Scene scene;
    scene.world.faults().set(Fault::connect_at_once, 1);
    const SocketOwner listening = listener(scene.machine, 1);
    const Endpoint there = *scene.sockets.local(listening.get());
    std::vector<SocketOwner> callers;
    std::vector<Error> answers;
    for (int i = 0; i < 3; ++i) {
        callers.push_back(scene.fresh());
        answers.push_back(
            scene.sockets
                .connect(callers.back().get(), Endpoint::loopback(Family::ipv4, there.port))
                .error);
    }
    CHECK(answers == std::vector{Error::none, Error::none, Error::would_block});
    const SocketOwner wrong = scene.fresh();
    CHECK(scene.sockets.connect(wrong.get(), Endpoint::loopback(Family::ipv6, 1)).error ==
          Error::family_not_supported);
}

TEST_CASE("a refusal on its way to somebody who has gone harms nobody") {
    Scene scene;
    SocketOwner gone = calling(scene.machine, Endpoint::loopback(Family::ipv4, 9));
    scene.world.pass(std::chrono::microseconds(15)); // it has been sent, and not come
    gone.close();
    const SocketOwner next = scene.fresh();
    scene.world.pass(seconds(1));
    CHECK(scene.sockets.connect_outcome(next.get()).error == Error::would_block);
}

TEST_CASE("a pipe is broken by a reset after a FIN only; else the reset is called by its name") {
    for (const bool after_fin : {false, true}) {
        Scene scene;
        const Ends ends = link(scene.world);
        if (after_fin) {
            REQUIRE_FALSE(scene.sockets.shut_writes(ends.server.get()));
            scene.world.pass(a_while);
        }
        scene.world.faults().plan(Fault::send_peer_gone, 1, false, Error::broken_pipe);
        CHECK(send(scene.machine, ends.client.get(), 1).error() ==
              (after_fin ? Error::broken_pipe : Error::connection_reset));
    }
}

TEST_CASE("last bytes, FIN and reset come at once, and only to who has not heard all the rest") {
    for (const Preset& preset : {linux_6(), winsock_win10()}) {
        CAPTURE(preset.name);
        Scene scene(preset);
        const Ends ends = link(scene.world);
        scene.world.faults().set(Fault::receive_fin_and_reset, 1);
        scene.world.pass(seconds(5)); // nobody has said anything
        CHECK(scene.fired(Fault::receive_fin_and_reset) == 0);
        REQUIRE(send(scene.machine, ends.client.get(), "unfinished"));
        scene.world.pass(seconds(5)); // nor the last of it
        CHECK(scene.fired(Fault::receive_fin_and_reset) == 0);
        REQUIRE_FALSE(scene.sockets.shut_writes(ends.client.get()));
        scene.world.pass(seconds(5));
        CHECK(scene.fired(Fault::receive_fin_and_reset) == 1);
        const auto got = receive(scene.machine, ends.server.get());
        CHECK(bool(got) == (preset.reset_eats == ResetEats::nothing));
        const Error told =
            preset.dialect == Dialect::posix ? Error::broken_pipe : Error::connection_reset;
        CHECK(send(scene.machine, ends.server.get(), 1).error() == told);
    }
}

TEST_CASE("no FIN and reset come before bytes that are under way") {
    Scene scene;
    const Ends ends = link(scene.world);
    REQUIRE(*send(scene.machine, ends.client.get(), 1'000'000) == 1'000'000);
    REQUIRE_FALSE(scene.sockets.shut_writes(ends.client.get()));
    scene.world.faults().set(Fault::receive_fin_and_reset, 1);
    scene.world.pass(seconds(5)); // more than the other end has room for
    CHECK(scene.fired(Fault::receive_fin_and_reset) == 0);
    CHECK(hear(scene.world, scene.machine, ends.server.get()).bytes == 1'000'000);
}

TEST_CASE("no FIN and reset come from who has given up") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(1);
    Scene scene(preset);
    const Ends ends = link(scene.world);
    REQUIRE(send(scene.machine, ends.client.get(), "unread"));
    scene.world.pass(a_while);
    scene.world.cut_link(scene.machine, scene.machine, true);
    REQUIRE(send(scene.machine, ends.client.get(), "in vain"));
    scene.world.pass(seconds(2));
    REQUIRE(receive(scene.machine, ends.client.get()).error() == Error::timed_out);
    scene.world.faults().set(Fault::receive_fin_and_reset, 1);
    scene.world.pass(seconds(5));
    CHECK(scene.fired(Fault::receive_fin_and_reset) == 0);
    CHECK(*receive(scene.machine, ends.server.get()) == "unread");
}

TEST_CASE("callers that pile up while nobody is told of them are a storm") {
    Scene scene;
    const SocketOwner listening = listener(scene.machine, 8);
    const auto port = scene.sockets.local(listening.get())->port;
    std::vector<SocketOwner> callers;
    for (int i = 0; i < 3; ++i) {
        callers.push_back(calling(scene.machine, Endpoint::loopback(Family::ipv4, port)));
    }
    scene.world.faults().set(Fault::accept_storm, 1);
    scene.wait_often(listening.get(), Interest::read);
    CHECK(scene.fired(Fault::accept_storm) == 0); // three are none
    callers.push_back(calling(scene.machine, Endpoint::loopback(Family::ipv4, port)));
    scene.wait_often(listening.get(), Interest::read);
    CHECK(scene.fired(Fault::accept_storm) > 0);
}

TEST_CASE("a watch of what is no socket is reported so, whatever the poller makes up besides") {
    for (const Fault fault : {Fault::ready_error_unasked, Fault::ready_late, Fault::accept_late,
                              Fault::ready_spurious, Fault::ready_invalid}) {
        Scene scene;
        scene.world.faults().set(fault, 1);
        SocketOwner gone = scene.fresh();
        const Socket number = gone.get();
        gone.close();
        const auto ready = scene.wait_often(number, Interest::read);
        REQUIRE_FALSE(ready.empty());
        CHECK(ready.front().invalid);
    }
}

TEST_CASE("a clock that is about to wrap is set once") {
    Scene scene;
    scene.world.faults().set(Fault::clock_wraps, 1);
    const Instant before = scene.machine.clock().now();
    scene.world.faults().set(Fault::clock_coarse, 1);
    CHECK(scene.machine.clock().now() > before - milliseconds(16));
    CHECK(scene.machine.clock().now() <= before);
    scene.world.pass(seconds(2));
    (void)scene.machine.clock().now();
    CHECK(scene.fired(Fault::clock_wraps) == 1);
}

TEST_CASE("beneath the faults, too, a file is sent, and as much as there is room for") {
    Network network(1);
    Computer computer(network, linux_6(), 0);
    network.computers.push_back(&computer);
    SimulatedSockets beneath(computer);
    const SocketPair pair = std::move(*beneath.pair());
    const auto file = std::make_shared<EvenFile>();
    const auto taken = beneath.send_file(pair.first.get(), {file, 10, 5000}, Follows::fin);
    REQUIRE(taken);
    network.run_until(network.now + seconds(1));
    std::vector<std::byte> room(6000);
    CHECK(*beneath.receive(pair.second.get(), room) == *taken);
    CHECK(room[0] == std::byte{'f'});
    CHECK(beneath.send_file(Socket::none, {file, 0, 1}, Follows::unknown).error() ==
          Error::bad_descriptor);
}

TEST_CASE("a planned fault without an error answers one of its own") {
    Scene scene;
    scene.world.faults().plan(Fault::open_no_right, 2);
    CHECK(scene.sockets.open(Family::ipv4));
    const Error error = scene.sockets.open(Family::ipv4).error();
    CHECK((error == Error::not_permitted || error == Error::access_denied));
    CHECK(scene.sockets.open(Family::ipv4));
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
