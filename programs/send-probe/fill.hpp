#pragma once

#include "send-probe/bench.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace caesura::probe {

/// How far a sender goes who would go on for ever.
struct FillLimits {
    /// Bytes taken for one link. Looked at before each send: one that would go beyond is not made.
    std::uint64_t bytes = std::uint64_t{256} << 20;
    std::uint64_t calls = std::uint64_t{1} << 22;
    Duration time = std::chrono::seconds(10);
};

enum class FillEnd : std::uint8_t {
    blocked,     // a send would block, and went on doing so
    total_limit, // the next send might have taken more than there may be
    calls,       // too many calls
    time,        // too long
    failed       // another error
};

/// What a system took of a sender whose reader does not read.
struct Fill {
    std::uint64_t bytes = 0;
    std::uint64_t calls = 0;                     // sends that took something
    std::optional<std::uint64_t> first;          // what the first send took
    std::optional<std::uint64_t> first_short;    // the first count below what was offered
    std::optional<std::uint64_t> first_block_at; // bytes that had been taken then
    std::uint64_t cleared = 0; // times that more was taken after "would block" without any read
    Failure failure;           // of the last send that took nothing
    FillEnd end = FillEnd::blocked;

    /// For a table: empty when it ended as one expects.
    std::string note() const;
};

/// Sends pieces of `size` until that blocks, and still does after `settle`, in which a system may
/// find room by itself (acknowledgements are delayed by up to 40 ms on Linux, 200 ms on Windows).
/// Zero: until the first block.
Fill fill(Bench& bench, Socket sender, std::size_t size, const FillLimits& limits, Duration settle);

} // namespace caesura::probe
