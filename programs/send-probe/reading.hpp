#pragma once

#include "send-probe/bench.hpp"

#include <cstdint>
#include <string>

namespace caesura::probe {

/// What a reader has seen when its connection was over.
struct Heard {
    std::uint64_t bytes = 0;
    /// "fin", the name of an error, or "silence" when nothing came for too long.
    std::string end;
    int native = 0;
};

/// Reads to the end. By the library's contract an end that comes with an error hint is a reset.
Heard read_to_end(Bench& bench, Socket reader, Duration patience);

} // namespace caesura::probe
