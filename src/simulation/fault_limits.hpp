#pragma once

#include <caesura/simulation/preset.hpp>

#include <cstdint>
#include <optional>

namespace caesura::simulation {

/// What faults have made of a computer's limits while they last. What the test has set stands
/// beside it, and the lower one is in force.
struct FaultLimits {
    static constexpr std::uint64_t none = ~std::uint64_t{0};

    std::uint64_t most_sockets = none;
    std::uint64_t pool = none; // bytes
    PoolAnswer pool_answer = PoolAnswer::no_buffer_space;
    std::uint64_t pressure = none; // bytes that a send buffer holds at most
    std::optional<std::uint64_t> ideal_backlog;
};

} // namespace caesura::simulation
