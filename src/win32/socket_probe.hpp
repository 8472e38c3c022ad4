#pragma once

#include "berkeley/tiered_array.hpp"
#include "win32/socket_select.hpp"

#include <array>

namespace caesura {

/// Watches of which WSAPoll does not tell all there is to tell: they are looked at with select as
/// well, without waiting, not more often than once a period for each tier.
class SocketProbe {
public:
    /// What is looked for.
    enum class Sign { writable, connect_failed };

    SocketProbe(Sign sign, Duration period) : sign_(sign), period_(period) {}

    void put(std::uint32_t slot, Tier tier, SOCKET socket) { watches_.put(slot, tier, socket); }
    void drop(std::uint32_t slot) { watches_.drop(slot); }
    void clear() { watches_.clear(); }

    /// When to look next; `never` when there is nothing to look at.
    Instant due(Scope scope);
    /// Looks at those in scope.
    Failure look(const PollApi& api, Scope scope, Instant now);

    // What was seen. Valid until the next look.
    std::span<const SOCKET> found() const {
        return sign_ == Sign::writable ? select_.writable() : select_.connect_failed();
    }
    std::span<const SOCKET> invalid() const { return select_.invalid(); }

private:
    Sign sign_;
    Duration period_;
    TieredArray<SOCKET> watches_;
    std::array<Instant, all_tiers.size()> due_ = {Instant::min(), Instant::min(),
                                                  Instant::min()}; // by tier
    SocketSelect select_;
};

} // namespace caesura
