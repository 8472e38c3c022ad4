// Time, order, and what a world can tell.

#include "play.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::simulation::testing {

namespace {

// A little of everything, with the chances of a nasty system.
std::uint64_t hash_of_a_run(const Preset& preset, std::uint64_t seed,
                            std::vector<std::string>* lines = nullptr) {
    World world(preset, seed);
    if (lines != nullptr) {
        world.set_trace([lines](std::string_view line) { lines->emplace_back(line); });
    }
    Ends ends = link(world);
    for (int i = 0; i < 50; ++i) {
        (void)send(world.machine(), ends.client.get(), 1000);
        (void)receive(world.machine(), ends.server.get(), 700);
        look(world.machine(), ends.client.get(), Interest::write);
    }
    ends.client.close();
    hear(world, world.machine(), ends.server.get());
    ends.server.close();
    world.pass(std::chrono::seconds(1));
    if (lines != nullptr) {
        CHECK(lines->size() == world.trace_length());
    }
    return world.trace_hash();
}

} // namespace

TEST_SUITE_BEGIN("world");

TEST_CASE("the same calls and the same seed give the same trace, line by line") {
    for (const Preset& preset : presets()) {
        std::vector<std::string> one;
        std::vector<std::string> other;
        const std::uint64_t hash = hash_of_a_run(preset, 7, &one);
        CHECK(hash_of_a_run(preset, 7, &other) == hash);
        CHECK(hash_of_a_run(preset, 7) == hash); // whether or not somebody listens
        CHECK(one == other);
        CHECK(one.size() > 100);
    }
}

TEST_CASE("another seed is another run where chance has a say") {
    CHECK(hash_of_a_run(nasty(), 1) != hash_of_a_run(nasty(), 2));
}

TEST_CASE("what is done to a world is in its trace, and so is how much was sent") {
    const auto hash = [](auto&& act) {
        World world(winsock_win10(), 1);
        const Ends ends = link(world);
        act(world, ends);
        return world.trace_hash();
    };
    const auto by_world = [&hash](auto&& act) {
        return hash([&act](World& world, const Ends&) { act(world, world.machine()); });
    };
    std::vector<std::uint64_t> hashes = {
        by_world([](World&, Machine&) {}),
        by_world([](World&, Machine& one) { one.set_pool(0, PoolAnswer::would_block); }),
        by_world([](World&, Machine& one) { one.set_pool(0, PoolAnswer::no_buffer_space); }),
        by_world([](World&, Machine& one) { one.set_most_sockets(0); }),
        by_world([](World&, Machine& one) { one.set_memory_pressure(0); }),
        by_world([](World&, Machine& one) { one.set_ideal_backlog(0); }),
        by_world([](World&, Machine& one) { one.vanish(); }),
        by_world([](World&, Machine& one) { one.exit(Exit::without_closing); }),
        by_world([](World&, Machine& one) { one.exit(Exit::after_closing); }),
        by_world([](World&, Machine& one) { one.resolver().resolve("localhost", 1, {}); }),
        by_world([](World& world, Machine&) { world.add_machine(bsd()); }),
        by_world([](World& world, Machine& one) { world.set_link(one, one, {}); }),
        by_world([](World& world, Machine& one) { world.set_link(one, one, {.jitter = a_while}); }),
        by_world([](World& world, Machine& one) { world.cut_link(one, one, true); }),
        by_world([](World& world, Machine& one) { world.cut_link(one, one, false); }),
        by_world([](World& world, Machine&) { world.faults().draw(1); }),
        by_world([](World& world, Machine&) { world.faults().set(Fault::pair_fails, 1); }),
        by_world([](World& world, Machine&) { world.faults().plan(Fault::pair_fails, 1); }),
        by_world([](World& world, Machine&) { world.faults().calm(); }),
        hash([](World& world, const Ends& ends) {
            world.machine().reset_connection(ends.client.get());
        }),
    };
    for (const std::uint64_t bytes : {9u, 10u}) {
        hashes.push_back(hash([bytes](World& world, const Ends& ends) {
            REQUIRE(send(world.machine(), ends.client.get(), bytes));
        }));
    }
    CHECK(std::set(hashes.begin(), hashes.end()).size() == hashes.size());
    // To ask changes nothing.
    CHECK(hashes.front() == hash([](World& world, const Ends& ends) {
              Sockets& sockets = world.machine().sockets();
              (void)sockets.option(ends.client.get(), SocketOption::send_buffer);
              (void)sockets.peer(ends.client.get());
              (void)world.machine().load();
          }));
}

TEST_CASE("time moves in waits and in pass, and nowhere else") {
    World world(linux_6(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    const Instant start = world.now();
    CHECK(machine.clock().now() == start);
    REQUIRE(send(machine, ends.client.get(), "text"));
    CHECK_FALSE(receive(machine, ends.server.get()));
    (void)machine.poll_bits(ends.server.get());
    CHECK(world.now() == start);
    look(machine, ends.server.get(), Interest::none);
    CHECK(world.now() == start + World::tick);
    world.pass(std::chrono::seconds(3));
    CHECK(world.now() == start + World::tick + std::chrono::seconds(3));
    CHECK(machine.clock().now() == world.now());
}

TEST_CASE("for ever is until nothing is left to do, and time goes on afterwards") {
    World world(linux_6(), 1);
    Machine& machine = world.machine();
    Machine& nowhere = world.add_machine(linux_6());
    world.set_link(machine, nowhere, {.latency = forever});
    const Ends ends = link(world);
    REQUIRE(send(machine, ends.client.get(), "text"));
    const SocketOwner lost = calling(machine, nowhere.address(Family::ipv4, 9));
    const Instant start = world.now();
    world.pass(forever);
    CHECK(machine.sockets().connect_outcome(lost.get()).error == Error::timed_out);
    CHECK(*receive(machine, ends.server.get()) == "text");
    CHECK(world.next_event() == never);
    CHECK(world.now() >= start + linux_6().connect_timeout);
    CHECK(world.now() < start + std::chrono::hours(1));
    REQUIRE(send(machine, ends.client.get(), "more"));
    world.pass(a_while);
    CHECK(*receive(machine, ends.server.get()) == "more");
}

TEST_CASE("a wait in units of nothing is as exact as time is") {
    Preset preset = linux_6();
    preset.wait_unit = Duration::zero();
    World world(preset, 1);
    const Instant start = world.now();
    const Duration odd = std::chrono::microseconds(3) + Duration(1);
    std::vector<Ready> ready;
    CHECK_FALSE(world.machine().make_poller("")->wait(WatchTable(), Scope::all, odd, ready));
    CHECK(world.now() == start + odd);
}

TEST_CASE("a wait ends when something is ready, or at its timeout in the system's own unit") {
    Preset preset = linux_6();
    preset.wait_unit = std::chrono::milliseconds(10);
    preset.loopback.latency = std::chrono::milliseconds(3);
    World world(preset, 1);
    const Ends ends = link(world);
    const Instant start = world.now();
    CHECK_FALSE(
        look(world.machine(), ends.server.get(), Interest::read, std::chrono::microseconds(10'001))
            .readable);
    CHECK(world.now() - start == std::chrono::milliseconds(20));
    REQUIRE(send(world.machine(), ends.client.get(), "text"));
    const Instant sent = world.now();
    CHECK(look(world.machine(), ends.server.get(), Interest::read, forever).readable);
    CHECK(world.now() - sent == std::chrono::milliseconds(3) + World::tick);
}

TEST_CASE("a wait without limit that nothing can end is a mistake, and said to be one") {
    World world(linux_6(), 1);
    const Ends ends = link(world);
    world.pass(std::chrono::hours(1)); // whatever was to happen has happened
    REQUIRE(world.next_event() == never);
    WatchTable table;
    REQUIRE(table.add(ends.server.get(), Interest::read).has_value());
    std::vector<Ready> ready;
    CHECK_THROWS_AS((void)world.machine().make_poller("")->wait(table, Scope::all, forever, ready),
                    std::logic_error);
}

TEST_CASE("a very long wait ends after an hour, with nothing") {
    World world(linux_6(), 1);
    const Ends ends = link(world);
    const Instant start = world.now();
    look(world.machine(), ends.server.get(), Interest::read, std::chrono::hours(100));
    CHECK(world.now() - start == std::chrono::hours(1));
}

TEST_CASE("the next event is known, and never when all is at rest") {
    World world(linux_6(), 1);
    CHECK(world.next_event() == never);
    const Ends ends = link(world);
    world.pass(std::chrono::hours(1));
    CHECK(world.next_event() == never);
    REQUIRE(send(world.machine(), ends.client.get(), "text"));
    CHECK(world.next_event() == world.now() + World::tick);
}

TEST_CASE("reports are counted, one for each watch that was ready") {
    World world(linux_6(), 1);
    const Ends ends = link(world);
    const std::uint64_t before = world.reports();
    look(world.machine(), ends.client.get(), Interest::read);
    CHECK(world.reports() == before);
    look(world.machine(), ends.client.get(), Interest::read | Interest::write);
    CHECK(world.reports() == before + 1);
}

TEST_CASE("connections are counted until both ends are closed and nothing is under way") {
    World world(linux_6(), 1);
    CHECK(world.connections() == 0);
    {
        Ends ends = link(world);
        CHECK(world.connections() == 1);
        REQUIRE(send(world.machine(), ends.client.get(), 10'000'000));
        ends.client.close();
        world.pass(a_while);
        CHECK(world.connections() == 1);
        hear(world, world.machine(), ends.server.get());
        CHECK(world.connections() == 1);
        ends.server.close();
        CHECK(world.connections() == 1); // its FIN has to be acknowledged
        world.pass(a_while);
        CHECK(world.connections() == 0);
    }
    Ends aborted = link(world);
    aborted.client.abort();
    CHECK(world.connections() == 1);
    world.pass(a_while);
    CHECK(world.connections() == 0);
}

TEST_CASE("machines of different systems talk to each other, each by its own habits") {
    World world(linux_6(), 1);
    Machine& here = world.machine();
    Machine& there = world.add_machine(winsock_win10());
    CHECK(&world.machine(1) == &there);
    CHECK(there.preset().name == "winsock-win10");
    CHECK(to_string(here.address(Family::ipv4, 7)) == "10.0.0.1:7");
    CHECK(to_string(there.address(Family::ipv6, 7)) == "[fd00::2]:7");
    const Ends ends = link(world, here, there);
    CHECK(here.sockets().peer(ends.client.get())->address == there.address(Family::ipv4).address);
    CHECK(there.sockets().peer(ends.server.get())->address == here.address(Family::ipv4).address);
    CHECK(*send(there, ends.server.get(), 10'000'000) == 10'000'000);
    CHECK(hear(world, here, ends.client.get()).bytes == 10'000'000);
    CHECK(*send(here, ends.client.get(), 10'000'000) < 10'000'000);
}

TEST_CASE("by loopback a machine reaches only itself") {
    World world(linux_6(), 1);
    Machine& other = world.add_machine(linux_6());
    constexpr std::uint16_t port = 10'001;
    const Endpoint everywhere = Endpoint::any(Family::ipv4, port);
    const SocketOwner listening = listener(other, 0, &everywhere);
    const SocketOwner lost = calling(world.machine(), Endpoint::loopback(Family::ipv4, port));
    world.pass(a_while);
    CHECK(world.machine().sockets().connect_outcome(lost.get()).error == Error::connection_refused);
}

TEST_CASE("chances of a test's own disturb no others") {
    World one(nasty(), 9);
    World other(nasty(), 9);
    CHECK(one.random().next() == other.random().next());
    Random random(4);
    Random split = random.split();
    CHECK(split.next() != random.next());
    CHECK(Random(4).below(0) == 0);
    CHECK_FALSE(Random(4).one_in(0));
    CHECK(Random(4).one_in(1));
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t number = random.between(std::uint64_t{3}, std::uint64_t{5});
        CHECK(number >= 3);
        CHECK(number <= 5);
        const Duration time = random.between(Duration(2), Duration(3));
        CHECK(time >= Duration(2));
        CHECK(time <= Duration(3));
    }
    // The first numbers of SplitMix64 by its authors' own program, seeded with 0.
    CHECK(Random(0).next() == 0xe220a8397b1dcdaf);
}

TEST_CASE("a preset is found by its name, and what is none is not") {
    CHECK(presets().size() == 7);
    for (const Preset& preset : presets()) {
        const std::optional<Preset> found = find_preset(preset.name);
        REQUIRE(found.has_value());
        CHECK(found->name == preset.name);
        World world(*found, 1);
        CHECK(world.machine().poller_names() == preset.pollers);
        CHECK(world.machine().make_poller("none of these") == nullptr);
    }
    CHECK_FALSE(find_preset("windows-3.1").has_value());
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
