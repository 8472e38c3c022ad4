#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace caesura::testing {

// What the system holds for the connections of one listener, at the listener's end of each: not
// what their peers' ends hold, which are on the same machine.
struct KernelMemory {
    std::size_t connections = 0;
    std::size_t waiting = 0; // of them, with bytes that were taken and not acknowledged
    std::uint64_t taken = 0; // such bytes, of all together
    std::uint64_t most = 0;  // bytes of memory that one of them pins
    std::uint64_t total = 0; // and all together

    bool operator==(const KernelMemory&) const = default;
};

// Of the established connections at that local port; none where nobody can tell (not Linux, or no
// sock_diag(7)). What is counted is the segments with all that they are made of, and what was
// reserved for more: what Linux counts against the limits of its TCP memory.
std::optional<KernelMemory> kernel_memory_at(std::uint16_t port);

} // namespace caesura::testing
