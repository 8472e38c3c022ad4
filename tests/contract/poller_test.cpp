// What a wait reports, and when it returns.

#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// At least the timeout by the system's own clock, which is a promise and no measurement.
void wait_in_vain(World& world, Duration timeout) {
    const Instant start = world.clock().now();
    CHECK(world.look(timeout).empty());
    CHECK(world.clock().now() - start >= timeout);
}

} // namespace

TEST_SUITE_BEGIN("poller");

TEST_CASE("nothing is reported before a byte has come") {
    World world;
    const Link link = world.link();
    world.watch(link.server.get(), Interest::read);
    CHECK(world.look().empty());
    CHECK(world.look(a_moment).empty());
}

TEST_CASE("one byte gives exactly one report, under the right name") {
    World world;
    const std::vector<Link> links = world.links(3);
    std::array<WatchId, 3> watches;
    for (std::size_t i = 0; i < links.size(); ++i) {
        watches[i] = world.watch(links[i].server.get(), Interest::read);
    }
    world.say(links[1].client.get(), "!");
    world.wait_for(watches[1]);
    const std::vector<Ready> ready = world.look();
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].watch == watches[1]);
    CHECK(ready[0].readable);
    CHECK_FALSE(ready[0].writable);
    CHECK_FALSE(ready[0].error);
    CHECK_FALSE(ready[0].invalid);
}

TEST_CASE("a wait of zero returns at once, whether or not something is ready") {
    World world;
    const Link link = world.link();
    world.watch(link.server.get(), Interest::read);
    for (int i = 0; i < 100; ++i) {
        CHECK(world.look().empty());
    }
    const WatchId writer = world.watch(link.client.get(), Interest::write);
    for (int i = 0; i < 100; ++i) {
        const std::vector<Ready> ready = world.look();
        REQUIRE(ready.size() == 1);
        CHECK(ready[0].watch == writer);
    }
    world.time_left();
}

// Something is known to be ready, or a faulty poller would keep the test for ever.
TEST_CASE("a wait without limit ends when something is ready") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    world.say(link.client.get(), "!");
    world.wait_for(watch);
    std::vector<Ready> ready;
    require_none(world.poller->wait(world.table, Scope::all, forever, ready));
    CHECK(only_report(ready, watch).has_value());
}

TEST_CASE("a wait for what does not happen is never over early") {
    World world;
    const Link link = world.link();
    world.watch(link.server.get(), Interest::read);
    for (int i = 0; i < 5; ++i) {
        wait_in_vain(world, microseconds(100));
        wait_in_vain(world, microseconds(3100));
    }
    wait_in_vain(world, std::chrono::nanoseconds(1));
}

TEST_CASE("an empty table is slept on for the whole timeout") {
    World world;
    for (int i = 0; i < 5; ++i) {
        wait_in_vain(world, microseconds(3100));
    }
    CHECK(world.look().empty());
}

TEST_CASE("a table without interest is slept on for the whole timeout") {
    World world;
    const Link link = world.link();
    world.watch(link.server.get(), Interest::none);
    world.say(link.client.get(), "!");
    for (int i = 0; i < 5; ++i) {
        wait_in_vain(world, microseconds(3100));
    }
}

TEST_CASE("what was ready before the wait is left in the list") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.client.get(), Interest::write);
    std::vector<Ready> ready(1);
    while (ready.size() < 2) {
        require_none(world.poller->wait(world.table, Scope::all, world.time_left(), ready));
    }
    CHECK(ready.size() == 2);
    CHECK(ready[0].watch == WatchId{});
    CHECK(ready[1].watch == watch);
}

TEST_CASE("bytes that were not read are reported again at each wait, and no more once read") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    world.say(link.client.get(), "again");
    CHECK(world.wait_for(watch).readable);
    for (int i = 0; i < 3; ++i) {
        const std::vector<Ready> ready = world.look();
        REQUIRE(ready.size() == 1);
        CHECK(ready[0].readable);
    }
    CHECK(world.hear(link.server.get(), 2) == "ag");
    CHECK(world.look().size() == 1);
    CHECK(world.hear(link.server.get(), 3) == "ain");
    CHECK(world.look().empty());
}

TEST_CASE("after silence, new bytes are reported anew") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    for (int i = 0; i < 5; ++i) {
        world.say(link.client.get(), "x");
        CHECK(world.wait_for(watch).readable);
        std::array<std::byte, 8> room{};
        CHECK(value_of(world.receive(link.server.get(), room)) == 1);
        CHECK(world.sockets().receive(link.server.get(), room).error() == Error::would_block);
        CHECK(world.look().empty());
    }
}

TEST_CASE("four sockets that become ready one after another are all reported, each once") {
    World world;
    const std::vector<Link> links = world.links(4);
    std::vector<WatchId> watches;
    for (const Link& link : links) {
        watches.push_back(world.watch(link.server.get(), Interest::read));
    }
    for (std::size_t i = 0; i < links.size(); ++i) {
        world.say(links[i].client.get(), "x");
        world.wait_for(watches[i]);
        const std::vector<Ready> ready = world.look();
        REQUIRE(ready.size() == i + 1);
        for (std::size_t k = 0; k <= i; ++k) {
            CHECK(only_report(ready, watches[k]).has_value());
        }
    }
}

TEST_CASE("a connection with room is writable, and nothing else") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.client.get(), Interest::write);
    const Ready ready = world.wait_for(watch);
    CHECK(ready.writable);
    CHECK_FALSE(ready.readable);
    CHECK_FALSE(ready.error);
    CHECK_FALSE(ready.invalid);
}

TEST_CASE("a connection that can do both is reported once, with both") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "!");
    world.await(link.server.get(), Interest::read);
    const WatchId watch = world.watch(link.server.get(), Interest::read | Interest::write);
    const Ready ready = world.wait_for(watch);
    CHECK(ready.readable);
    CHECK(ready.writable);
    CHECK(world.look().size() == 1);
}

TEST_CASE("the peer's FIN is reported as readable at each wait, before and after it was read") {
    World world;
    Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    link.client.close();
    for (int i = 0; i < 3; ++i) {
        const Ready ready = world.wait_for(watch);
        CHECK(ready.readable);
        CHECK_FALSE(ready.error);
        std::array<std::byte, 8> room{};
        CHECK(value_of(world.receive(link.server.get(), room)) == 0);
    }
}

TEST_SUITE_END();

} // namespace caesura::testing
