#include "reactor/timer_heap.hpp"

#include <cassert>
#include <utility>

namespace caesura {

TimerId TimerHeap::add(Instant deadline, Call call) {
    std::uint32_t slot = 0;
    if (free_.empty()) {
        slot = static_cast<std::uint32_t>(timers_.size());
        timers_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    Timer& timer = timers_[slot];
    timer.deadline = deadline;
    timer.order = next_order_++;
    timer.call = std::move(call);
    heap_.push_back(slot);
    put(static_cast<std::uint32_t>(heap_.size() - 1), slot);
    rise(timer.place);
    return TimerId{slot, timer.generation};
}

bool TimerHeap::remove(TimerId timer) {
    if (find(timer) == nullptr) {
        return false;
    }
    take_out(timer.slot);
    return true;
}

bool TimerHeap::move(TimerId timer, Instant deadline) {
    if (find(timer) == nullptr) {
        return false;
    }
    Timer& moved = timers_[timer.slot];
    moved.deadline = deadline;
    moved.order = next_order_++;
    rise(moved.place);
    sink(moved.place);
    return true;
}

Instant TimerHeap::earliest() const {
    return heap_.empty() ? never : timers_[heap_.front()].deadline;
}

std::optional<Call> TimerHeap::take_due(Instant now, std::uint64_t mark) {
    if (heap_.empty()) {
        return std::nullopt;
    }
    const std::uint32_t slot = heap_.front();
    Timer& first = timers_[slot];
    if (first.deadline > now || first.order >= mark) {
        return std::nullopt;
    }
    Call call = std::move(first.call);
    take_out(slot);
    return call;
}

const TimerHeap::Timer* TimerHeap::find(TimerId timer) const {
    if (timer.slot >= timers_.size()) {
        return nullptr;
    }
    const Timer& found = timers_[timer.slot];
    return found.generation == timer.generation && found.place != no_place ? &found : nullptr;
}

bool TimerHeap::before(std::uint32_t a, std::uint32_t b) const {
    const Timer& first = timers_[a];
    const Timer& second = timers_[b];
    return first.deadline != second.deadline ? first.deadline < second.deadline
                                             : first.order < second.order;
}

void TimerHeap::put(std::uint32_t place, std::uint32_t slot) {
    heap_[place] = slot;
    timers_[slot].place = place;
}

void TimerHeap::rise(std::uint32_t place) {
    const std::uint32_t slot = heap_[place];
    while (place > 0) {
        const std::uint32_t parent = (place - 1) / 2;
        if (!before(slot, heap_[parent])) {
            break;
        }
        put(place, heap_[parent]);
        place = parent;
    }
    put(place, slot);
}

void TimerHeap::sink(std::uint32_t place) {
    const std::uint32_t slot = heap_[place];
    const auto size = static_cast<std::uint32_t>(heap_.size());
    while (2 * place + 1 < size) {
        std::uint32_t child = 2 * place + 1;
        if (child + 1 < size && before(heap_[child + 1], heap_[child])) {
            ++child;
        }
        if (!before(heap_[child], slot)) {
            break;
        }
        put(place, heap_[child]);
        place = child;
    }
    put(place, slot);
}

void TimerHeap::take_out(std::uint32_t slot) {
    Timer& gone = timers_[slot];
    const std::uint32_t place = std::exchange(gone.place, no_place);
    const std::uint32_t last = heap_.back();
    heap_.pop_back();
    if (last != slot) {
        put(place, last);
        rise(place);
        sink(timers_[last].place);
    }
    // 0 stays the generation of no timer, also after four thousand million of them.
    if (++gone.generation == 0) {
        gone.generation = 1;
    }
    free_.push_back(slot);
    // Last, because what the call holds may do anything when it is destroyed.
    const Call destroyed = std::exchange(gone.call, nullptr);
}

} // namespace caesura
