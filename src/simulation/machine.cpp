#include <caesura/simulation/machine.hpp>

#include "simulation/computer.hpp"
#include "simulation/faulty_poller.hpp"
#include "simulation/faulty_sockets.hpp"
#include "simulation/network.hpp"
#include "simulation/resolver.hpp"
#include "simulation/sockets.hpp"

#include <algorithm>

namespace caesura::simulation {

namespace {

class SimulatedClock : public Clock {
public:
    explicit SimulatedClock(Network& network) : network_(network) {}
    Instant now() override {
        const Instant exact = after(network_.now, network_.clock_offset);
        const Duration beyond = exact.time_since_epoch() % network_.clock_unit;
        if (beyond > Duration::zero() && exact - beyond != last_tick_) {
            last_tick_ = exact - beyond;
            network_.faults.happened(Fault::clock_coarse);
        }
        tell_wrap(exact);
        told_ = std::max(told_, exact - beyond); // one that grows coarse waits, and never goes back
        return told_;
    }

private:
    /// Whether as many milliseconds have passed as 32 bits can count.
    void tell_wrap(Instant exact) {
        if (!has_wrapped_ && exact >= network_.clock_wraps_at) {
            has_wrapped_ = true;
            network_.faults.happened(Fault::clock_wraps);
        }
    }

    Network& network_;
    bool has_wrapped_ = false;
    Instant last_tick_{};
    Instant told_{};
};

} // namespace

struct Machine::Parts {
    Parts(Network& network, const Preset& preset, std::uint32_t number)
        : computer(network, preset, number), sockets(computer), faulty_sockets(computer, sockets),
          clock(network), resolver(computer) {}

    Computer computer;
    SimulatedSockets sockets;
    FaultySockets faulty_sockets;
    SimulatedClock clock;
    SimulatedResolver resolver;
};

Machine::Machine(Network& network, const Preset& preset, std::uint32_t number)
    : parts_(std::make_unique<Parts>(network, preset, number)) {
    network.computers.push_back(&parts_->computer);
}

Machine::~Machine() = default;

Sockets& Machine::sockets() {
    return parts_->faulty_sockets;
}

Clock& Machine::clock() {
    return parts_->clock;
}

Resolver& Machine::resolver() {
    return parts_->resolver;
}

std::vector<std::string_view> Machine::poller_names() const {
    return preset().pollers;
}

std::unique_ptr<Poller> Machine::make_poller(std::string_view name) {
    const auto& names = preset().pollers;
    const auto found = name.empty() ? names.begin() : std::find(names.begin(), names.end(), name);
    return found == names.end() ? nullptr
                                : std::make_unique<FaultyPoller>(parts_->computer, *found);
}

const Preset& Machine::preset() const {
    return parts_->computer.preset;
}

Endpoint Machine::address(Family family, std::uint16_t port) const {
    return parts_->computer.address(family, port);
}

void Machine::add_name(std::string name, std::vector<Endpoint> addresses) {
    parts_->resolver.add(std::move(name), std::move(addresses));
}

void Machine::set_resolver_delay(Duration delay) {
    parts_->resolver.set_delay(delay);
}

PollBits Machine::poll_bits(Socket socket) const {
    const Node* const node = parts_->computer.find(socket);
    return node == nullptr ? PollBits{.invalid = true} : simulation::poll_bits(*node, preset());
}

MachineLoad Machine::load() const {
    MachineLoad load{.sockets = parts_->computer.nodes.size(),
                     .pool_used = parts_->computer.pool_used};
    parts_->computer.for_each_end([&load](const Connection& connection, Side side) {
        const End& end = connection.end(side);
        if (end.life == Life::left) {
            load.orphaned += end.charged;
        } else {
            load.most_unsent = std::max(load.most_unsent, end.buffer.unsent());
        }
    });
    return load;
}

std::uint64_t Machine::changes() const {
    return parts_->computer.changes;
}

void Machine::set_most_sockets(std::size_t most) {
    parts_->computer.note("most-sockets", most);
    parts_->computer.preset.most_sockets = most;
}

void Machine::set_pool(std::uint64_t limit, PoolAnswer answer) {
    parts_->computer.note("pool", limit, static_cast<std::uint64_t>(answer));
    parts_->computer.preset.pool_limit = limit;
    parts_->computer.preset.pool_answer = answer;
}

void Machine::set_memory_pressure(std::uint64_t limit) {
    parts_->computer.note("pressure", limit);
    parts_->computer.press(limit);
}

void Machine::set_ideal_backlog(std::uint64_t bytes) {
    parts_->computer.note("backlog", bytes);
    parts_->computer.set_ideal_backlog(bytes);
}

void Machine::reset_connection(Socket socket) {
    parts_->computer.note("break-off", static_cast<std::uint64_t>(socket));
    const Node* const node = parts_->computer.find(socket);
    if (node != nullptr && node->connection) {
        node->connection->break_off(node->side);
    }
}

void Machine::exit(Exit how) {
    Computer& computer = parts_->computer;
    computer.note("exit", static_cast<std::uint64_t>(how));
    for (const Socket socket : computer.sockets_in_order()) {
        if (how == Exit::without_closing && computer.preset.exit_sends == ExitSends::reset) {
            parts_->sockets.abort(socket);
        } else {
            parts_->sockets.close(socket);
        }
    }
    computer.begin_process();
    if (computer.preset.hoard_dies_with_process) {
        computer.for_each_end(
            [](Connection& connection, Side side) { connection.drop_held_back(side); });
    }
}

void Machine::vanish() {
    Computer& computer = parts_->computer;
    computer.note("vanish");
    computer.has_vanished = true;
    for (const Computer* other : computer.network.computers) {
        computer.network.way(computer, *other).cut(computer.network, CutBy::power_failure, true);
    }
}

} // namespace caesura::simulation
