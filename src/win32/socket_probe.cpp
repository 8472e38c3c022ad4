#include "win32/socket_probe.hpp"

#include <algorithm>

namespace caesura {

Instant SocketProbe::due(Scope scope) {
    Instant earliest = never;
    for (const Tier tier : all_tiers) {
        if (covers(scope, tier) && watches_.any(tier)) {
            earliest = std::min(earliest, due_[static_cast<std::size_t>(tier)]);
        }
    }
    return earliest;
}

Failure SocketProbe::look(const PollApi& api, Scope scope, Instant now) {
    for (const Tier tier : all_tiers) {
        if (covers(scope, tier)) {
            due_[static_cast<std::size_t>(tier)] = after(now, period_);
        }
    }
    const std::span<const SOCKET> sockets = watches_.items(scope);
    return sign_ == Sign::writable
               ? select_.ask(api, {.read = {}, .write = sockets, .connect = {}}, Duration::zero())
               : select_.ask(api, {.read = {}, .write = {}, .connect = sockets}, Duration::zero());
}

} // namespace caesura
