// Durations and numbers as large as there are, wherever one is asked for.

#include "play.hpp"
#include "simulation/network.hpp"
#include "simulation/way.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

namespace caesura::simulation::testing {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t most = ~std::uint64_t{0};
constexpr Duration years = hours(24 * 365 * 200);

Error outcome(Machine& machine, const SocketOwner& caller) {
    return machine.sockets().connect_outcome(caller.get()).error;
}

/// When so many bytes that leave at 0 arrive, by a way without latency to speak of.
Duration time_of(std::uint64_t bytes, std::uint64_t bandwidth) {
    Network network(1);
    network.now = Instant{};
    Way way;
    way.set_quality(network, {.latency = Duration::zero(), .bandwidth = bandwidth});
    Instant arrival{};
    way.carry(network, Heading::there, bytes, arrival, [] {});
    return until(arrival, Instant{});
}

} // namespace

TEST_SUITE_BEGIN("endless");

TEST_CASE("what is sent again for ever is never given up") {
    Preset preset = linux_6();
    preset.retransmission_timeout = forever;
    World world(preset, 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    world.cut_link(machine, machine, true);
    REQUIRE(send(machine, ends.client.get(), "patient"));
    world.pass(years);
    CHECK(receive(machine, ends.client.get()).error() == Error::would_block);
    world.cut_link(machine, machine, false);
    world.pass(a_while);
    CHECK(*receive(machine, ends.server.get()) == "patient");
}

TEST_CASE("a refusal that takes for ever is none") {
    for (const bool slower : {false, true}) {
        Preset preset = winsock_win7();
        preset.refusal_takes = forever;
        World world(preset, 1);
        if (slower) {
            world.faults().set(Fault::connect_refused_slowly, 1);
        }
        const SocketOwner caller = calling(world.machine(), Endpoint::loopback(Family::ipv4, 9));
        world.pass(seconds(20));
        CHECK(outcome(world.machine(), caller) == Error::would_block);
        world.pass(seconds(2));
        CHECK(outcome(world.machine(), caller) == Error::timed_out);
    }
}

TEST_CASE("who knocks for ever knocks ever more seldom, and is never refused by time") {
    Preset preset = linux_6();
    preset.connect_timeout = forever;
    World world(preset, 1);
    Machine& other = world.add_machine(preset);
    world.cut_link(world.machine(), other, true);
    const SocketOwner caller = calling(world.machine(), other.address(Family::ipv4, 9));
    world.pass(years);
    CHECK(outcome(world.machine(), caller) == Error::would_block);
    world.cut_link(world.machine(), other, false);
    world.pass(a_while);
    CHECK(outcome(world.machine(), caller) == Error::connection_refused);
}

TEST_CASE("a way that takes for ever is cut: what is sent is given up, or comes when it does not") {
    for (const bool is_mended : {false, true}) {
        Preset preset = linux_6();
        preset.retransmission_timeout = seconds(30);
        World world(preset, 1);
        Machine& machine = world.machine();
        const Ends ends = link(world);
        world.set_link(machine, machine, {.latency = forever});
        REQUIRE(send(machine, ends.client.get(), "text"));
        world.pass(seconds(29));
        CHECK(receive(machine, ends.client.get()).error() == Error::would_block);
        if (is_mended) {
            world.set_link(machine, machine, {});
        }
        world.pass(seconds(2));
        CHECK(receive(machine, ends.client.get()).error() ==
              (is_mended ? Error::would_block : Error::timed_out));
        const auto got = receive(machine, ends.server.get());
        CHECK((got ? *got : "") == (is_mended ? "text" : ""));
    }
}

TEST_CASE("no latency, jitter or slowness is too long to be one") {
    const Duration long_time = forever - Duration(1);
    for (const LinkQuality& quality :
         {LinkQuality{.latency = long_time, .jitter = milliseconds(1)},
          LinkQuality{.latency = milliseconds(1), .jitter = forever},
          LinkQuality{.latency = long_time, .jitter = long_time, .bandwidth = 1}}) {
        World world(linux_6(), 1);
        world.faults().set(Fault::link_slow, 1);
        world.pass(seconds(5));
        world.set_link(world.machine(), world.machine(), quality);
        const SocketOwner caller = calling(world.machine(), Endpoint::loopback(Family::ipv4, 9));
        world.pass(hours(1));
        CHECK(outcome(world.machine(), caller) == Error::timed_out);
    }
    CHECK(time_of(most, 1) == forever);
    CHECK(time_of(most, most) == seconds(1) + World::tick);
    CHECK(time_of(most / 2, most) >= milliseconds(499));
    CHECK(time_of(most / 2, most) <= milliseconds(501));
}

TEST_CASE("a wait in units of for ever takes as long as a wait may") {
    Preset preset = linux_6();
    preset.wait_unit = forever;
    World world(preset, 1);
    const Instant start = world.now();
    std::vector<Ready> ready;
    CHECK_FALSE(
        world.machine().make_poller("")->wait(WatchTable(), Scope::all, milliseconds(1), ready));
    CHECK(world.now() - start == hours(1));
}

TEST_CASE("time passes up to its end, where it stands still and nobody can wait") {
    World world(linux_6(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    world.pass(forever - hours(2));
    CHECK(world.now() < never - Duration(1));
    world.pass(forever - hours(1));
    CHECK(world.now() == never - Duration(1));
    REQUIRE(send(machine, ends.client.get(), "too late"));
    world.pass(seconds(1));
    CHECK(receive(machine, ends.server.get()).error() == Error::would_block);
    CHECK(world.now() == never - Duration(1));
    WatchTable table;
    std::vector<Ready> ready;
    const auto poller = machine.make_poller("");
    CHECK_THROWS_AS((void)poller->wait(table, Scope::all, seconds(1), ready), std::logic_error);
    world.faults().set(Fault::wait_slow, 1);
    CHECK_THROWS_AS((void)poller->wait(table, Scope::all, seconds(1), ready), std::logic_error);
}

TEST_CASE("between the least and the most there are all numbers, and all durations") {
    Random random(1);
    bool any_large = false;
    bool any_negative = false;
    for (int i = 0; i < 100; ++i) {
        any_large = any_large || random.between(std::uint64_t{0}, most) > most / 2;
        const Duration time = random.between(Duration::min(), Duration::max());
        any_negative = any_negative || time < Duration::zero();
        const Duration small = random.between(Duration(-2), Duration(2));
        CHECK(small >= Duration(-2));
        CHECK(small <= Duration(2));
    }
    CHECK(any_large);
    CHECK(any_negative);
    CHECK(random.between(most, most) == most);
    CHECK(random.between(Duration::min(), Duration::min()) == Duration::min());
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
