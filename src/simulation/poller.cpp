#include "simulation/poller.hpp"

#include "simulation/network.hpp"

#include <caesura/simulation/world.hpp>

#include <algorithm>
#include <stdexcept>

namespace caesura::simulation {

namespace {

constexpr Duration longest_wait = std::chrono::hours(1); // the contract's own

PollBits bits_of_failed_connect(const Preset& preset) {
    if (preset.dialect == Dialect::posix) {
        return {.in = true, .out = true, .error = true, .hang_up = true};
    }
    if (!preset.polls_tell_failed_connect) {
        return {};
    }
    return preset.fin_is_told == FinIsTold::hang_up_when_all_is_read
               ? PollBits{.in = true, .error = true} // Wine
               : PollBits{.out = true, .error = true, .hang_up = true};
}

PollBits bits_of_connection(const End& end, const Preset& preset) {
    const bool lost = end.life == Life::lost;
    const bool has_bytes = end.unread() > 0;
    PollBits bits{.in = has_bytes, .out = lost || end.fin != Fin::none || end.buffer.writable()};
    if (preset.dialect == Dialect::posix) {
        bits.in = has_bytes || end.fin_received || lost;
        bits.error = lost && !end.loss_told;
        bits.hang_up = lost || (end.fin_received && end.fin != Fin::none);
        return bits;
    }
    bits.error = lost;
    const bool hides_fin = has_bytes && preset.fin_is_told == FinIsTold::hang_up_when_all_is_read;
    bits.hang_up = lost || (end.fin_received && !hides_fin);
    return bits;
}

/// What a back-end makes of the bits, for who has that interest.
Ready told(const Watch& watch, const PollBits& bits, bool connect_failed) {
    if (has(watch.interest, Interest::connect)) {
        const bool over = bits.out || bits.error || connect_failed;
        return {.watch = watch.id, .writable = over, .error = over && connect_failed};
    }
    Ready ready{.watch = watch.id};
    // An error is never without one of the first two.
    ready.readable = has(watch.interest, Interest::read) && (bits.in || bits.hang_up);
    ready.writable = has(watch.interest, Interest::write) && (bits.out || bits.error);
    ready.error = bits.error;
    return ready;
}

} // namespace

PollBits poll_bits(const Node& node, const Preset& preset) {
    switch (node.state) {
    case NodeState::fresh:
        return {.out = preset.fresh_sockets_hang_up, .hang_up = preset.fresh_sockets_hang_up};
    case NodeState::listening:
        return {.in = !node.callers.empty()};
    case NodeState::connecting:
        return {};
    case NodeState::failed:
        return bits_of_failed_connect(preset);
    case NodeState::connected:
        break;
    }
    return bits_of_connection(node.end(), preset);
}

void SimulatedPoller::look_at(const Watch& watch, std::vector<Ready>& ready) const {
    if (watch.interest == Interest::none) {
        return;
    }
    const Node* const node = computer_.find(watch.socket);
    if (node == nullptr) {
        ready.push_back({.watch = watch.id, .invalid = true});
        return;
    }
    const bool connect_failed = node->state == NodeState::failed;
    Ready one = told(watch, poll_bits(*node, computer_.preset), connect_failed);
    if (name_ == "select") {
        // Which has no word for errors (measured on Linux); only Windows' third set tells a failed
        // connect (documented).
        one.error = connect_failed && computer_.preset.dialect == Dialect::winsock;
    }
    if (one.readable || one.writable) {
        ready.push_back(one);
    }
}

void SimulatedPoller::look(const WatchTable& table, Scope scope, std::vector<Ready>& ready) const {
    for (const Tier tier : all_tiers) {
        if (covers(scope, tier)) {
            for (const std::uint32_t slot : table.slots(tier)) {
                look_at(table.at(slot), ready);
            }
        }
    }
}

Failure SimulatedPoller::wait(const WatchTable& table, Scope scope, Duration timeout,
                              std::vector<Ready>& ready) {
    look_until(table, scope, timeout, ready);
    return {};
}

void SimulatedPoller::look_until(const WatchTable& table, Scope scope, Duration timeout,
                                 std::vector<Ready>& ready) {
    Network& network = computer_.network;
    const std::size_t before = ready.size();
    const Duration unit = std::clamp(computer_.preset.wait_unit, Duration(1), longest_wait);
    const Duration limit =
        timeout < longest_wait ? (timeout + unit - Duration(1)) / unit * unit : longest_wait;
    const Instant deadline = after(network.now, std::max(limit, World::tick));
    if (deadline == never) {
        throw std::logic_error("simulation: a wait at the end of time");
    }
    network.run_for(World::tick);
    look(table, scope, ready);
    while (ready.size() == before && network.now < deadline) {
        if (timeout == forever && network.next() == never) {
            throw std::logic_error("simulation: a wait without limit, and nothing can end it");
        }
        const std::uint64_t changes = computer_.changes;
        network.run_until(std::min(deadline, network.next()));
        if (computer_.changes != changes) {
            look(table, scope, ready);
        }
    }
    network.reports += ready.size() - before;
    network.trace.note(network.now, computer_.number, "wait", 0, ready.size() - before);
}

} // namespace caesura::simulation
