// What a wait says of resets, and of sockets that are none any more.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

// Closes the socket while the table still holds it, as a program with a fault would.
void close_behind(World& world, SocketOwner& owner) {
    world.sockets().close(owner.release());
}

} // namespace

TEST_SUITE_BEGIN("poller");

TEST_CASE("a reset is reported as readiness to who reads, and to who writes") {
    World world;
    std::vector<Link> links = world.links(3);
    std::array<WatchId, 3> watches;
    const std::array interests{Interest::read, Interest::write, Interest::read | Interest::write};
    for (std::size_t i = 0; i < links.size(); ++i) {
        links[i].client.abort();
        world.await(links[i].server.get(), Interest::read);
        watches[i] = world.watch(links[i].server.get(), interests[i]);
    }
    const Ready reading = world.wait_for(watches[0]);
    CHECK(reading.readable);
    CHECK_FALSE(reading.writable);
    const Ready writing = world.wait_for(watches[1]);
    CHECK(writing.writable);
    CHECK_FALSE(writing.readable);
    const Ready both = world.wait_for(watches[2]);
    CHECK((both.readable || both.writable));
}

TEST_CASE("a reset wakes a writer whose buffer is full, with nothing but what was asked for") {
    World world;
    Link link = world.link();
    Source source{link.server.get()};
    saturate(world, source);
    const WatchId watch = world.watch(link.server.get(), Interest::write);
    link.client.abort();
    for (int i = 0; i < 3; ++i) {
        const Ready ready = world.wait_for(watch);
        CHECK(ready.writable);
        CHECK_FALSE(ready.readable);
        CHECK_FALSE(ready.invalid);
    }
}

TEST_CASE("a socket closed behind the table's back is reported as invalid") {
    World world;
    for (const Interest interest :
         {Interest::read, Interest::write, Interest::read | Interest::write, Interest::connect}) {
        Link link = world.link();
        const WatchId watch = world.watch(link.server.get(), interest);
        close_behind(world, link.server);
        const Ready ready = world.wait_for(watch);
        CHECK(ready.invalid);
        CHECK(world.table.remove(watch));
        CHECK(world.look().empty());
    }
}

TEST_CASE("a poller that has seen a socket alive reports it as invalid all the same") {
    World world;
    Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    CHECK(world.look().empty());
    close_behind(world, link.server);
    CHECK(world.wait_for(watch).invalid);
    CHECK(world.wait_for(watch).invalid);
    CHECK(world.table.remove(watch));
    CHECK(world.look().empty());
}

TEST_CASE("an invalid socket harms none of the others") {
    World world;
    std::vector<Link> links = world.links(6);
    std::vector<WatchId> watches;
    for (const Link& link : links) {
        watches.push_back(world.watch(link.server.get(), Interest::read));
    }
    world.say(links[1].client.get(), "before");
    world.say(links[4].client.get(), "after");
    world.wait_for(watches[1]);
    world.wait_for(watches[4]);
    close_behind(world, links[2].server);
    close_behind(world, links[3].server);
    CHECK(world.wait_for(watches[2]).invalid);
    CHECK(world.wait_for(watches[3]).invalid);
    for (const std::size_t i : {std::size_t{1}, std::size_t{4}}) {
        const Ready ready = world.wait_for(watches[i]);
        CHECK(ready.readable);
        CHECK_FALSE(ready.invalid);
    }
    CHECK(world.table.remove(watches[2]));
    CHECK(world.table.remove(watches[3]));
    const std::vector<Ready> ready = world.look();
    CHECK(ready.size() == 2);
    CHECK(world.hear(links[1].server.get(), 6) == "before");
    CHECK(world.hear(links[4].server.get(), 5) == "after");
    CHECK(world.look().empty());
}

TEST_CASE("an invalid socket without interest is not looked at") {
    World world;
    Link link = world.link();
    world.watch(link.server.get(), Interest::none);
    const WatchId writer = world.watch(link.client.get(), Interest::write);
    close_behind(world, link.server);
    const std::vector<Ready> ready = world.look();
    CHECK(ready.size() == 1);
    CHECK(only_report(ready, writer).has_value());
}

TEST_SUITE_END();

} // namespace caesura::testing
