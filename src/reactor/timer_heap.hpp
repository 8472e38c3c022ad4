#pragma once

#include <caesura/reactor.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace caesura {

/// Deadlines with calls, the earliest first; equal ones in the order they were set.
/// Invariant: no timer stands before the one it hangs under, and each knows its place.
class TimerHeap {
public:
    TimerId add(Instant deadline, Call call);
    /// False when it is not pending.
    bool remove(TimerId timer);
    /// A new deadline counts as newly set. False when it is not pending.
    bool move(TimerId timer, Instant deadline);
    bool pending(TimerId timer) const { return find(timer) != nullptr; }

    bool empty() const { return heap_.empty(); }
    /// `never` when empty.
    Instant earliest() const;

    /// A mark between the timers set so far and those set later.
    std::uint64_t mark() const { return next_order_; }
    /// Takes out the first one if it is due at `now` and was set before `mark`.
    std::optional<Call> take_due(Instant now, std::uint64_t mark);

private:
    struct Timer {
        Instant deadline;
        std::uint64_t order = 0;
        std::uint32_t generation = 1;
        std::uint32_t place = no_place;
        Call call;
    };
    static constexpr std::uint32_t no_place = ~std::uint32_t{0};

    const Timer* find(TimerId timer) const;
    bool before(std::uint32_t a, std::uint32_t b) const;
    void put(std::uint32_t place, std::uint32_t slot);
    void rise(std::uint32_t place);
    void sink(std::uint32_t place);
    void take_out(std::uint32_t slot);

    std::vector<Timer> timers_;       // by slot
    std::vector<std::uint32_t> heap_; // slots
    std::vector<std::uint32_t> free_; // slots
    std::uint64_t next_order_ = 0;
};

} // namespace caesura
