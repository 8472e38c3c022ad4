// A wait sees the table as it is, whatever happened to it since the last one.

#include "world.hpp"

#include <doctest/doctest.h>

#include <random>

namespace caesura::testing {

TEST_SUITE_BEGIN("poller");

TEST_CASE("without interest nothing is reported, not even after bytes, FIN or reset") {
    World world;
    std::vector<Link> links = world.links(3);
    for (const Link& link : links) {
        world.say(link.client.get(), "!");
        world.await(link.server.get(), Interest::read);
        world.watch(link.server.get(), Interest::none);
    }
    links[1].client.close();
    links[2].client.abort();
    CHECK(world.look(a_moment).empty());
}

TEST_CASE("a change of interest counts from the next wait on") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "!");
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    CHECK(world.wait_for(watch).readable);

    REQUIRE(world.table.set_interest(watch, Interest::none));
    CHECK(world.look().empty());

    REQUIRE(world.table.set_interest(watch, Interest::write));
    const Ready writing = world.wait_for(watch);
    CHECK(writing.writable);
    CHECK_FALSE(writing.readable);

    REQUIRE(world.table.set_interest(watch, Interest::read | Interest::write));
    const Ready both = world.wait_for(watch);
    CHECK(both.writable);
    CHECK(both.readable);

    REQUIRE(world.table.set_interest(watch, Interest::read));
    const Ready reading = world.wait_for(watch);
    CHECK(reading.readable);
    CHECK_FALSE(reading.writable);
}

TEST_CASE("interest that came and went between two waits was never there") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    CHECK(world.look().empty());
    REQUIRE(world.table.set_interest(watch, Interest::write));
    REQUIRE(world.table.set_interest(watch, Interest::read));
    CHECK(world.look().empty());
    world.say(link.client.get(), "!");
    CHECK(world.wait_for(watch).readable);
}

TEST_CASE("a removed watch is not reported, of a connection or of a listener") {
    World world;
    const SocketOwner listener = world.listener();
    const Link link = world.link(listener.get());
    const SocketOwner guest = world.open();
    const WatchId reader = world.watch(link.server.get(), Interest::read);
    const WatchId writer = world.watch(link.client.get(), Interest::write);
    const WatchId listening = world.watch(listener.get(), Interest::read);
    world.say(link.client.get(), "!");
    require_none(world.connect(guest.get(), world.local(listener.get())));
    world.wait_for(reader);
    world.wait_for(writer);
    world.wait_for(listening);
    REQUIRE(world.table.remove(reader));
    REQUIRE(world.table.remove(writer));
    REQUIRE(world.table.remove(listening));
    CHECK(world.look(a_moment).empty());
}

TEST_CASE("watches that are gone before the first wait are never reported") {
    World world;
    const std::vector<Link> links = world.links(64);
    const std::unique_ptr<Poller> poller = world.fresh_poller();
    std::vector<WatchId> watches;
    for (const Link& link : links) {
        watches.push_back(world.watch(link.client.get(), Interest::write));
    }
    for (const WatchId watch : watches) {
        REQUIRE(world.table.remove(watch));
    }
    CHECK(world.look(*poller).empty());
}

TEST_CASE("a socket that is watched again is reported under its new name") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "!");
    const WatchId old = world.watch(link.server.get(), Interest::read);
    world.wait_for(old);
    REQUIRE(world.table.remove(old));
    const WatchId renewed = world.watch(link.server.get(), Interest::read);
    CHECK(renewed != old);
    CHECK(world.wait_for(renewed).readable);
    CHECK(world.look().size() == 1);
}

TEST_CASE("a slot that changed hands reports its new owner only") {
    World world;
    const std::vector<Link> links = world.links(2);
    world.say(links[0].client.get(), "first");
    const WatchId first = world.watch(links[0].server.get(), Interest::read);
    world.wait_for(first);
    REQUIRE(world.table.remove(first));
    const WatchId second = world.watch(links[1].server.get(), Interest::read);
    REQUIRE(second.slot == first.slot);
    CHECK(world.look().empty());
    world.say(links[1].client.get(), "second");
    CHECK(world.wait_for(second).readable);
    CHECK(world.look().size() == 1);
}

// On POSIX a new socket gets the lowest free number, so the old one's at once.
TEST_CASE("a number that changed hands brings neither interest nor reports along") {
    World world;
    const SocketOwner listener = world.listener();
    Link old = world.link(listener.get());
    world.say(old.client.get(), "old");
    const WatchId before = world.watch(old.server.get(), Interest::read);
    world.wait_for(before);
    REQUIRE(world.table.remove(before));
    old.server.close();

    const Link link = world.link(listener.get());
    const WatchId client = world.watch(link.client.get(), Interest::none);
    const WatchId server = world.watch(link.server.get(), Interest::write);
    const std::vector<Ready> ready = world.look();
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].watch == server);
    CHECK_FALSE(ready[0].readable);
    CHECK(world.table.set_interest(client, Interest::read));
    world.say(link.server.get(), "new");
    CHECK(world.wait_for(client).readable);
}

TEST_CASE("a wait for one tier does not report the other") {
    World world;
    const std::vector<Link> links = world.links(2);
    const WatchId hot = world.watch(links[0].client.get(), Interest::write);
    const WatchId cold = world.watch(links[1].client.get(), Interest::write);
    REQUIRE(world.table.set_tier(cold, Tier::cold));
    CHECK(world.look().size() == 2);
    const std::vector<Ready> from_hot = world.look(*world.poller, a_moment, Scope::hot);
    const std::vector<Ready> from_cold = world.look(*world.poller, a_moment, Scope::cold);
    CHECK(only_report(from_hot, hot).has_value());
    CHECK(only_report(from_cold, cold).has_value());
    if (from_hot.size() == 2 && from_cold.size() == 2) {
        skip_aloud("this poller looks at all tiers at once, which it may");
        return;
    }
    CHECK(from_hot.size() == 1);
    CHECK(from_cold.size() == 1);
}

TEST_CASE("a watch that changes its tier is looked at where it is now") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "!");
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    world.wait_for(watch);
    for (const Tier tier : {Tier::cold, Tier::hot, Tier::warm, Tier::cold, Tier::warm}) {
        const Scope here = tier == Tier::hot    ? Scope::hot
                           : tier == Tier::warm ? Scope::not_cold
                                                : Scope::cold;
        REQUIRE(world.table.set_tier(watch, tier));
        CHECK(only_report(world.look(*world.poller, a_moment, here), watch).has_value());
        CHECK(world.look(*world.poller, a_moment, Scope::all).size() == 1);
    }
}

TEST_CASE("a tier with nothing in it is slept on, whatever is ready in the other") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.client.get(), Interest::write);
    REQUIRE(world.table.set_tier(watch, Tier::cold));
    const Instant start = world.clock().now();
    if (!world.look(*world.poller, a_moment, Scope::hot).empty()) {
        skip_aloud("this poller looks at all tiers at once, which it may");
        return;
    }
    CHECK(world.clock().now() - start >= a_moment);
}

namespace {

// A socket of the random walk: whether a byte waits in it, and how it is watched.
struct Walker {
    Socket socket;
    bool has_byte;
    std::optional<WatchId> watch;
    Interest interest = Interest::none;
    Tier tier = Tier::hot;

    bool may_show(Scope scope) const {
        const bool something =
            (has_byte && has(interest, Interest::read)) || has(interest, Interest::write);
        return watch.has_value() && something && covers(scope, tier);
    }
};

void take_a_step(World& world, Walker& walker, unsigned dice) {
    if (!walker.watch) {
        walker.interest = static_cast<Interest>(dice % 4);
        walker.tier = Tier::hot;
        walker.watch = world.watch(walker.socket, walker.interest);
        return;
    }
    if (dice % 3 == 0) {
        REQUIRE(world.table.remove(*walker.watch));
        walker.watch.reset();
    } else if (dice % 3 == 1) {
        walker.interest = static_cast<Interest>(dice / 3 % 4);
        REQUIRE(world.table.set_interest(*walker.watch, walker.interest));
    } else {
        walker.tier = all_tiers[dice / 3 % all_tiers.size()];
        REQUIRE(world.table.set_tier(*walker.watch, walker.tier));
    }
}

// A poller may look at more than the scope, but at nothing that is not in the table.
void check_reports(const std::vector<Walker>& walkers, std::span<const Ready> ready, Scope scope) {
    std::size_t in_any_scope = 0;
    for (const Walker& walker : walkers) {
        if (!walker.may_show(Scope::all)) {
            continue;
        }
        const std::optional<Ready> report = only_report(ready, *walker.watch);
        in_any_scope += report.has_value() ? 1 : 0;
        if (walker.may_show(scope)) {
            REQUIRE(report.has_value());
            REQUIRE(report->writable == has(walker.interest, Interest::write));
            REQUIRE(report->readable == (walker.has_byte && has(walker.interest, Interest::read)));
        }
    }
    REQUIRE(ready.size() == in_any_scope);
}

} // namespace

TEST_CASE("whatever changes come between two waits, each reports the table as it is") {
    World world;
    const std::vector<Link> links = world.links(24);
    std::vector<Walker> walkers;
    for (const Link& link : links) {
        const bool has_byte = walkers.size() % 2 == 0;
        if (has_byte) {
            world.say(link.client.get(), "!");
            world.await(link.server.get(), Interest::read);
        }
        walkers.push_back({link.server.get(), has_byte, {}});
    }
    constexpr unsigned seed = 20; // fixed: the same walk everywhere
    std::mt19937 generator(seed);
    const auto dice = [&](std::size_t sides) { return static_cast<unsigned>(generator() % sides); };
    for (int turn = 0; turn < 300; ++turn) {
        for (unsigned steps = dice(8); steps > 0; --steps) {
            take_a_step(world, walkers[dice(walkers.size())], dice(1000));
        }
        const auto scope = static_cast<Scope>(dice(4));
        check_reports(walkers, world.look(*world.poller, Duration::zero(), scope), scope);
    }
}

TEST_SUITE_END();

} // namespace caesura::testing
