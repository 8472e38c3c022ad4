#include <caesura/watch_table.hpp>

#include "seam/generation.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>

namespace caesura {

std::optional<WatchId> WatchTable::add(Socket socket, Interest interest) {
    if (socket == Socket::none) {
        return std::nullopt;
    }
    make_room();
    const auto [place, is_new] = by_socket_.try_emplace(socket, no_slot);
    if (!is_new) {
        return std::nullopt;
    }
    // From here on nothing allocates, hence nothing throws.
    const std::uint32_t slot = take_slot();
    place->second = slot;
    Watch& watch = entries_[slot].watch;
    watch.socket = socket;
    watch.interest = interest;
    join_tier(slot, Tier::hot);
    mark_changed(slot);
    check();
    return watch.id;
}

bool WatchTable::set_interest(WatchId id, Interest interest) {
    Entry* const entry = entry_of(id);
    if (entry == nullptr) {
        return false;
    }
    if (entry->watch.interest != interest) {
        entry->watch.interest = interest;
        mark_changed(id.slot);
        check();
    }
    return true;
}

bool WatchTable::set_tier(WatchId id, Tier tier) {
    Entry* const entry = entry_of(id);
    if (entry == nullptr) {
        return false;
    }
    if (entry->watch.tier != tier) {
        leave_tier(id.slot);
        join_tier(id.slot, tier);
        mark_changed(id.slot);
        check();
    }
    return true;
}

bool WatchTable::remove(WatchId id) {
    Entry* const entry = entry_of(id);
    if (entry == nullptr) {
        return false;
    }
    by_socket_.erase(entry->watch.socket);
    leave_tier(id.slot);
    entry->watch = Watch{};
    entry->watch.id = WatchId{id.slot, next_generation(id.generation)};
    free_.push_back(id.slot);
    mark_changed(id.slot);
    check();
    return true;
}

const Watch* WatchTable::find(WatchId id) const {
    if (id.slot >= entries_.size()) {
        return nullptr;
    }
    // A free slot has the id of the registration to come already.
    const Watch& watch = entries_[id.slot].watch;
    return watch.id == id && watch.socket != Socket::none ? &watch : nullptr;
}

const Watch* WatchTable::find(Socket socket) const {
    const auto place = by_socket_.find(socket);
    return place == by_socket_.end() ? nullptr : &entries_[place->second].watch;
}

std::span<const std::uint32_t> WatchTable::slots(Tier tier) const {
    return tiers_[static_cast<std::size_t>(tier)];
}

std::uint64_t WatchTable::Identity::next() {
    static std::atomic<std::uint64_t> latest = 0; // tables of several threads
    return ++latest;
}

WatchTable::Entry* WatchTable::entry_of(WatchId id) {
    return find(id) == nullptr ? nullptr : &entries_[id.slot];
}

// Room in every list for one more slot, so that only `add` can fail for want of memory, and that
// before it has done anything. The entries come last: they tell that the others have it.
void WatchTable::make_room() {
    if (!free_.empty() || entries_.size() < entries_.capacity()) {
        return;
    }
    const std::size_t room = std::max<std::size_t>(16, 2 * entries_.size());
    for (auto& slots : tiers_) {
        slots.reserve(room);
    }
    free_.reserve(room);
    entries_.reserve(room);
}

// The slot that was freed last: the table stays dense, and whoever forgets to compare generations
// is found out at once, not once in a while.
std::uint32_t WatchTable::take_slot() {
    if (!free_.empty()) {
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        return slot;
    }
    const auto slot = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back().watch.id = WatchId{slot, next_generation(0)};
    return slot;
}

std::vector<std::uint32_t>& WatchTable::list_of(Tier tier) {
    return tiers_[static_cast<std::size_t>(tier)];
}

void WatchTable::join_tier(std::uint32_t slot, Tier tier) {
    std::vector<std::uint32_t>& list = list_of(tier);
    entries_[slot].watch.tier = tier;
    entries_[slot].position = static_cast<std::uint32_t>(list.size());
    list.push_back(slot);
}

void WatchTable::leave_tier(std::uint32_t slot) {
    std::vector<std::uint32_t>& list = list_of(entries_[slot].watch.tier);
    const std::uint32_t position = entries_[slot].position;
    list[position] = list.back();
    entries_[list[position]].position = position;
    list.pop_back();
}

void WatchTable::mark_changed(std::uint32_t slot) {
    Entry& entry = entries_[slot];
    entry.changed = ++revision_;
    if (newest_ == slot) {
        return;
    }
    unlink(entry);
    entry.newer = no_slot;
    entry.older = newest_;
    if (newest_ != no_slot) {
        entries_[newest_].newer = slot;
    }
    newest_ = slot;
}

// Takes a slot that is not the newest out of the list of changes; nothing when it is not in there.
void WatchTable::unlink(Entry& entry) {
    if (entry.newer != no_slot) {
        entries_[entry.newer].older = entry.older;
    }
    if (entry.older != no_slot) {
        entries_[entry.older].newer = entry.newer;
    }
}

// What of the invariant can be told without walking the table.
void WatchTable::check() const {
    assert(by_socket_.size() == tiers_[0].size() + tiers_[1].size() + tiers_[2].size());
    assert(by_socket_.size() + free_.size() == entries_.size());
    assert(newest_ != no_slot && entries_[newest_].newer == no_slot);
    assert(entries_[newest_].changed == revision_);
}

} // namespace caesura
