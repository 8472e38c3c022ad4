#pragma once

#include <caesura/watch_table.hpp>

#include <cassert>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace caesura {

/// Items of watches, at most one a slot, dense, the hot ones before the cold ones. So each scope is
/// one run of memory that can be handed to a system call as it is, and nothing is rebuilt for a
/// wait. Items move when others come and go.
///
/// Invariant: slots_[p] == s exactly when positions_[s] == p; the first hot_ items are hot.
template <class Item>
class TieredArray {
public:
    /// Gives the slot this item, in place of the one it may have.
    void put(std::uint32_t slot, Tier tier, const Item& item) {
        if (!holds(slot)) {
            append(slot, item);
        } else if ((positions_[slot] < hot_) != (tier == Tier::hot)) {
            drop(slot);
            append(slot, item);
        } else {
            items_[positions_[slot]] = item;
            return;
        }
        if (tier == Tier::hot) {
            swap_positions(hot_++, items_.size() - 1);
        }
    }

    /// Nothing when the slot has no item.
    void drop(std::uint32_t slot) {
        if (!holds(slot)) {
            return;
        }
        std::size_t hole = positions_[slot];
        if (hole < hot_) {
            swap_positions(hole, --hot_);
            hole = hot_;
        }
        swap_positions(hole, items_.size() - 1);
        items_.pop_back();
        positions_[slot] = nowhere;
    }

    void clear() {
        items_.clear();
        positions_.clear();
        hot_ = 0;
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
    /// The slots, in the order of the items.
    std::span<const std::uint32_t> slots(Scope scope) const {
        return run(std::span<const std::uint32_t>(slots_).first(items_.size()), scope);
    }

private:
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

    template <class T>
    std::span<T> run(std::span<T> all, Scope scope) const {
        switch (scope) {
        case Scope::hot:
            return all.first(hot_);
        case Scope::cold:
            return all.subspan(hot_);
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
    std::size_t hot_ = 0;
};

} // namespace caesura
