#pragma once

#include "simulate/plan.hpp"

#include <caesura/time.hpp>

#include <caesura/simulation/fault.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace caesura {

/// Turns in one run: far more than any takes, so that one more is a loop without end.
inline constexpr std::uint64_t most_turns = 1'000'000;

/// How far a run came.
enum class Course : std::uint8_t {
    ended,
    died,      // with its process, so that nothing is known but the failure
    called_off // because the user wants an end
};

/// What came of one run.
struct RunResult {
    std::uint64_t seed = 0;
    /// Of all that happened in it: the same for the same seed on every compiler and system.
    std::uint64_t hash = 0;
    /// What must not have been; nothing: all was well.
    std::optional<std::string> failure;
    Course course = Course::ended;
    Duration virtual_time{};
    std::uint64_t turns = 0; // with faults
    std::array<simulation::FaultTally, simulation::fault_count> tallies{};
};

/// One run: poems are served and fetched in a world with faults, then in one without, in which all
/// must come to a good end. `trace` is called with each line of what happens; empty: nobody is.
RunResult run_plan(const Plan& plan,
                   const std::function<void(std::string_view line)>& trace = nullptr);

/// What runs a seed.
using RunSeed = std::function<RunResult(std::uint64_t seed, const Limits& limits)>;
/// As planned.
RunResult run_seed(std::uint64_t seed, const Limits& limits);

} // namespace caesura
