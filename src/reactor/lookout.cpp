#include "reactor/lookout.hpp"

#include <algorithm>

namespace caesura {

Failure Lookout::wait(Poller& poller, const WatchTable& table, Clock& clock, Duration longest,
                      std::vector<Ready>& ready) {
    if (table.slots(Tier::hot).size() == table.size()) {
        return poller.wait(table, Scope::all, longest, ready);
    }
    Instant now = clock.now();
    const Instant deadline = after(now, longest);
    bool idle = false; // when a first look has found nothing
    do {
        Look look = next(table, now, idle);
        look.longest = std::min(look.longest, until(deadline, now));
        const Failure failure = poller.wait(table, look.scope, look.longest, ready);
        const Instant end = clock.now();
        if (failure) {
            return failure;
        }
        looked(look, now, end);
        now = end;
        idle = true;
    } while (ready.empty() && now < deadline);
    return {};
}

Lookout::Look Lookout::next(const WatchTable& table, Instant now, bool idle) const {
    const std::size_t warm = table.slots(Tier::warm).size();
    const std::size_t cold = table.slots(Tier::cold).size();
    const Instant warm_due = warm > 0 ? warm_.due() : never;
    const Instant cold_due = cold > 0 ? cold_.due() : never;
    if (warm + cold <= few && (cold_due <= now || idle)) {
        return {Scope::all, forever};
    }
    if (cold_due <= now) {
        return {Scope::all, Duration::zero()};
    }
    if (warm <= few && (warm_due <= now || idle)) {
        return {Scope::not_cold, until(cold_due, now)};
    }
    if (warm_due <= now) {
        return {Scope::not_cold, Duration::zero()};
    }
    return {Scope::hot, until(std::min(warm_due, cold_due), now)};
}

void Lookout::looked(const Look& look, Instant start, Instant end) {
    for (const auto& [tier, pace] : {std::pair{Tier::warm, &warm_}, {Tier::cold, &cold_}}) {
        if (!covers(look.scope, tier)) {
            continue;
        }
        if (look.longest == Duration::zero()) {
            pace->done(start, end);
        } else {
            pace->rest(start);
        }
    }
}

} // namespace caesura
