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
    const std::uint64_t seconds = bytes / bandwidth;
    if (seconds >= static_cast<std::uint64_t>(forever.count()) / second) {
        return forever;
    }
    std::uint64_t rest = bytes % bandwidth;
    while (rest > ~std::uint64_t{0} / second) { // a nanosecond more or less matters to nobody
        rest /= 2;
        bandwidth /= 2;
    }
    return Duration(static_cast<Duration::rep>(seconds * second + rest * second / bandwidth));
}

} // namespace

Duration Way::latency() const {
    return quality_.latency == forever ? World::tick : std::max(quality_.latency, World::tick);
}

void Way::set_quality(Network& network, const LinkQuality& quality) {
    quality_ = quality;
    cut(network, CutBy::quality, quality.latency == forever);
}

void Way::carry(Network& network, Heading heading, std::uint64_t bytes, Instant& last,
                std::function<void()> arrive, std::function<void()> held) {
    Instant& free_at = free_at_[static_cast<std::size_t>(heading)];
    free_at = after(std::max(free_at, network.now), time_on_the_line(bytes, quality_.bandwidth));
    Instant arrival = after(after(free_at, latency()), extra_latency);
    if (quality_.jitter > Duration::zero()) {
        arrival = after(arrival, network.random.between(Duration::zero(), quality_.jitter));
    }
    last = std::max(arrival, last);
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
        network.at(after(network.now, latency()), [this] { release(); });
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
