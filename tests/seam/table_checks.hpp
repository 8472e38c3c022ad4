#pragma once

#include <caesura/watch_table.hpp>
#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <vector>

namespace caesura::testing {

inline Socket socket_number(std::uint64_t number) {
    return static_cast<Socket>(number);
}

/// The slots changed after `seen`, in the order they are told.
inline std::vector<std::uint32_t> changed_slots(const WatchTable& table,
                                                WatchTable::Revision seen) {
    std::vector<std::uint32_t> slots;
    table.changes_since(seen, [&slots](const Watch& watch) { slots.push_back(watch.id.slot); });
    return slots;
}

/// Walks the whole table and requires its invariant, as far as it can be seen from outside.
inline void require_invariants(const WatchTable& table) {
    std::set<std::uint32_t> listed;
    for (const Tier tier : all_tiers) {
        for (const std::uint32_t slot : table.slots(tier)) {
            REQUIRE(slot < table.slot_count());
            REQUIRE(listed.insert(slot).second);
            REQUIRE(table.at(slot).tier == tier);
        }
    }
    REQUIRE(listed.size() == table.size());
    for (std::uint32_t slot = 0; slot < table.slot_count(); ++slot) {
        const Watch& watch = table.at(slot);
        REQUIRE(watch.id.slot == slot);
        REQUIRE(watch.id.generation != 0);
        REQUIRE((watch.socket != Socket::none) == listed.contains(slot));
        if (watch.socket == Socket::none) {
            REQUIRE(watch.interest == Interest::none);
            REQUIRE(table.find(watch.id) == nullptr);
        } else {
            REQUIRE(table.find(watch.id) == &watch);
            REQUIRE(table.find(watch.socket) == &watch);
        }
    }
    const std::vector<std::uint32_t> changed = changed_slots(table, 0);
    REQUIRE(changed.size() == table.slot_count());
    REQUIRE(std::set<std::uint32_t>(changed.begin(), changed.end()).size() == changed.size());
    REQUIRE(table.find(Socket::none) == nullptr);
    REQUIRE(table.find(WatchId{}) == nullptr);
}

} // namespace caesura::testing
