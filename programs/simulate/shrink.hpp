#pragma once

#include "simulate/run.hpp"

namespace caesura {

/// A run that fails, and with what limits it still does.
struct Shrunk {
    Limits limits;
    RunResult result;
    std::uint64_t tries = 0;
};

/// Looks for narrower limits under which that seed fails: fewer clients, fewer faults, and a
/// shorter time with faults. `run`: what to try; one that fails with `limits`.
Shrunk shrink(std::uint64_t seed, const Limits& limits,
              const std::function<RunResult(std::uint64_t seed, const Limits& limits)>& run);

} // namespace caesura
