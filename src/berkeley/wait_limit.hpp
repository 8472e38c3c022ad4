#pragma once

#include "native.hpp"

#include <caesura/time.hpp>

#include <cstdint>

namespace caesura {

// How long to wait, as the system's calls take it: rounded up to their unit, because a loop that is
// told 0 for the last fraction of one spins until it has passed, and at most an hour, which every
// system can express.

/// For poll and its like: milliseconds; negative = without limit.
inline int poll_limit(Duration timeout) {
    constexpr std::int64_t hour = 3'600'000;
    return timeout == forever
               ? -1
               : static_cast<int>(round_up<std::chrono::milliseconds>(timeout, hour));
}

/// For select. Without limit it takes a null pointer instead.
inline timeval select_limit(Duration timeout) {
    constexpr std::int64_t second = 1'000'000;
    const std::int64_t microseconds = round_up<std::chrono::microseconds>(timeout, 3600 * second);
    timeval limit{};
    limit.tv_sec = static_cast<decltype(limit.tv_sec)>(microseconds / second);
    limit.tv_usec = static_cast<decltype(limit.tv_usec)>(microseconds % second);
    return limit;
}

} // namespace caesura
