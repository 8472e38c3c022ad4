#pragma once

#include <caesura/watch_table.hpp>

#include <array>
#include <cassert>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace caesura {

/// Items of watches, at most one a slot, dense, the hot ones first, the cold ones last. So each
/// scope is one run of memory that can be handed to a system call as it is, and nothing is rebuilt
/// for a wait. Items move when others come and go.
///
/// Invariant: slots_[p] == s exactly when positions_[s] == p; the items of a tier end where ends_
/// says, and those of the next begin there.
template <class Item>
class TieredArray {
public:
    /// Gives the slot this item, in place of the one it may have.
    void put(std::uint32_t slot, Tier tier, const Item& item) {
        if (holds(slot) && tier_of(positions_[slot]) == tier) {
            items_[positions_[slot]] = item;
            return;
        }
        drop(slot);
        append(slot, item);
        // Down past the tiers that come after its own: the first of each becomes its last.
        std::size_t place = items_.size() - 1;
        for (std::size_t other = all_tiers.size() - 1; other > number(tier); --other) {
            ++ends_[other];
            swap_positions(place, ends_[other - 1]);
            place = ends_[other - 1];
        }
        ++ends_[number(tier)];
    }

    /// Nothing when the slot has no item.
    void drop(std::uint32_t slot) {
        if (!holds(slot)) {
            return;
        }
        std::size_t hole = positions_[slot];
        for (std::size_t tier = number(tier_of(hole)); tier < all_tiers.size(); ++tier) {
            swap_positions(hole, --ends_[tier]); // the last of each fills the hole before it
            hole = ends_[tier];
        }
        items_.pop_back();
        positions_[slot] = nowhere;
    }

    void clear() {
        items_.clear();
        positions_.clear();
        ends_ = {};
    }

    bool holds(std::uint32_t slot) const {
        return slot < positions_.size() && positions_[slot] != nowhere;
    }
    /// The item of a slot that has one. Valid until the next put or drop; likewise the two below.
    const Item& of(std::uint32_t slot) const {
        assert(holds(slot));
        return items_[positions_[slot]];
    }
    std::span<Item> items(Scope scope) { return run(std::span<Item>(items_), scope); }
    bool any(Tier tier) const {
        const std::size_t before = tier == Tier::hot ? 0 : ends_[number(tier) - 1];
        return ends_[number(tier)] != before;
    }
    /// The slots, in the order of the items.
    std::span<const std::uint32_t> slots(Scope scope) const {
        return run(std::span<const std::uint32_t>(slots_).first(items_.size()), scope);
    }

private:
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

    static constexpr std::size_t number(Tier tier) { return static_cast<std::size_t>(tier); }
    Tier tier_of(std::size_t position) const {
        return position < ends_[number(Tier::hot)]    ? Tier::hot
               : position < ends_[number(Tier::warm)] ? Tier::warm
                                                      : Tier::cold;
    }

    template <class T>
    std::span<T> run(std::span<T> all, Scope scope) const {
        switch (scope) {
        case Scope::hot:
            return all.first(ends_[number(Tier::hot)]);
        case Scope::not_cold:
            return all.first(ends_[number(Tier::warm)]);
        case Scope::cold:
            return all.subspan(ends_[number(Tier::warm)]);
        case Scope::all:
            break;
        }
        return all;
    }

    void append(std::uint32_t slot, const Item& item) {
        if (slot >= positions_.size()) {
            positions_.resize(slot + std::size_t{1}, nowhere);
        }
        slots_.resize(items_.size() + 1);
        slots_.back() = slot;
        items_.push_back(item); // the last that can throw; up to here nothing has changed
        positions_[slot] = static_cast<std::uint32_t>(items_.size() - 1);
    }

    void swap_positions(std::size_t a, std::size_t b) {
        std::swap(items_[a], items_[b]);
        std::swap(slots_[a], slots_[b]);
        positions_[slots_[a]] = static_cast<std::uint32_t>(a);
        positions_[slots_[b]] = static_cast<std::uint32_t>(b);
    }

    std::vector<Item> items_;
    std::vector<std::uint32_t> slots_;     // by position; what is beyond the items has no meaning
    std::vector<std::uint32_t> positions_; // by slot
    std::array<std::size_t, all_tiers.size()> ends_{};
};

} // namespace caesura
