#include <caesura/simulation/world.hpp>

#include "simulation/computer.hpp"
#include "simulation/network.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace caesura::simulation {

World::World(const Preset& preset, std::uint64_t seed) : network_(std::make_unique<Network>(seed)) {
    add_machine(preset);
}

World::~World() = default;

Machine& World::machine(std::size_t index) {
    const std::size_t count = network_->machines.size();
    if (index >= count) {
        throw std::out_of_range("simulation: no machine of index " + std::to_string(index) +
                                ", there are " + std::to_string(count));
    }
    return *network_->machines[index];
}

Machine& World::add_machine(const Preset& preset) {
    if (preset.pollers.empty()) {
        throw std::invalid_argument(
            "simulation: a preset without a poller; change a ready-made one");
    }
    const auto number = static_cast<std::uint32_t>(network_->machines.size());
    network_->machines.push_back(std::make_unique<Machine>(*network_, preset, number));
    if (number > 0) { // the first is there from the beginning
        network_->computers.back()->note("machine");
    }
    return *network_->machines.back();
}

namespace {

Computer& computer_of(Network& network, const Machine& machine) {
    const auto& all = network.machines;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&machine](const auto& one) { return one.get() == &machine; });
    if (found == all.end()) {
        throw std::invalid_argument("simulation: a machine of another world");
    }
    return *network.computers[static_cast<std::size_t>(found - all.begin())];
}

} // namespace

void World::set_link(Machine& one, Machine& other, const LinkQuality& quality) {
    const Computer& here = computer_of(*network_, one);
    const Computer& there = computer_of(*network_, other);
    const auto number = [](Duration time) { return static_cast<std::uint64_t>(time.count()); };
    here.note("link-to", there.number);
    here.note("link-times", number(quality.latency), number(quality.jitter));
    here.note("link-bytes", quality.bandwidth, quality.segment);
    network_->way(here, there).set_quality(*network_, quality);
}

void World::cut_link(Machine& one, Machine& other, bool cut) {
    const Computer& here = computer_of(*network_, one);
    const Computer& there = computer_of(*network_, other);
    here.note(cut ? "cut" : "mend", there.number);
    network_->way(here, there).cut(*network_, CutBy::test, cut);
}

Instant World::now() const {
    return network_->now;
}

void World::pass(Duration duration) {
    if (duration == forever) {
        network_->run_until(never);
    } else {
        network_->run_for(duration);
    }
}

Instant World::next_event() const {
    return network_->next();
}

std::uint64_t World::reports() const {
    return network_->reports;
}

std::size_t World::connections() const {
    return network_->connections;
}

Faults& World::faults() {
    return network_->faults;
}

Random& World::random() {
    return network_->random;
}

std::uint64_t World::trace_hash() const {
    return network_->trace.hash();
}

std::uint64_t World::trace_length() const {
    return network_->trace.length();
}

void World::set_trace(std::function<void(std::string_view line)> sink) {
    network_->trace.set_sink(std::move(sink));
}

} // namespace caesura::simulation
