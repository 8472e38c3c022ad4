#pragma once

#include "send-probe/bench.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace caesura::probe {

/// What a reader has seen when its connection was over.
struct Heard {
    std::uint64_t bytes = 0;
    /// "fin", the name of an error, or "silence" when nothing came for too long.
    std::string end;
    int native = 0;

    /// Counts what one receive gave after that report of readiness. True when it was the end. By
    /// the library's contract an end that comes with an error hint is a reset.
    ///
    /// One receive for each report: were there two, the second might end a stream whose error hint
    /// nobody has seen.
    bool add(const Ready& ready, const Result<std::size_t>& got);
};

/// Reads to the end.
Heard read_to_end(Bench& bench, Socket reader, Duration patience);

/// How a reader reads.
struct Pace {
    std::size_t portion; // bytes at a time
    Duration pause;      // after each
};

/// What it took until a full sender was told that there is room again.
struct Relief {
    std::uint64_t read = 0;
    std::optional<Duration> after; // std::nullopt: it was not told
};

/// Reads until the sender is said to be writable, or for as long as `patience`.
Relief relieve(Bench& bench, Socket sender, Socket reader, const Pace& pace, Duration patience);

} // namespace caesura::probe
