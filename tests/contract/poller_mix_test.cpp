// Sockets of all sorts in one wait, several tables, and what may happen while reports are gone
// through.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>

namespace caesura::testing {

TEST_SUITE_BEGIN("poller");

TEST_CASE("listeners, connects and connections share a wait, each ready in its own way") {
    World world;
    const SocketOwner listener = world.listener();
    const Link link = world.link();
    const SocketOwner client = world.open();
    const Failure begun = world.sockets().connect(client.get(), world.local(listener.get()));
    CHECK((!begun || begun.error == Error::would_block));
    world.say(link.client.get(), "!");
    const WatchId listening = world.watch(listener.get(), Interest::read);
    const WatchId reading = world.watch(link.server.get(), Interest::read);
    const WatchId writing = world.watch(link.client.get(), Interest::write);
    const WatchId connecting = world.watch(client.get(), Interest::connect);
    for (const WatchId watch : {listening, reading, writing, connecting}) {
        world.wait_for(watch);
    }
    const std::vector<Ready> ready = world.look();
    REQUIRE(ready.size() == 4);
    CHECK(only_report(ready, listening)->readable);
    CHECK(only_report(ready, reading)->readable);
    CHECK(only_report(ready, writing)->writable);
    CHECK(only_report(ready, connecting)->writable);
    CHECK_FALSE(only_report(ready, listening)->writable);
    CHECK_FALSE(only_report(ready, reading)->writable);
    CHECK_FALSE(only_report(ready, writing)->readable);
}

TEST_CASE("a socket that is watched already is not watched again, and the first watch stands") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "!");
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    CHECK(world.table.add(link.server.get(), Interest::write) == std::nullopt);
    const Ready ready = world.wait_for(watch);
    CHECK(ready.readable);
    CHECK_FALSE(ready.writable);
    CHECK(world.look().size() == 1);
}

TEST_CASE("a socket in two tables is reported by each, for what each asked") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "!");
    const WatchId reader = world.watch(link.server.get(), Interest::read);
    world.wait_for(reader);

    WatchTable other;
    const std::optional<WatchId> writer = other.add(link.server.get(), Interest::write);
    REQUIRE(writer.has_value());
    const std::unique_ptr<Poller> poller = world.fresh_poller();
    std::vector<Ready> ready;
    require_none(poller->wait(other, Scope::all, world.time_left(), ready));
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].watch == *writer);
    CHECK(ready[0].writable);
    CHECK_FALSE(ready[0].readable);
    const std::vector<Ready> own = world.look();
    REQUIRE(own.size() == 1);
    CHECK(own[0].readable);
    CHECK_FALSE(own[0].writable);
}

TEST_CASE("a poller that is handed tables in turn reports each time the one it was handed") {
    World world;
    const std::vector<Link> links = world.links(3);
    WatchTable other;
    const std::optional<WatchId> elsewhere = other.add(links[0].client.get(), Interest::write);
    REQUIRE(elsewhere.has_value());
    const WatchId second = world.watch(links[1].client.get(), Interest::write);
    const WatchId third = world.watch(links[2].client.get(), Interest::write);
    for (int round = 0; round < 3; ++round) {
        const std::vector<Ready> here = world.look();
        CHECK(here.size() == 2);
        CHECK(only_report(here, second).has_value());
        CHECK(only_report(here, third).has_value());
        std::vector<Ready> there;
        require_none(world.poller->wait(other, Scope::all, Duration::zero(), there));
        REQUIRE(there.size() == 1);
        CHECK(there[0].watch == *elsewhere);
    }
}

TEST_CASE("of two that are ready at once the first may remove and close the second") {
    World world;
    std::vector<Link> links = world.links(2);
    for (const Link& link : links) {
        world.watch(link.client.get(), Interest::write);
    }
    std::vector<Ready> ready;
    while (ready.size() < 2) {
        ready = world.look(world.time_left());
    }
    REQUIRE(ready.size() == 2);
    const Watch* const second = world.table.find(ready[1].watch);
    REQUIRE(second != nullptr);
    Link& victim = second->socket == links[0].client.get() ? links[0] : links[1];
    REQUIRE(world.table.remove(ready[1].watch));
    victim.client.close();
    CHECK(world.table.find(ready[1].watch) == nullptr);
    const std::vector<Ready> later = world.look();
    CHECK(later.size() == 1);
    CHECK(only_report(later, ready[0].watch).has_value());
}

TEST_CASE("what took the number and the place of a watch is not taken for it by an old report") {
    World world;
    const SocketOwner listener = world.listener();
    Link link = world.link(listener.get());
    world.say(link.client.get(), "!");
    const WatchId old = world.watch(link.server.get(), Interest::read);
    const Ready stale = world.wait_for(old);
    REQUIRE(world.table.remove(old));
    link.server.close();
    const SocketOwner newcomer = world.open(); // on POSIX under the number that was just closed
    const WatchId renewed = world.watch(newcomer.get(), Interest::none);
    CHECK(renewed.slot == stale.watch.slot);
    CHECK(world.table.find(stale.watch) == nullptr);
    CHECK(world.look().empty());
}

TEST_CASE("a full buffer hides no byte that has come") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    const WatchId watch = world.watch(link.client.get(), Interest::read | Interest::write);
    CHECK(world.look().empty());
    world.say(link.server.get(), "!");
    const Ready ready = world.wait_for(watch);
    CHECK(ready.readable);
    CHECK_FALSE(ready.writable);
    CHECK(world.hear(link.client.get(), 1) == "!");
}

TEST_CASE("who writes to a peer that has finished is told of room, and of nothing else") {
    World world;
    const Link link = world.link();
    require_none(world.sockets().shut_writes(link.client.get()));
    world.await(link.server.get(), Interest::read);
    const WatchId watch = world.watch(link.server.get(), Interest::write);
    for (int i = 0; i < 3; ++i) {
        const Ready ready = world.wait_for(watch);
        CHECK(ready.writable);
        CHECK_FALSE(ready.readable);
        CHECK_FALSE(ready.error);
        world.say(link.server.get(), "x");
    }
    CHECK(world.hear(link.client.get(), 3) == "xxx");
}

// After FINs both ways systems raise a hang-up that nobody asked for and that cannot be masked.
TEST_CASE("after both ends have finished, a watch without interest stays silent") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    require_none(world.sockets().shut_writes(link.client.get()));
    require_none(world.sockets().shut_writes(link.server.get()));
    world.await(link.client.get(), Interest::read);
    CHECK(world.wait_for(watch).readable);
    REQUIRE(world.table.set_interest(watch, Interest::none));
    CHECK(world.look(a_moment).empty());
}

TEST_CASE("after both ends have finished, the end is still reported to who reads, as an end") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    require_none(world.sockets().shut_writes(link.client.get()));
    require_none(world.sockets().shut_writes(link.server.get()));
    world.await(link.client.get(), Interest::read);
    for (int i = 0; i < 3; ++i) {
        const Ready ready = world.wait_for(watch);
        CHECK(ready.readable);
        CHECK_FALSE(ready.error);
        CHECK_FALSE(ready.invalid);
        std::array<std::byte, 1> room{};
        CHECK(value_of(world.receive(link.server.get(), room)) == 0);
    }
}

TEST_CASE("a wait that may last for centuries ends when something is ready") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.client.get(), Interest::write);
    world.wait_for(watch); // or a faulty poller would keep the test for ever
    for (const Duration limit :
         {Duration(std::chrono::hours(24)), Duration(std::chrono::hours(24 * 50)),
          Duration(std::chrono::hours(24 * 365 * 200)),
          Duration(std::numeric_limits<Duration::rep>::max() - 1)}) {
        std::vector<Ready> ready;
        require_none(world.poller->wait(world.table, Scope::all, limit, ready));
        CHECK(only_report(ready, watch).has_value());
    }
}

TEST_CASE("many wake-ups through a pair are one report, and none once they are read") {
    World world;
    const SocketPair pair = world.pair();
    const WatchId watch = world.watch(pair.second.get(), Interest::read);
    CHECK(world.look().empty());
    for (int i = 0; i < 100; ++i) {
        world.say(pair.first.get(), "!");
    }
    world.wait_for(watch);
    CHECK(world.look().size() == 1);
    CHECK(world.hear(pair.second.get(), 100) == std::string(100, '!'));
    CHECK(world.look().empty());
}

TEST_SUITE_END();

} // namespace caesura::testing
