#pragma once

#include <chrono>
#include <cstdint>

namespace caesura {

/// A span of time. Nanoseconds in 64 bits: 292 years either way.
using Duration = std::chrono::nanoseconds;

/// The tag of the library's clock, which starts anywhere, never jumps and never goes back. It has
/// no `now()`: time is an argument everywhere, and only a System's Clock knows it.
struct Monotonic {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<Monotonic>;
    static constexpr bool is_steady = true;
};

/// A moment of the library's clock.
using Instant = Monotonic::time_point;

/// No limit, where a Duration is asked for.
inline constexpr Duration forever = Duration::max();

/// No deadline, where an Instant is asked for.
inline constexpr Instant never = Instant::max();

/// `start + delay`, clamped: a huge delay gives `never` instead of wrapping round to the past,
/// and a negative one counts as zero.
constexpr Instant after(Instant start, Duration delay) {
    if (delay <= Duration::zero()) {
        return start;
    }
    return delay == forever || start >= never - delay ? never : start + delay;
}

/// How long from `now` until `deadline`: zero when it has passed, `forever` for `never` and for
/// what is further off than a Duration can say.
constexpr Duration until(Instant deadline, Instant now) {
    if (deadline == never) {
        return forever;
    }
    if (deadline <= now) {
        return Duration::zero();
    }
    // Only from a moment before zero can anything be so far off.
    return now < Instant{} && deadline > now + forever ? forever : deadline - now;
}

/// `duration` in units of `Unit`, rounded up and clamped to `most` of them. Up, because a poller
/// that is told 0 for the last fraction of a unit spins until it has passed.
template <class Unit>
constexpr std::int64_t round_up(Duration duration, std::int64_t most) {
    if (duration <= Duration::zero()) {
        return 0;
    }
    const std::int64_t whole = std::chrono::duration_cast<Unit>(duration).count();
    if (whole >= most) {
        return most;
    }
    return Unit(whole) < duration ? whole + 1 : whole;
}

} // namespace caesura
