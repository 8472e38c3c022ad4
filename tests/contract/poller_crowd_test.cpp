// Many sockets at once, and several pollers over one table.

#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

// All of the sockets have a byte to read: each must be reported exactly once, at each wait.
void all_ready_at_once(std::size_t count) {
    World world;
    const std::vector<Link> links = world.links(count);
    std::vector<WatchId> watches;
    for (const Link& link : links) {
        world.say(link.client.get(), "!");
        watches.push_back(world.watch(link.server.get(), Interest::read));
    }
    for (const WatchId watch : watches) {
        world.wait_for(watch);
    }
    const std::vector<Ready> ready = world.look();
    CHECK(ready.size() == count);
    for (const WatchId watch : watches) {
        REQUIRE(only_report(ready, watch).has_value());
    }
    for (std::size_t i = 0; i < count; i += 2) {
        CHECK(world.hear(links[i].server.get(), 1) == "!");
    }
    CHECK(world.look().size() == count / 2);
}

} // namespace

TEST_SUITE_BEGIN("poller");

// 64 handles are as many as one wait of Windows' kernel takes, and a Winsock set by default.
TEST_CASE("seventy sockets that are ready at once are each reported once") {
    all_ready_at_once(70);
}

TEST_CASE("three hundred sockets that are ready at once are each reported once") {
    all_ready_at_once(300);
}

TEST_CASE("one ready socket is found among three hundred silent ones") {
    World world;
    const std::vector<Link> links = world.links(300);
    std::vector<WatchId> watches;
    for (const Link& link : links) {
        watches.push_back(world.watch(link.server.get(), Interest::read));
    }
    for (const std::size_t i :
         {std::size_t{0}, std::size_t{63}, std::size_t{64}, links.size() - 1}) {
        world.say(links[i].client.get(), "!");
        world.wait_for(watches[i]);
        const std::vector<Ready> ready = world.look();
        REQUIRE(ready.size() == 1);
        CHECK(ready[0].watch == watches[i]);
        CHECK(world.hear(links[i].server.get(), 1) == "!");
    }
}

TEST_CASE("two pollers over one table both report all of it") {
    World world;
    const std::vector<Link> links = world.links(3);
    const std::unique_ptr<Poller> other = world.fresh_poller();
    std::vector<WatchId> watches;
    for (const Link& link : links) {
        watches.push_back(world.watch(link.client.get(), Interest::write));
        CHECK(world.look().size() == watches.size());
        CHECK(world.look(*other).size() == watches.size());
    }
    REQUIRE(world.table.remove(watches[1]));
    CHECK(world.look(*other).size() == 2);
    CHECK(world.look().size() == 2);
}

TEST_CASE("a fresh poller takes over a table that is full already") {
    World world;
    const std::vector<Link> links = world.links(3);
    const WatchId removed = world.watch(links[0].client.get(), Interest::write);
    const WatchId idle = world.watch(links[1].client.get(), Interest::write);
    const WatchId busy = world.watch(links[2].client.get(), Interest::write);
    CHECK(world.look().size() == 3);
    REQUIRE(world.table.remove(removed));
    REQUIRE(world.table.set_interest(idle, Interest::none));
    world.poller = world.fresh_poller();
    const std::vector<Ready> ready = world.look();
    CHECK(ready.size() == 1);
    CHECK(only_report(ready, busy).has_value());
}

TEST_CASE("a poller that was not asked for a while has missed nothing") {
    World world;
    const std::vector<Link> links = world.links(2);
    const std::unique_ptr<Poller> other = world.fresh_poller();
    const WatchId first = world.watch(links[0].client.get(), Interest::write);
    CHECK(world.look(*other).size() == 1);
    for (int i = 0; i < 10; ++i) {
        CHECK(world.table.set_interest(first, i % 2 == 0 ? Interest::none : Interest::write));
        const WatchId second = world.watch(links[1].client.get(), Interest::write);
        world.look();
        CHECK(world.table.remove(second));
    }
    const std::vector<Ready> ready = world.look(*other);
    CHECK(ready.size() == 1);
    CHECK(only_report(ready, first).has_value());
}

TEST_CASE("all of a system's pollers report the same") {
    World world;
    std::vector<Link> links = world.links(4);
    std::vector<WatchId> watches;
    for (const Link& link : links) {
        world.watch(link.client.get(), Interest::write);
        watches.push_back(world.watch(link.server.get(), Interest::read));
    }
    world.say(links[0].client.get(), "bytes");
    require_none(world.sockets().shut_writes(links[1].client.get()));
    world.wait_for(watches[0]);
    world.wait_for(watches[1]);
    for (const std::string_view name : world.system().poller_names()) {
        const std::string named(name);
        CAPTURE(named);
        const std::unique_ptr<Poller> poller = world.system().make_poller(name);
        REQUIRE(poller != nullptr);
        const std::vector<Ready> ready = world.look(*poller);
        CHECK(ready.size() == 6);
        for (std::size_t i = 0; i < watches.size(); ++i) {
            CHECK(only_report(ready, watches[i]).has_value() == (i < 2));
        }
    }
}

TEST_CASE("each poller is made by its name, and an unknown name makes none") {
    World world;
    const std::vector<std::string_view> names = world.system().poller_names();
    REQUIRE_FALSE(names.empty());
    for (const std::string_view name : names) {
        const std::unique_ptr<Poller> poller = world.system().make_poller(name);
        REQUIRE(poller != nullptr);
        CHECK(poller->name() == name);
    }
    CHECK(world.system().make_poller("")->name() == names.front());
    CHECK(world.system().make_poller("no such poller") == nullptr);
}

TEST_CASE("pollers come and go by the hundred and use nothing up") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.client.get(), Interest::write);
    for (int i = 0; i < 500; ++i) {
        const std::unique_ptr<Poller> poller = world.fresh_poller();
        REQUIRE(only_report(world.look(*poller), watch).has_value());
    }
}

TEST_SUITE_END();

} // namespace caesura::testing
