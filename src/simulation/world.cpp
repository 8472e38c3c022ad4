#include <caesura/simulation/world.hpp>

#include "simulation/computer.hpp"
#include "simulation/network.hpp"

namespace caesura::simulation {

World::World(const Preset& preset, std::uint64_t seed) : network_(std::make_unique<Network>(seed)) {
    add_machine(preset);
}

World::~World() = default;

Machine& World::machine(std::size_t index) {
    return *network_->machines.at(index);
}

Machine& World::add_machine(const Preset& preset) {
    const auto number = static_cast<std::uint32_t>(network_->machines.size());
    network_->machines.push_back(std::make_unique<Machine>(*network_, preset, number));
    return *network_->machines.back();
}

namespace {

Computer& computer_of(Network& network, const Machine& machine) {
    return *network.computer_at(machine.address(Family::ipv4), *network.computers.front());
}

} // namespace

void World::set_link(Machine& one, Machine& other, const LinkQuality& quality) {
    network_->way(computer_of(*network_, one), computer_of(*network_, other)).quality = quality;
}

void World::cut_link(Machine& one, Machine& other, bool cut) {
    network_->way(computer_of(*network_, one), computer_of(*network_, other))
        .cut(*network_, CutBy::test, cut);
}

Instant World::now() const {
    return network_->now;
}

void World::pass(Duration duration) {
    network_->run_until(after(network_->now, duration));
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
