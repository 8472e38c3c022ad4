#include "simulation/way.hpp"

#include "simulation/network.hpp"

#include <caesura/simulation/world.hpp>

#include <algorithm>
#include <utility>

namespace caesura::simulation {

namespace {

Duration time_on_the_line(std::uint64_t bytes, std::uint64_t bandwidth) {
    constexpr std::uint64_t second = 1'000'000'000;
    if (bandwidth == 0) {
        return Duration::zero();
    }
    const std::uint64_t whole = bytes / bandwidth * second;
    return Duration(static_cast<Duration::rep>(whole + bytes % bandwidth * second / bandwidth));
}

} // namespace

void Way::carry(Network& network, Heading heading, std::uint64_t bytes, Instant& last,
                std::function<void()> arrive, std::function<void()> held) {
    Instant& free_at = free_at_[static_cast<std::size_t>(heading)];
    free_at = std::max(free_at, network.now) + time_on_the_line(bytes, quality.bandwidth);
    Duration delay = std::max(quality.latency, World::tick) + extra_latency;
    if (quality.jitter > Duration::zero()) {
        delay += network.random.between(Duration::zero(), quality.jitter);
    }
    last = std::max(free_at + delay, last);
    network.at(last, [this, arrive = std::move(arrive), held = std::move(held)] {
        if (cut_ || !held_.empty()) { // not to overtake what is held
            held_.push_back(arrive);
            held();
        } else {
            arrive();
        }
    });
}

void Way::cut(Network& network, bool cut) {
    cut_ = cut;
    if (!cut_ && !held_.empty()) {
        network.at(network.now + std::max(quality.latency, World::tick), [this] { release(); });
    }
}

void Way::release() {
    if (!cut_) {
        for (const auto& arrive : std::exchange(held_, {})) {
            arrive();
        }
    }
}

} // namespace caesura::simulation
