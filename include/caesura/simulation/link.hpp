#pragma once

#include <caesura/time.hpp>

#include <cstddef>
#include <cstdint>

namespace caesura::simulation {

/// The way between two machines, or between two programs of one. The same in both directions.
struct LinkQuality {
    /// From one end to the other. At least one tick (World::tick): nothing arrives at once.
    /// `forever`: nothing arrives, as if the way was cut, until it is another.
    Duration latency = std::chrono::microseconds(10);
    /// Up to so much more for each segment, by chance; segments never overtake each other.
    Duration jitter = Duration::zero();
    /// Bytes per second each way; 0: no limit.
    std::uint64_t bandwidth = 0;
    /// The most bytes that travel together; 0 counts as 1.
    std::size_t segment = 64 * 1024;

    bool operator==(const LinkQuality&) const = default;
};

} // namespace caesura::simulation
