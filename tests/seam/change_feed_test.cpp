#include "seam/table_checks.hpp"
#include "support/look.hpp"

#include <caesura/system.hpp>
#include <caesura/watch_table.hpp>
#include <doctest/doctest.h>

#include <map>
#include <utility>
#include <vector>

using namespace caesura;
using caesura::testing::changed_slots;
using caesura::testing::look;
using caesura::testing::require_invariants;
using caesura::testing::socket_number;
using caesura::testing::told;
using caesura::testing::Words;

namespace {

using Slots = std::vector<std::uint32_t>;

constexpr auto seven = static_cast<Socket>(7);

// What a back-end with state of its own does: remembers up to where it has seen the table.
class Consumer {
public:
    // The changes since the last call, as they were told.
    std::vector<Watch> news(const WatchTable& table) {
        std::vector<Watch> told;
        seen_ = table.changes_since(seen_, [&told](const Watch& watch) { told.push_back(watch); });
        return told;
    }

private:
    WatchTable::Revision seen_ = 0;
};

// One that keeps its state by socket, as a system's own sets of sockets do. It lets go of what all
// the visited slots had before it takes up what they have now.
class SetOfSockets {
public:
    std::map<Socket, Interest> interests;

    void update(const WatchTable& table) {
        const std::vector<Watch> news = consumer_.news(table);
        for (const Watch& watch : news) {
            if (const auto held = held_.find(watch.id.slot); held != held_.end()) {
                interests.erase(held->second);
                held_.erase(held);
            }
        }
        for (const Watch& watch : news) {
            if (watch.socket != Socket::none) {
                interests[watch.socket] = watch.interest;
                held_[watch.id.slot] = watch.socket;
            }
        }
    }

private:
    Consumer consumer_;
    std::map<std::uint32_t, Socket> held_;
};

} // namespace

TEST_CASE("who has seen nothing is told of every slot, free ones included") {
    WatchTable table;
    const auto first = table.add(socket_number(1), Interest::read);
    table.add(socket_number(2), Interest::write);
    table.remove(*first);
    const std::vector<Watch> news = Consumer().news(table);
    REQUIRE(news.size() == 2);
    CHECK(news[0].id.slot == 0);
    CHECK(news[0].socket == Socket::none);
    CHECK(news[1].id.slot == 1);
    CHECK(news[1].socket == socket_number(2));
}

TEST_CASE("who is up to date is told nothing, again and again") {
    WatchTable table;
    table.add(seven, Interest::read);
    Consumer consumer;
    CHECK(consumer.news(table).size() == 1);
    CHECK(consumer.news(table).empty());
    CHECK(consumer.news(table).empty());
}

TEST_CASE("the revision to pass next time is the one of the latest change") {
    WatchTable table;
    const auto nothing = [](const Watch&) {};
    CHECK(table.changes_since(0, nothing) == 0);
    table.add(seven, Interest::read);
    CHECK(table.changes_since(0, nothing) == table.revision());
    CHECK(table.changes_since(table.revision(), nothing) == table.revision());
}

TEST_CASE("the most recently changed slot is told first") {
    WatchTable table;
    std::vector<WatchId> ids;
    for (std::uint64_t i = 0; i < 4; ++i) {
        ids.push_back(*table.add(socket_number(i), Interest::read));
    }
    CHECK(changed_slots(table, 0) == Slots{3, 2, 1, 0});
    table.set_interest(ids[1], Interest::write);
    CHECK(changed_slots(table, 0) == Slots{1, 3, 2, 0});
    table.remove(ids[0]);
    CHECK(changed_slots(table, 0) == Slots{0, 1, 3, 2});
    table.set_tier(ids[0], Tier::cold);
    table.set_tier(ids[3], Tier::cold);
    CHECK(changed_slots(table, 0) == Slots{3, 0, 1, 2});
    table.set_tier(ids[3], Tier::hot);
    CHECK(changed_slots(table, 0) == Slots{3, 0, 1, 2});
}

TEST_CASE("a slot is told once, in its present form, however often it changed") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    Consumer consumer;
    consumer.news(table);
    table.set_interest(*id, Interest::write);
    table.set_tier(*id, Tier::cold);
    table.set_interest(*id, Interest::connect);
    const std::vector<Watch> news = consumer.news(table);
    REQUIRE(news.size() == 1);
    CHECK(news[0].id == *id);
    CHECK(news[0].socket == seven);
    CHECK(news[0].interest == Interest::connect);
    CHECK(news[0].tier == Tier::cold);
}

TEST_CASE("a slot that changed after the last look is told, and only it") {
    WatchTable table;
    std::vector<WatchId> ids;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        ids.push_back(*table.add(socket_number(i), Interest::read));
    }
    Consumer consumer;
    CHECK(consumer.news(table).size() == 1000);
    table.set_interest(ids[400], Interest::write);
    const std::vector<Watch> news = consumer.news(table);
    REQUIRE(news.size() == 1);
    CHECK(news[0].id == ids[400]);
}

TEST_CASE("to set what is set already is no change, and neither is anything that was refused") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    const auto revision = table.revision();
    CHECK(table.set_interest(*id, Interest::read));
    CHECK(table.set_tier(*id, Tier::hot));
    CHECK_FALSE(table.add(seven, Interest::write));
    CHECK_FALSE(table.add(Socket::none, Interest::write));
    CHECK_FALSE(table.remove(WatchId{}));
    CHECK(table.revision() == revision);
    CHECK(changed_slots(table, revision).empty());
}

TEST_CASE("a slot that was freed is told without a socket and without interest") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    Consumer consumer;
    consumer.news(table);
    table.remove(*id);
    const std::vector<Watch> news = consumer.news(table);
    REQUIRE(news.size() == 1);
    CHECK(news[0].id.slot == id->slot);
    CHECK(news[0].socket == Socket::none);
    CHECK(news[0].interest == Interest::none);
}

TEST_CASE("what came and went between two looks is told as a free slot") {
    WatchTable table;
    table.add(socket_number(1), Interest::read);
    Consumer consumer;
    consumer.news(table);
    table.remove(*table.add(seven, Interest::read));
    const std::vector<Watch> news = consumer.news(table);
    REQUIRE(news.size() == 1);
    CHECK(news[0].socket == Socket::none);
}

TEST_CASE("the same socket number removed and added again is told with another generation") {
    WatchTable table;
    const auto old = table.add(seven, Interest::read | Interest::write);
    Consumer consumer;
    consumer.news(table);
    table.remove(*old);
    const auto young = table.add(seven, Interest::read);
    const std::vector<Watch> news = consumer.news(table);
    REQUIRE(news.size() == 1);
    CHECK(news[0].socket == seven);
    CHECK(news[0].id == *young);
    CHECK(news[0].id.slot == old->slot);
    CHECK(news[0].id.generation != old->generation);
    CHECK(news[0].interest == Interest::read);
}

TEST_CASE("two that look at one table at different times are each told all, and once") {
    WatchTable table;
    Consumer often;
    Consumer seldom;
    const auto first = table.add(socket_number(1), Interest::read);
    CHECK(often.news(table).size() == 1);
    const auto second = table.add(socket_number(2), Interest::read);
    CHECK(often.news(table).size() == 1);
    table.set_interest(*first, Interest::write);
    CHECK(often.news(table).size() == 1);
    const std::vector<Watch> news = seldom.news(table);
    REQUIRE(news.size() == 2);
    CHECK(news[0].id == *first);
    CHECK(news[0].interest == Interest::write);
    CHECK(news[1].id == *second);
    CHECK(often.news(table).empty());
    CHECK(seldom.news(table).empty());
}

TEST_CASE("who looks later than others, and for the first time, is told all") {
    WatchTable table;
    Consumer early;
    for (std::uint64_t i = 0; i < 5; ++i) {
        table.add(socket_number(i), Interest::read);
        early.news(table);
    }
    CHECK(Consumer().news(table).size() == 5);
}

TEST_CASE("a set kept by socket is right although numbers move between slots") {
    WatchTable table;
    SetOfSockets set;
    const auto low = table.add(seven, Interest::read);
    const auto high = table.add(socket_number(8), Interest::write);
    set.update(table);
    CHECK(set.interests ==
          std::map<Socket, Interest>{{seven, Interest::read}, {socket_number(8), Interest::write}});
    // The number 7 goes from slot 0 to slot 1, and slot 0, which is told later, becomes free.
    table.remove(*low);
    table.remove(*high);
    const auto moved = table.add(seven, Interest::connect);
    REQUIRE(moved->slot == high->slot);
    REQUIRE(changed_slots(table, 2) == Slots{1, 0});
    set.update(table);
    CHECK(set.interests == std::map<Socket, Interest>{{seven, Interest::connect}});
}

TEST_CASE("a copy of a table goes its own way") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    WatchTable copy = table;
    copy.remove(*id);
    CHECK(table.find(*id) != nullptr);
    CHECK(changed_slots(table, 1).empty());
    CHECK(changed_slots(copy, 1) == Slots{0});
}

TEST_CASE("no two contents of tables have the same identity") {
    WatchTable table;
    WatchTable copy = table;
    CHECK(table.identity() != copy.identity());
    const auto before = table.identity();
    table = copy;
    CHECK(table.identity() != before);
    CHECK(table.identity() != copy.identity());
    const WatchTable moved = std::move(copy);
    CHECK(moved.identity() != copy.identity());
}

TEST_CASE("a table is never moved: who would move it copies it, and it stays whole") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    const WatchTable moved = std::move(table);
    CHECK(moved.find(*id) != nullptr);
    CHECK(table.find(*id) != nullptr);
    require_invariants(table);
    CHECK(table.set_interest(*id, Interest::write));
    CHECK(changed_slots(table, 1) == Slots{0});
}

TEST_CASE("every back-end sees that a table was replaced in its place") {
    System& system = this_system();
    const auto one = system.sockets().pair();
    const auto other = system.sockets().pair();
    REQUIRE((one && other));
    for (const auto name : system.poller_names()) {
        CAPTURE(name);
        const auto poller = system.make_poller(name);
        WatchTable table;
        const auto old = table.add(one->first.get(), Interest::write);
        REQUIRE(told(look(*poller, table), {*old}) == Words{"w"});
        // The new one has the same slot and generation, and has changed more often.
        WatchTable replacement;
        const auto id = replacement.add(other->first.get(), Interest::none);
        replacement.set_interest(*id, Interest::read);
        replacement.set_interest(*id, Interest::write);
        replacement.set_interest(*id, Interest::none);
        table = replacement;
        CHECK(look(*poller, table).empty());
        table = WatchTable();
        CHECK(look(*poller, table).empty());
    }
}
