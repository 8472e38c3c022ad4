#include "seam/generation.hpp"
#include "seam/table_checks.hpp"

#include <caesura/watch_table.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace caesura;
using caesura::testing::changed_slots;
using caesura::testing::require_invariants;
using caesura::testing::socket_number;

namespace {

constexpr auto seven = static_cast<Socket>(7);
constexpr auto eight = static_cast<Socket>(8);

constexpr Interest read_and_write = Interest::read | Interest::write;

std::vector<std::uint32_t> sorted_slots(const WatchTable& table, Tier tier) {
    const auto slots = table.slots(tier);
    std::vector<std::uint32_t> sorted(slots.begin(), slots.end());
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

// Ids that name no registration of a table that never had more than two.
const std::vector<WatchId> unknown_ids{{}, {0, 2}, {0, ~0U}, {1, 7}, {2, 1}, {~0U, 1}, {~0U, ~0U}};

} // namespace

static_assert(next_generation(0) == 1);
static_assert(next_generation(1) == 2);
static_assert(next_generation(~std::uint32_t{0} - 1) == ~std::uint32_t{0});
static_assert(next_generation(~std::uint32_t{0}) == 1, "0 is skipped: it names no registration");

static_assert(has(read_and_write, Interest::read) && has(read_and_write, Interest::write));
static_assert(!has(read_and_write, Interest::connect));
static_assert(has(Interest::write, Interest::write | Interest::connect), "any of them will do");
static_assert(!has(Interest::none, read_and_write) && !has(read_and_write, Interest::none));
static_assert((read_and_write & Interest::write) == Interest::write);

static_assert(covers(Scope::hot, Tier::hot) && !covers(Scope::hot, Tier::cold));
static_assert(covers(Scope::cold, Tier::cold) && !covers(Scope::cold, Tier::hot));
static_assert(covers(Scope::all, Tier::hot) && covers(Scope::all, Tier::cold));
static_assert(!covers(Scope::hot, Tier::warm) && !covers(Scope::cold, Tier::warm));
static_assert(covers(Scope::not_cold, Tier::warm) && covers(Scope::all, Tier::warm));
static_assert(covers(Scope::not_cold, Tier::hot) && !covers(Scope::not_cold, Tier::cold));

TEST_CASE("a fresh table has no slot, no registration and no change") {
    const WatchTable table;
    CHECK(table.size() == 0);
    CHECK(table.slot_count() == 0);
    CHECK(table.revision() == 0);
    CHECK(table.slots(Tier::hot).empty());
    CHECK(table.slots(Tier::cold).empty());
    CHECK(table.find(WatchId{}) == nullptr);
    CHECK(table.find(seven) == nullptr);
    CHECK(changed_slots(table, 0).empty());
    require_invariants(table);
}

TEST_CASE("a registration is hot and is found by its id and by its socket") {
    WatchTable table;
    const auto id = table.add(seven, read_and_write);
    REQUIRE(id);
    CHECK(*id == WatchId{0, 1});
    const Watch* const watch = table.find(*id);
    REQUIRE(watch != nullptr);
    CHECK(watch->socket == seven);
    CHECK(watch->id == *id);
    CHECK(watch->interest == read_and_write);
    CHECK(watch->tier == Tier::hot);
    CHECK(table.find(seven) == watch);
    CHECK(&table.at(id->slot) == watch);
    CHECK(table.size() == 1);
    CHECK(table.slot_count() == 1);
    CHECK(sorted_slots(table, Tier::hot) == std::vector<std::uint32_t>{0});
    require_invariants(table);
}

TEST_CASE("a socket that is watched already is refused, and the first registration stays") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    table.set_tier(*id, Tier::cold);
    const auto revision = table.revision();
    CHECK_FALSE(table.add(seven, Interest::write));
    CHECK(table.size() == 1);
    CHECK(table.revision() == revision);
    const Watch* const watch = table.find(*id);
    REQUIRE(watch != nullptr);
    CHECK(watch->interest == Interest::read);
    CHECK(watch->tier == Tier::cold);
    CHECK(table.remove(*id));
    require_invariants(table);
}

TEST_CASE("no socket cannot be watched") {
    WatchTable table;
    CHECK_FALSE(table.add(Socket::none, Interest::read));
    CHECK(table.size() == 0);
    CHECK(table.slot_count() == 0);
    require_invariants(table);
}

TEST_CASE("a socket may be watched with no interest") {
    WatchTable table;
    const auto id = table.add(seven, Interest::none);
    REQUIRE(id);
    CHECK(table.find(*id)->interest == Interest::none);
    require_invariants(table);
}

TEST_CASE("what was never registered can be neither changed nor removed") {
    WatchTable table;
    for (const WatchId id : unknown_ids) {
        CHECK_FALSE(table.remove(id));
    }
    const auto first = table.add(seven, Interest::read);
    table.add(eight, Interest::read);
    const auto revision = table.revision();
    for (const WatchId id : unknown_ids) {
        CHECK(table.find(id) == nullptr);
        CHECK_FALSE(table.set_interest(id, Interest::write));
        CHECK_FALSE(table.set_tier(id, Tier::cold));
        CHECK_FALSE(table.remove(id));
    }
    CHECK(table.revision() == revision);
    CHECK(table.size() == 2);
    CHECK(table.find(*first)->interest == Interest::read);
    require_invariants(table);
}

TEST_CASE("a registration can be removed once") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    CHECK(table.remove(*id));
    CHECK(table.size() == 0);
    CHECK(table.find(*id) == nullptr);
    CHECK(table.find(seven) == nullptr);
    const auto revision = table.revision();
    CHECK_FALSE(table.remove(*id));
    CHECK_FALSE(table.set_interest(*id, Interest::write));
    CHECK_FALSE(table.set_tier(*id, Tier::cold));
    CHECK(table.revision() == revision);
    require_invariants(table);
}

TEST_CASE("a free slot holds no socket and no interest, and the id to come finds nothing yet") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    table.set_tier(*id, Tier::cold);
    table.remove(*id);
    const Watch& freed = table.at(id->slot);
    CHECK(freed.socket == Socket::none);
    CHECK(freed.interest == Interest::none);
    CHECK(freed.id == WatchId{id->slot, id->generation + 1});
    CHECK(table.find(freed.id) == nullptr);
    CHECK_FALSE(table.set_interest(freed.id, Interest::read));
    CHECK_FALSE(table.set_tier(freed.id, Tier::cold));
    CHECK_FALSE(table.remove(freed.id));
    CHECK(table.slot_count() == 1);
    require_invariants(table);
}

TEST_CASE("a slot is used again, hot and with a new generation: the old id never finds it") {
    WatchTable table;
    const auto old = table.add(seven, Interest::read);
    table.set_tier(*old, Tier::cold);
    table.remove(*old);
    const auto young = table.add(eight, Interest::write);
    REQUIRE(young);
    CHECK(young->slot == old->slot);
    CHECK(young->generation != old->generation);
    CHECK(table.find(*young)->tier == Tier::hot);
    CHECK(table.find(*old) == nullptr);
    CHECK_FALSE(table.set_interest(*old, Interest::none));
    CHECK_FALSE(table.set_tier(*old, Tier::cold));
    CHECK_FALSE(table.remove(*old));
    CHECK(table.find(*young)->interest == Interest::write);
    CHECK(table.slot_count() == 1);
    require_invariants(table);
}

TEST_CASE("a socket may be registered again after its removal, and inherits nothing") {
    WatchTable table;
    const auto old = table.add(seven, read_and_write);
    table.set_tier(*old, Tier::cold);
    table.remove(*old);
    const auto young = table.add(seven, Interest::connect);
    REQUIRE(young);
    CHECK(*young != *old);
    CHECK(table.find(seven)->id == *young);
    CHECK(table.find(seven)->interest == Interest::connect);
    CHECK(table.find(seven)->tier == Tier::hot);
    CHECK(table.find(*old) == nullptr);
    require_invariants(table);
}

TEST_CASE("no id comes twice, however often a slot is used") {
    WatchTable table;
    WatchId last{};
    for (int i = 0; i < 1000; ++i) {
        const auto id = table.add(seven, Interest::read);
        REQUIRE(id);
        REQUIRE(id->generation > last.generation);
        REQUIRE(table.find(last) == nullptr);
        REQUIRE(table.remove(*id));
        last = *id;
    }
    CHECK(table.slot_count() == 1);
}

TEST_CASE("a socket can be watched in two tables, which know nothing of each other") {
    WatchTable one;
    WatchTable other;
    const auto id = one.add(seven, Interest::read);
    REQUIRE(other.add(seven, Interest::write));
    one.remove(*id);
    CHECK(other.find(seven)->interest == Interest::write);
}

TEST_CASE("the slot that was freed last is used first, so that the table stays dense") {
    WatchTable table;
    std::vector<WatchId> ids;
    for (std::uint64_t i = 0; i < 4; ++i) {
        ids.push_back(*table.add(socket_number(i), Interest::read));
    }
    table.remove(ids[1]);
    table.remove(ids[3]);
    CHECK(table.add(socket_number(10), Interest::read)->slot == ids[3].slot);
    CHECK(table.add(socket_number(11), Interest::read)->slot == ids[1].slot);
    CHECK(table.add(socket_number(12), Interest::read)->slot == 4);
    require_invariants(table);
}

TEST_CASE("after a change of interest only the new interest stands") {
    WatchTable table;
    const auto id = table.add(seven, Interest::read);
    CHECK(table.set_interest(*id, Interest::write));
    CHECK(table.find(*id)->interest == Interest::write);
    CHECK(table.find(*id)->tier == Tier::hot);
    CHECK(table.set_interest(*id, Interest::none));
    CHECK(table.find(*id)->interest == Interest::none);
    CHECK(table.size() == 1);
    require_invariants(table);
}

TEST_CASE("a registration moves between the tiers and is in one of them at a time") {
    WatchTable table;
    const auto first = table.add(socket_number(1), Interest::read);
    const auto second = table.add(socket_number(2), Interest::write);
    const auto third = table.add(socket_number(3), Interest::read);
    CHECK(table.set_tier(*second, Tier::cold));
    CHECK(sorted_slots(table, Tier::hot) == std::vector{first->slot, third->slot});
    CHECK(sorted_slots(table, Tier::cold) == std::vector{second->slot});
    CHECK(table.find(*second)->interest == Interest::write);
    require_invariants(table);
    CHECK(table.set_tier(*first, Tier::cold));
    CHECK(table.set_tier(*second, Tier::hot));
    CHECK(sorted_slots(table, Tier::hot) == std::vector{second->slot, third->slot});
    CHECK(sorted_slots(table, Tier::cold) == std::vector{first->slot});
    require_invariants(table);
}

TEST_CASE("a removed registration leaves the tier it was in, and the others stay") {
    for (const int removed : {0, 1, 2}) {
        for (const Tier tier : all_tiers) {
            WatchTable table;
            std::vector<WatchId> ids;
            for (std::uint64_t i = 0; i < 3; ++i) {
                ids.push_back(*table.add(socket_number(i), Interest::read));
                table.set_tier(ids.back(), tier);
            }
            REQUIRE(table.remove(ids[static_cast<std::size_t>(removed)]));
            ids.erase(ids.begin() + removed);
            REQUIRE(sorted_slots(table, tier) == std::vector{ids[0].slot, ids[1].slot});
            require_invariants(table);
        }
    }
}

TEST_CASE("a watch stays where it is until the next registration") {
    WatchTable table;
    std::vector<WatchId> ids;
    for (std::uint64_t i = 0; i < 100; ++i) {
        ids.push_back(*table.add(socket_number(i), Interest::read));
    }
    const Watch* const watch = table.find(ids[50]);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        table.set_interest(ids[i], Interest::write);
        table.set_tier(ids[i], Tier::cold);
        if (i != 50) {
            table.remove(ids[i]);
        }
    }
    CHECK(table.find(ids[50]) == watch);
    CHECK(watch->interest == Interest::write);
    CHECK(watch->tier == Tier::cold);
    require_invariants(table);
}

TEST_CASE("the highest socket number but one, and 0, are watched like any other") {
    WatchTable table;
    const Socket highest = socket_number(~std::uint64_t{0} - 1);
    REQUIRE(table.add(socket_number(0), Interest::read));
    REQUIRE(table.add(highest, Interest::read));
    CHECK(table.find(highest)->socket == highest);
    CHECK(table.find(socket_number(0))->socket == socket_number(0));
    require_invariants(table);
}

TEST_CASE("a table of many thousands is emptied and filled again without growing") {
    WatchTable table;
    constexpr std::uint64_t many = 20'000;
    for (int round = 0; round < 2; ++round) {
        std::vector<WatchId> ids;
        for (std::uint64_t i = 0; i < many; ++i) {
            const auto id = table.add(socket_number(i), Interest::read);
            REQUIRE(id);
            ids.push_back(*id);
        }
        CHECK(table.size() == many);
        CHECK(table.slot_count() == many);
        for (const WatchId id : ids) {
            REQUIRE(table.remove(id));
        }
        CHECK(table.size() == 0);
        CHECK(table.slots(Tier::hot).empty());
    }
    CHECK(changed_slots(table, 0).size() == many);
}
