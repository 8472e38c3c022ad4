#pragma once

#include "simulate/run.hpp"

#include <array>
#include <cstdint>

namespace caesura {

/// What a worker's process is asked for, as it lies in memory: both ends are one program.
struct Errand {
    std::uint64_t seed = 0;
    std::uint64_t clients_max = 0;
    std::uint64_t turns_max = 0;
    simulation::FaultSet faults;
    std::array<char, 32> preset{}; // its name, and zeros; nothing: none is given
};

Errand errand_for(std::uint64_t seed, const Limits& limits);
Limits limits_of(const Errand& errand);

/// What it answers, with a text behind it: what must not have been.
struct Answer {
    std::uint64_t hash = 0;
    Duration virtual_time{};
    std::uint64_t turns = 0;
    std::array<simulation::FaultTally, simulation::fault_count> tallies{};
    std::uint64_t text_length = 0; // 0: all was well
};

} // namespace caesura
