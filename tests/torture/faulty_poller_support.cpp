#include "torture/faulty_poller.hpp"

#include <algorithm>

namespace caesura::torture {

namespace {

// A wait that goes wrong for ever takes time all the same, as it does on every system.
constexpr Duration odd_wait = std::chrono::milliseconds(50);

/// The watch that was made first, or last.
const Watch* end_of(const WatchTable& table, bool first) {
    const Watch* found = nullptr;
    for (std::uint32_t i = 0; i < table.slot_count(); ++i) {
        const Watch& watch = table.at(i);
        if (watch.socket != Socket::none && (found == nullptr || !first)) {
            found = &watch;
        }
    }
    return found;
}

void lose(const Watch* watch, std::vector<Ready>& ready) {
    if (watch != nullptr && watch->interest != Interest::none) {
        const auto is_it = [watch](const Ready& one) { return one.watch == watch->id; };
        ready.erase(std::remove_if(ready.begin(), ready.end(), is_it), ready.end());
        ready.push_back({.watch = watch->id, .invalid = true});
    }
}

void report_all(const WatchTable& table, Scope scope, std::vector<Ready>& ready) {
    ready.clear();
    for (const Tier tier : all_tiers) {
        if (!covers(scope, tier)) {
            continue;
        }
        for (const std::uint32_t slot : table.slots(tier)) {
            const Watch& watch = table.at(slot);
            const Ready one{.watch = watch.id,
                            .readable = has(watch.interest, Interest::read),
                            .writable = has(watch.interest, Interest::write | Interest::connect)};
            if (one.readable || one.writable) {
                ready.push_back(one);
            }
        }
    }
}

} // namespace

Failure FaultyPoller::wait(const WatchTable& table, Scope scope, Duration timeout,
                           std::vector<Ready>& ready) {
    remember(table);
    if (table.size() == 0) {
        return poller_->wait(table, scope, timeout, ready); // no system can fail to sleep
    }
    const FaultRow* const row = fate_.next(SeamCall::wait);
    return row == nullptr ? wait_deafly(table, scope, timeout, ready)
                          : wait_oddly(*row, table, scope, timeout, ready);
}

/// What there may be heard of a watch.
Interest FaultyPoller::heard(const Watch& watch) const {
    Interest left = Interest::none;
    const SeamCall reading =
        sockets_.is_listener(watch.socket) ? SeamCall::accept : SeamCall::receive;
    if (!fate_.is_deaf(reading)) {
        left = left | Interest::read;
    }
    if (!fate_.is_deaf(SeamCall::send)) {
        left = left | Interest::write;
    }
    if (!fate_.is_deaf(SeamCall::connect_outcome)) {
        left = left | Interest::connect;
    }
    return watch.interest & left;
}

Failure FaultyPoller::wait_deafly(const WatchTable& table, Scope scope, Duration timeout,
                                  std::vector<Ready>& ready) {
    const bool deaf = fate_.is_deaf(SeamCall::accept) || fate_.is_deaf(SeamCall::receive) ||
                      fate_.is_deaf(SeamCall::send) || fate_.is_deaf(SeamCall::connect_outcome);
    if (!deaf) {
        return poller_->wait(table, scope, timeout, ready);
    }
    WatchTable heard_of = table;
    for (std::uint32_t slot = 0; slot < table.slot_count(); ++slot) {
        const Watch& watch = table.at(slot);
        if (watch.socket != Socket::none) {
            heard_of.set_interest(watch.id, heard(watch));
        }
    }
    return poller_->wait(heard_of, scope, timeout, ready);
}

Failure FaultyPoller::wait_oddly(const FaultRow& row, const WatchTable& table, Scope scope,
                                 Duration timeout, std::vector<Ready>& ready) {
    if (row.oddity == Oddity::fails) {
        return {row.error, native_number};
    }
    const bool for_ever = fate_.standing(SeamCall::wait) == &row;
    const Duration shortened = std::min(timeout, for_ever ? odd_wait : Duration::zero());
    if (row.oddity == Oddity::comes_early || row.oddity == Oddity::cries_wolf) {
        const WatchTable nobody;
        const Failure failure = poller_->wait(nobody, Scope::all, shortened, ready);
        if (row.oddity == Oddity::cries_wolf) {
            report_all(table, scope, ready);
        }
        return failure;
    }
    const bool loses = row.oddity == Oddity::loses_first || row.oddity == Oddity::loses_last;
    const Failure failure = wait_deafly(table, scope, loses ? shortened : timeout, ready);
    if (loses) {
        lose(end_of(table, row.oddity == Oddity::loses_first), ready);
    } else if (row.oddity == Oddity::tells_errors) {
        for (Ready& one : ready) {
            one.error = !one.invalid;
        }
    } else if (row.oddity == Oddity::is_reversed) {
        std::reverse(ready.begin(), ready.end());
    } else if (row.oddity == Oddity::tells_of_gone) {
        for (const WatchId id : known_) {
            if (table.find(id) == nullptr) {
                ready.insert(ready.begin(), {.watch = id, .readable = true, .writable = true});
            }
        }
    }
    return failure;
}

void FaultyPoller::remember(const WatchTable& table) {
    for (std::uint32_t slot = 0; slot < table.slot_count(); ++slot) {
        const WatchId id = table.at(slot).id;
        if (table.at(slot).socket != Socket::none &&
            std::find(known_.begin(), known_.end(), id) == known_.end()) {
            known_.push_back(id);
        }
    }
}

} // namespace caesura::torture
