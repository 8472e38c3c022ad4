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
    Duration extra = extra_latency;
    if (quality.jitter > Duration::zero()) {
        extra += network.random.between(Duration::zero(), quality.jitter);
    }
    const Duration latency = std::max(quality.latency, World::tick); // `forever`: nothing arrives
    last = std::max(after(after(free_at, latency), extra), last);
    network.at(last, [this, arrive = std::move(arrive), held = std::move(held)] {
        if (is_cut() || !held_.empty()) { // not to overtake what is held
            held_.push_back(arrive);
            held();
        } else {
            arrive();
        }
    });
}

void Way::cut(Network& network, CutBy by, bool cut) {
    const auto mask = static_cast<std::uint8_t>(by);
    cuts_ = static_cast<std::uint8_t>(cut ? cuts_ | mask : cuts_ & ~mask);
    if (!is_cut() && !held_.empty()) {
        network.at(after(network.now, std::max(quality.latency, World::tick)),
                   [this] { release(); });
    }
}

void Way::release() {
    if (!is_cut()) {
        for (const auto& arrive : std::exchange(held_, {})) {
            arrive();
        }
    }
}

} // namespace caesura::simulation
