#pragma once

#include <cstdint>
#include <optional>

namespace caesura {

/// Where the bytes of one connection are at one moment. Every byte written is queued with us or was
/// handed over to the system; what was handed over is not delivered until it is acknowledged.
struct Ledger {
    /// Bytes written that the system has not taken yet.
    std::uint64_t queued = 0;
    /// Bytes that the system has taken, in all.
    std::uint64_t handed_over = 0;
    /// Of these, the ones that the peer's system has not acknowledged.
    /// std::nullopt where the system cannot tell (Windows).
    std::optional<std::uint64_t> unacknowledged;
    /// Of those, the ones that the system has not even sent. std::nullopt likewise.
    std::optional<std::uint64_t> unsent;
};

} // namespace caesura
