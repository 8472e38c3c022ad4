#include "simulation/faulty_poller.hpp"

#include "simulation/network.hpp"

#include <caesura/simulation/world.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace caesura::simulation {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array mishaps = {
    Fault::wait_fails,     Fault::wait_interrupted, Fault::wait_early,     Fault::wait_slow,
    Fault::ready_spurious, Fault::ready_late,       Fault::ready_shuffled, Fault::ready_stale,
    Fault::ready_invalid,  Fault::connect_spurious, Fault::connect_late,   Fault::accept_late,
    Fault::accept_storm,   Fault::process_stalls,
};

// Not by the call: a mishap a call would leave the network no time for anything else.
constexpr Duration shortest_pause = microseconds(50);
constexpr Duration longest_pause = milliseconds(20);

constexpr std::size_t most_former = 8;
constexpr std::size_t a_storm = 4; // callers that are found waiting at once

bool is_listener(const Computer& computer, Socket socket) {
    const Node* const node = computer.find(socket);
    return node != nullptr && node->state == NodeState::listening;
}

} // namespace

Faults& FaultyPoller::faults() const {
    return computer_.network.faults;
}

Failure FaultyPoller::wait(const WatchTable& table, Scope scope, Duration timeout,
                           std::vector<Ready>& ready) {
    if (!faults().is_on()) {
        return to_.wait(table, scope, timeout, ready);
    }
    if (table.size() == 0) {
        faults().happened(Fault::wait_for_nobody);
    }
    return wait_with_faults(table, scope, timeout, ready);
}

Failure FaultyPoller::wait_with_faults(const WatchTable& table, Scope scope, Duration timeout,
                                       std::vector<Ready>& ready) {
    Network& network = computer_.network;
    const std::size_t before = ready.size();
    remember_some(table);
    const Instant deadline = after(network.now, timeout);
    wait_unhidden(table, scope, until(std::min(deadline, next_), network.now), ready);
    count_conditions(table);
    if (network.now < next_ || ready.size() > before + 1) {
        return {};
    }
    next_ = after(network.now, faults().random().between(shortest_pause, longest_pause));
    const auto fault = faults().one_of(mishaps);
    if (fault && faults().is_due(*fault)) {
        return go_wrong(*fault, table, scope, until(deadline, network.now), ready);
    }
    if (ready.size() == before) {
        wait_unhidden(table, scope, until(deadline, network.now), ready);
    }
    return {};
}

Failure FaultyPoller::go_wrong(Fault fault, const WatchTable& table, Scope scope, Duration timeout,
                               std::vector<Ready>& ready) {
    Network& network = computer_.network;
    bool came_about = true;
    switch (fault) {
    case Fault::wait_fails:
        if (ready.empty()) {
            faults().happened(fault);
            return {faults().error_of(fault), 0};
        }
        return {};
    case Fault::wait_interrupted:
        came_about = ready.empty() && timeout > Duration::zero();
        break;
    case Fault::wait_early:
        came_about = ready.empty() && timeout > World::tick;
        if (came_about) {
            wait_unhidden(table, scope, std::min<Duration>(timeout, seconds(10)) / 2, ready);
        }
        break;
    case Fault::wait_slow:
    case Fault::process_stalls:
        // Nothing may have been found yet: Wine 8 tells a reset from an end by a poll alone, which
        // must not be from before it.
        came_about = ready.empty();
        if (came_about) {
            network.run_for(fault == Fault::wait_slow
                                ? faults().random().between(milliseconds(1), milliseconds(16))
                                : faults().random().between(seconds(1), seconds(20)));
            wait_unhidden(table, scope, Duration::zero(), ready);
        }
        break;
    case Fault::ready_late:
    case Fault::connect_late:
    case Fault::accept_late:
    case Fault::accept_storm:
        came_about = false; // that shows once it is over
        static_cast<void>(hide(table, scope, fault));
        break;
    case Fault::ready_shuffled:
        came_about = ready.size() > 1;
        shuffle(ready, 0);
        break;
    case Fault::ready_stale:
        came_about = report_former(table, ready);
        break;
    default:
        came_about = invent(table, scope, fault, ready);
        break;
    }
    if (came_about) {
        faults().happened(fault);
    }
    return {};
}

/// As the poller beneath, but for those that nothing is told of.
void FaultyPoller::wait_unhidden(const WatchTable& table, Scope scope, Duration timeout,
                                 std::vector<Ready>& ready) {
    Network& network = computer_.network;
    const std::size_t before = ready.size();
    const Instant deadline = after(network.now, timeout);
    Duration left = timeout;
    do {
        reveal_due();
        to_.look_until(table, scope, left, ready);
        const std::size_t found = ready.size();
        const auto first = ready.begin() + static_cast<std::ptrdiff_t>(before);
        ready.erase(
            std::remove_if(first, ready.end(), [this](const Ready& one) { return hides(one); }),
            ready.end());
        network.reports -= found - ready.size();
        if (found == before) {
            break;
        }
        if (ready.size() == before && network.now < deadline) {
            network.run_until(std::min(deadline, network.next())); // a revelation is an event
        }
        left = until(deadline, network.now);
    } while (ready.size() == before && network.now < deadline);
    if (faults().is_active(Fault::ready_shuffled) && ready.size() > before + 1 &&
        faults().fires(Fault::ready_shuffled)) {
        shuffle(ready, before);
    }
}

bool FaultyPoller::hides(const Ready& one) {
    return std::any_of(hidden_.begin(), hidden_.end(),
                       [&one](const Hidden& hidden) { return hidden.watch == one.watch; });
}

void FaultyPoller::reveal_due() {
    std::erase_if(hidden_,
                  [this](const Hidden& hidden) { return hidden.until <= computer_.network.now; });
}

/// Nothing is told of some watch for a while.
bool FaultyPoller::hide(const WatchTable& table, Scope scope, Fault fault) {
    const Watch* const watch = some_watch(table, scope);
    if (watch == nullptr) {
        return false;
    }
    const bool listens = is_listener(computer_, watch->socket);
    const bool connects = has(watch->interest, Interest::connect);
    const bool wants_listener = fault == Fault::accept_late || fault == Fault::accept_storm;
    const bool wants_caller = fault == Fault::connect_late;
    if (listens != wants_listener || connects != wants_caller) {
        return false;
    }
    Network& network = computer_.network;
    const Duration longest = wants_listener ? Duration(seconds(1)) : Duration(milliseconds(50));
    const Instant end = after(network.now, faults().random().between(microseconds(100), longest));
    hidden_.push_back({watch->id, end, fault});
    network.at(end, [this_computer = &computer_, socket = watch->socket, fault] {
        ++this_computer->changes;
        const Node* const node = this_computer->find(socket);
        Faults& all = this_computer->network.faults;
        if (node != nullptr && fault == Fault::accept_storm && node->callers.size() >= a_storm) {
            all.happened(fault);
        }
        if (node != nullptr && (fault == Fault::ready_late || fault == Fault::connect_late) &&
            poll_bits(*node, this_computer->preset) != PollBits{}) {
            all.happened(fault);
        }
    });
    return true;
}

const Watch* FaultyPoller::some_watch(const WatchTable& table, Scope scope) {
    const auto size_of = [&table, scope](Tier tier) {
        return covers(scope, tier) ? table.slots(tier).size() : 0;
    };
    std::size_t count = 0;
    for (const Tier tier : all_tiers) {
        count += size_of(tier);
    }
    if (count == 0) {
        return nullptr;
    }
    auto chosen = static_cast<std::size_t>(faults().random().below(count));
    auto tier = std::begin(all_tiers);
    while (chosen >= size_of(*tier)) {
        chosen -= size_of(*tier);
        ++tier;
    }
    return &table.at(table.slots(*tier)[chosen]);
}

/// A readiness of which the system knows nothing.
bool FaultyPoller::invent(const WatchTable& table, Scope scope, Fault fault,
                          std::vector<Ready>& ready) {
    const Watch* const watch = some_watch(table, scope);
    const auto is_told = [&](const Ready& one) { return one.watch == watch->id; };
    if (watch == nullptr || watch->interest == Interest::none ||
        std::any_of(ready.begin(), ready.end(), is_told)) {
        return false;
    }
    const bool connects = has(watch->interest, Interest::connect);
    if (fault != Fault::ready_invalid && connects != (fault == Fault::connect_spurious)) {
        return false;
    }
    // Of an error that is there, though hidden from this wait, no system would leave the word out:
    // by it alone Wine 8 tells a reset from an end.
    const Node* const node = computer_.find(watch->socket);
    if (node != nullptr && poll_bits(*node, computer_.preset).error) {
        return false;
    }
    Ready invented{.watch = watch->id};
    if (fault == Fault::ready_invalid) {
        invented.invalid = true;
    } else {
        invented.readable = has(watch->interest, Interest::read);
        invented.writable = has(watch->interest, Interest::write | Interest::connect);
    }
    ready.push_back(invented);
    ++computer_.network.reports;
    return true;
}

void FaultyPoller::remember_some(const WatchTable& table) {
    if (former_.size() < most_former && faults().is_active(Fault::ready_stale)) {
        if (const Watch* const watch = some_watch(table, Scope::all)) {
            former_.push_back(watch->id);
        }
    }
}

/// Watches that there were once.
bool FaultyPoller::report_former(const WatchTable& table, std::vector<Ready>& ready) {
    bool any = false;
    std::erase_if(former_, [&](WatchId id) {
        const bool is_former = table.find(id) == nullptr;
        if (is_former) {
            ready.push_back({.watch = id, .readable = true, .writable = true});
            any = true;
        }
        return is_former;
    });
    if (!any && !former_.empty()) {
        former_.erase(former_.begin());
    }
    return any;
}

void FaultyPoller::shuffle(std::vector<Ready>& ready, std::size_t begin) {
    for (std::size_t left = ready.size() - begin; left > 1; --left) {
        const auto chosen = static_cast<std::size_t>(faults().random().below(left));
        std::swap(ready[begin + left - 1], ready[begin + chosen]);
    }
}

void FaultyPoller::count_conditions(const WatchTable& table) {
    if (!faults().is_active(Fault::ready_error_unasked) &&
        !faults().is_active(Fault::ready_hang_up_with_data)) {
        return;
    }
    for (const Tier tier : all_tiers) {
        for (const std::uint32_t slot : table.slots(tier)) {
            const Watch& watch = table.at(slot);
            const Node* const node = computer_.find(watch.socket);
            if (node == nullptr) {
                continue;
            }
            const PollBits bits = poll_bits(*node, computer_.preset);
            if (bits.error && watch.interest == Interest::none) {
                faults().happened(Fault::ready_error_unasked);
            }
            if (bits.in && bits.hang_up && node->state == NodeState::connected &&
                node->end().unread() > 0) {
                faults().happened(Fault::ready_hang_up_with_data);
            }
        }
    }
}

} // namespace caesura::simulation
