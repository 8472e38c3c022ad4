#pragma once

#include <caesura/time.hpp>

#include <algorithm>

namespace caesura {

/// When to do next what costs time and could be done at any moment: so seldom that it takes no more
/// than a share of all time, measured by the clock, but within bounds.
class Pace {
public:
    /// From the end of one to the next: at least `shortest`, however cheap it is, and else `rests`
    /// times what it costs. With 49 it takes a fiftieth of all time at most.
    Pace(Duration shortest, int rests) : shortest_(shortest), rests_(rests) {}

    /// The longest between two, however dear they are.
    static constexpr Duration longest = std::chrono::milliseconds(500);

    Instant due() const { return due_; }

    /// It was done, from `start` to `end`. Of the last two the cheaper counts: a clock also counts
    /// the time in which the system let others run.
    void done(Instant start, Instant end) {
        const Duration cost = end - start;
        cost_ = std::min(cost, last_);
        last_ = cost;
        rest(end);
    }
    /// It was begun, and nobody knows what it cost, since there was waiting in it.
    void rest(Instant from) { due_ = after(from, pause()); }

private:
    Duration pause() const { return std::clamp(rests_ * cost_, shortest_, longest); }

    Duration shortest_;
    int rests_;
    Duration cost_ = Duration::zero();
    Duration last_ = Duration::zero();
    Instant due_ = Instant::min();
};

} // namespace caesura
