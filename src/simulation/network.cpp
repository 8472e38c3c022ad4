#include "simulation/network.hpp"

#include "simulation/computer.hpp"

#include <caesura/simulation/machine.hpp>

#include <algorithm>
#include <utility>

namespace caesura::simulation {

Network::Network(std::uint64_t seed) : random(seed), faults(*this, seed) {}

/// What never happens is forgotten while there still is a network: it may own sockets.
Network::~Network() {
    while (!events_.empty()) {
        const std::vector<Event> forgotten = std::exchange(events_, {});
    }
}

void Network::at(Instant when, std::function<void()> what) {
    events_.push_back({std::max(when, now), next_order_++, std::move(what)});
    std::push_heap(events_.begin(), events_.end(), is_later);
}

void Network::run_until(Instant moment) {
    while (next() <= moment && next() != never) {
        std::pop_heap(events_.begin(), events_.end(), is_later);
        const Event event = std::move(events_.back());
        events_.pop_back();
        now = event.when;
        event.what();
    }
    if (moment != never) {
        now = std::max(now, moment);
    }
}

void Network::run_for(Duration duration) {
    run_until(std::min(after(now, duration), never - Duration(1)));
}

Computer* Network::computer_at(const Endpoint& endpoint, Computer& from) const {
    if (endpoint.is_loopback()) {
        return &from;
    }
    const auto has_it = [&](const Computer* computer) {
        return computer->address(endpoint.family).address == endpoint.address;
    };
    const auto found = std::find_if(computers.begin(), computers.end(), has_it);
    return found == computers.end() ? nullptr : *found;
}

Way& Network::way(const Computer& one, const Computer& other) {
    const auto numbers = std::minmax(one.number, other.number);
    const auto [way, is_new] = ways_.try_emplace({numbers.first, numbers.second});
    if (is_new && &one == &other) {
        way->second.set_quality(*this, one.preset.loopback);
    }
    if (is_new && (one.has_vanished || other.has_vanished)) {
        way->second.cut(*this, CutBy::power_failure, true);
    }
    return way->second;
}

} // namespace caesura::simulation
