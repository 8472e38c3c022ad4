// Faults set, planned and calmed by hand, one after the other, and limits set meanwhile.

#include "play.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace caesura::simulation::testing {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration wrap = milliseconds(std::uint64_t{1} << 32);

std::uint64_t fired(World& world, Fault fault) {
    return world.faults().tally(fault).fired;
}

/// Lets time pass until it has come about; not for ever.
void pass_until_fired(World& world, Fault fault) {
    for (int i = 0; i < 1'000'000 && fired(world, fault) == 0; ++i) {
        world.pass(World::tick);
    }
    REQUIRE(fired(world, fault) == 1);
}

std::size_t active_faults(World& world) {
    const auto all = all_faults();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& facts) {
        return world.faults().is_active(facts.fault);
    }));
}

/// Of so many opens, which fail.
std::string opened(World& world, int times) {
    std::string which;
    for (int i = 0; i < times; ++i) {
        which += world.machine().sockets().open(Family::ipv4) ? '.' : '#';
    }
    return which;
}

std::size_t room(Machine& machine) {
    std::vector<SocketOwner> held;
    while (held.size() < 100) {
        auto socket = machine.sockets().open(Family::ipv4);
        if (!socket) {
            break;
        }
        held.push_back(std::move(*socket));
    }
    return held.size();
}

/// What a new connection takes in sends of a thousand bytes, all at once.
std::uint64_t burst(World& world) {
    const Ends ends = link(world);
    std::uint64_t all = 0;
    while (const auto taken = send(world.machine(), ends.client.get(), 1000)) {
        all += *taken;
    }
    return all;
}

Preset with_ideal_backlog() {
    Preset preset = winsock_win10();
    preset.sends.backlog = Backlog::ideal;
    return preset;
}

} // namespace

TEST_SUITE_BEGIN("fault switch");

TEST_CASE("what befalls links and connections comes, whatever was set before") {
    World world(linux_6(), 1);
    const Ends ends = link(world);
    world.faults().set(Fault::receive_short, 2);
    world.pass(seconds(10));
    world.faults().set(Fault::connection_killed, 1);
    world.faults().set(Fault::link_cut, 1);
    world.pass(seconds(60));
    CHECK(fired(world, Fault::connection_killed) == 1);
    CHECK(fired(world, Fault::link_cut) > 10);
}

TEST_CASE("what befalls links comes again once it is on again, and as often as before") {
    World world(linux_6(), 1);
    world.faults().set(Fault::link_cut, 1);
    world.pass(seconds(60));
    const std::uint64_t first = fired(world, Fault::link_cut);
    world.faults().set(Fault::link_cut, 0);
    CHECK_FALSE(world.faults().is_on());
    world.pass(seconds(60));
    CHECK(fired(world, Fault::link_cut) == first);
    for (int i = 0; i < 10; ++i) { // in vain: it is on
        world.faults().set(Fault::link_cut, 0);
        world.faults().set(Fault::link_cut, 1);
    }
    world.faults().calm();
    world.faults().set(Fault::link_cut, 1);
    world.pass(seconds(60));
    const std::uint64_t second = fired(world, Fault::link_cut) - first;
    CHECK(second > first / 2);
    CHECK(second < first * 2);
}

TEST_CASE("after a calm only what is set from then on goes wrong") {
    World world(linux_6(), 1);
    world.faults().draw(42);
    REQUIRE(active_faults(world) > 10);
    world.faults().calm();
    CHECK(active_faults(world) == 0);
    CHECK(std::any_of(all_faults().begin(), all_faults().end(), [&](const FaultFacts& facts) {
        return world.faults().tally(facts.fault).active; // what there was is told on
    }));
    world.faults().set(Fault::receive_short, 0);
    CHECK_FALSE(world.faults().is_on());
    CHECK(active_faults(world) == 0);
    world.faults().calm();
    world.faults().plan(Fault::send_short, 1);
    CHECK(active_faults(world) == 1);
    world.faults().calm();
    CHECK(active_faults(world) == 0);
}

TEST_CASE("what is set last is in force, and a plan counts from when it was made") {
    World world(linux_6(), 1);
    world.faults().plan(Fault::open_too_many, 1);
    CHECK(opened(world, 2) == "#.");
    world.faults().set(Fault::open_too_many, 1);
    CHECK(opened(world, 3) == "###");
    world.faults().plan(Fault::open_too_many, 2);
    CHECK(opened(world, 4) == ".#..");
}

TEST_CASE("a fault by hand fires by the world's seed, and apart from the others") {
    const auto run = [](std::uint64_t seed) {
        World world(linux_6(), seed);
        world.faults().set(Fault::open_too_many, 3);
        world.faults().set(Fault::pair_fails, 3);
        std::string opens;
        std::string pairs;
        for (int i = 0; i < 60; ++i) {
            opens += opened(world, 1);
            pairs += world.machine().sockets().pair() ? '.' : '#';
        }
        CHECK(opens != pairs);
        return opens;
    };
    CHECK(run(1) == run(1));
    CHECK(run(1) != run(2));
    CHECK(run(1) != run(3));
}

TEST_CASE("an ideal backlog that moves is calmed, and is the test's own once it sets it") {
    World untouched(with_ideal_backlog(), 1);
    const std::uint64_t usual = burst(untouched);
    World world(with_ideal_backlog(), 1);
    const Ends ends = link(world);
    world.faults().set(Fault::backlog_moves, 1);
    pass_until_fired(world, Fault::backlog_moves);
    CHECK(burst(world) != usual);
    world.faults().calm();
    CHECK(burst(world) == usual);
    CHECK(*send(world.machine(), ends.client.get(), usual - 1000) == usual - 1000);
    CHECK(send(world.machine(), ends.client.get(), 1000));
    CHECK_FALSE(send(world.machine(), ends.client.get(), 1000)); // of those before it, too

    world.faults().set(Fault::backlog_moves, 1);
    world.pass(seconds(1));
    world.faults().set(Fault::backlog_moves, 0);
    CHECK(burst(world) != usual); // it stays where it was moved
    world.machine().set_ideal_backlog(5000);
    CHECK(burst(world) == 5000);
    world.faults().calm();
    CHECK(burst(world) == 5000);
}

TEST_CASE("a limit of sockets that the test sets while a fault has its own stays") {
    for (const bool calms : {false, true}) {
        World world(winsock_win10(), 1);
        world.faults().set(Fault::descriptor_limit, 1);
        pass_until_fired(world, Fault::descriptor_limit);
        CHECK(room(world.machine()) < 3);
        world.machine().set_most_sockets(50);
        CHECK(room(world.machine()) < 3);
        world.faults().set(Fault::descriptor_limit, 0);
        if (calms) {
            world.faults().calm();
        } else {
            world.pass(seconds(3));
        }
        CHECK(room(world.machine()) == 50);
    }
}

TEST_CASE("a limit of memory that the test sets while a fault has its own stays") {
    for (const bool calms : {false, true}) {
        World world(winsock_win10(), 1);
        const Ends ends = link(world);
        const auto answer = [&](std::uint64_t bytes) {
            return send(world.machine(), ends.client.get(), bytes).error();
        };
        world.faults().set(Fault::pool_limit, 1);
        pass_until_fired(world, Fault::pool_limit);
        CHECK(answer(5000) != Error::none);
        world.machine().set_pool(6000, PoolAnswer::would_block);
        CHECK(answer(5000) != Error::none);
        world.faults().set(Fault::pool_limit, 0);
        if (calms) {
            world.faults().calm();
        } else {
            world.pass(seconds(6));
        }
        CHECK(answer(7000) == Error::would_block);
        CHECK(answer(5000) == Error::none);
    }
}

TEST_CASE("a smaller limit of the test's own is in force whatever a fault has, with its answer") {
    World world(winsock_win10(), 1);
    const Ends ends = link(world);
    world.machine().set_pool(0, PoolAnswer::would_block);
    world.faults().set(Fault::pool_limit, 1);
    for (int i = 0; i < 200; ++i) { // of the answers that the fault has one is another
        world.pass(milliseconds(100));
        REQUIRE(send(world.machine(), ends.client.get(), 1).error() == Error::would_block);
    }
    CHECK(fired(world, Fault::pool_limit) > 2);
}

TEST_CASE("what the test makes of a link while a fault has it stays") {
    World world(linux_6(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    world.faults().set(Fault::link_slow, 1);
    world.faults().set(Fault::link_cut, 1);
    world.pass(seconds(2));
    REQUIRE(fired(world, Fault::link_slow) > 0);
    world.set_link(machine, machine, {.latency = milliseconds(5)});
    world.faults().calm();
    world.pass(seconds(10));
    REQUIRE(send(machine, ends.client.get(), "text"));
    const Instant sent = world.now();
    CHECK(look(machine, ends.server.get(), Interest::read, seconds(1)).readable);
    CHECK(world.now() - sent == milliseconds(5) + World::tick);
}

TEST_CASE("a clock never goes back, whatever becomes of it and when") {
    World world(linux_6(), 1);
    Clock& clock = world.machine().clock();
    Instant told{};
    const auto look_at_clock = [&] {
        const Instant now = clock.now();
        CHECK(now >= told);
        told = now;
    };
    world.pass(milliseconds(10) + std::chrono::microseconds(3));
    for (const std::uint64_t once_in : {1u, 0u, 1u}) {
        look_at_clock();
        world.faults().set(Fault::clock_coarse, once_in);
        look_at_clock();
        world.pass(milliseconds(1));
        look_at_clock();
    }
    CHECK(told < world.now()); // coarse
    world.faults().set(Fault::clock_coarse, 0);
    CHECK(clock.now() == world.now());
    look_at_clock();
    world.pass(std::chrono::hours(24 * 60)); // beyond 2^32 ms
    look_at_clock();
    world.faults().set(Fault::clock_wraps, 1);
    look_at_clock();
    CHECK(told == Instant(2 * wrap - seconds(1)));
    CHECK(fired(world, Fault::clock_wraps) == 0);
    world.pass(seconds(2));
    look_at_clock();
    CHECK(told == Instant(2 * wrap + seconds(1)));
    CHECK(fired(world, Fault::clock_wraps) == 1);
    world.faults().calm();
    look_at_clock();
}

TEST_CASE("at the end of time a clock that is to wrap stands still, as all does") {
    World world(linux_6(), 1);
    world.pass(forever - std::chrono::hours(2));
    world.faults().set(Fault::clock_wraps, 1);
    CHECK(world.machine().clock().now() == never);
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
