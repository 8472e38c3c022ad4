#include "simulation/fault_events.hpp"

#include "simulation/computer.hpp"
#include "simulation/network.hpp"

#include <caesura/simulation/fault.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace caesura::simulation {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array events = {
    Fault::descriptor_limit,      Fault::memory_pressure,   Fault::pool_limit, Fault::backlog_moves,
    Fault::receive_fin_and_reset, Fault::connection_killed, Fault::link_cut,   Fault::link_slow,
    Fault::machine_vanishes,
};

constexpr Duration shortest_pause = microseconds(100);
constexpr Duration longest_pause = milliseconds(200);

/// Short ones more often than long ones: one in two is of the shortest tenth.
Duration a_while(Random& random, Duration longest) {
    return random.between(Duration(1), random.one_in(2) ? longest / 10 : longest);
}

Computer& some_computer(Network& network) {
    const auto count = network.computers.size();
    return *network.computers[static_cast<std::size_t>(network.faults.random().below(count))];
}

/// Undone by whoever comes first: this, or the calm.
void undo_later(Network& network, Duration longest, std::function<void()> undo) {
    const std::uint64_t calm = network.calms;
    const Duration pause = a_while(network.faults.random(), longest);
    network.at(after(network.now, pause), [&network, calm, undo = std::move(undo)] {
        if (network.calms == calm) {
            undo();
        }
    });
}

bool lower_descriptors(Network& network) {
    Computer& computer = some_computer(network);
    computer.by_fault.most_sockets = computer.nodes.size() + network.faults.random().below(3);
    undo_later(network, seconds(2), [&computer] { computer.lift_limits(); });
    return true;
}

bool press(Network& network) {
    Computer& computer = some_computer(network);
    computer.press_by_fault(network.faults.random().between(4608, 65'536));
    undo_later(network, seconds(5), [&computer] { computer.press_by_fault(FaultLimits::none); });
    return true;
}

/// Only where a machine has one pool for all.
bool lower_pool(Network& network) {
    Computer& computer = some_computer(network);
    if (computer.preset.sends.rule != SendRule::whole_sends) {
        return false;
    }
    computer.by_fault.pool = computer.pool_used + network.faults.random().below(4096);
    computer.by_fault.pool_answer =
        network.faults.random().one_in(2) ? PoolAnswer::would_block : PoolAnswer::no_buffer_space;
    undo_later(network, seconds(5), [&computer] { computer.lift_limits(); });
    return true;
}

bool move_backlog(Network& network) {
    Computer& computer = some_computer(network);
    if (computer.preset.sends.rule != SendRule::whole_sends) {
        return false;
    }
    computer.move_ideal_backlog(network.faults.random().below(1 << 20));
    return true;
}

/// A connection with an end on some computer, and which end; nothing: it has none.
std::pair<std::shared_ptr<Connection>, Side> some_connection(Network& network) {
    std::vector<std::pair<std::shared_ptr<Connection>, Side>> known;
    some_computer(network).for_each_end([&known](Connection& connection, Side side) {
        if (connection.end(side).life == Life::open) {
            known.emplace_back(connection.shared_from_this(), side);
        }
    });
    if (known.empty()) {
        return {};
    }
    return known[static_cast<std::size_t>(network.faults.random().below(known.size()))];
}

bool kill_connection(Network& network) {
    const auto [connection, side] = some_connection(network);
    if (connection) {
        connection->reset(side); // both ends see it: this one as aborted
    }
    return connection != nullptr;
}

/// The peer's last bytes, its FIN and its reset, all at once.
bool finish_and_reset(Network& network) {
    const auto [connection, side] = some_connection(network);
    return connection && connection->finish_and_reset(side);
}

void cut(Network& network, Computer& one, Computer& other, Duration longest) {
    Way& way = network.way(one, other);
    way.cut(network, CutBy::fault, true);
    undo_later(network, longest, [&network, &way] { way.cut(network, CutBy::fault, false); });
}

bool cut_link(Network& network) {
    Computer& one = some_computer(network);
    Computer& other = some_computer(network);
    cut(network, one, other, seconds(20));
    return true;
}

bool slow_link(Network& network) {
    Computer& one = some_computer(network);
    Computer& other = some_computer(network);
    Way& way = network.way(one, other);
    way.extra_latency = a_while(network.faults.random(), seconds(3));
    undo_later(network, seconds(10), [&way] { way.extra_latency = Duration::zero(); });
    return true;
}

bool vanish(Network& network) {
    Computer& gone = some_computer(network);
    for (Computer* const other : network.computers) {
        if (other != &gone) {
            cut(network, gone, *other, seconds(600));
        }
    }
    return network.computers.size() > 1;
}

/// Whether it came about.
bool bring_about(Network& network, Fault fault) {
    switch (fault) {
    case Fault::descriptor_limit:
        return lower_descriptors(network);
    case Fault::memory_pressure:
        return press(network);
    case Fault::pool_limit:
        return lower_pool(network);
    case Fault::backlog_moves:
        return move_backlog(network);
    case Fault::receive_fin_and_reset:
        return finish_and_reset(network);
    case Fault::connection_killed:
        return kill_connection(network);
    case Fault::link_cut:
        return cut_link(network);
    case Fault::link_slow:
        return slow_link(network);
    default:
        return vanish(network);
    }
}

} // namespace

void begin_fault_events(Network& network) {
    if (std::exchange(network.fault_event_due, true)) {
        return;
    }
    const Duration pause = network.faults.random().between(shortest_pause, longest_pause);
    network.at(after(network.now, pause), [&network] {
        network.fault_event_due = false;
        if (!network.faults.is_on()) {
            return;
        }
        const auto fault = network.faults.one_of(events);
        if (fault && network.faults.is_due(*fault) && bring_about(network, *fault)) {
            network.faults.happened(*fault);
        }
        if (fault) {
            begin_fault_events(network);
        }
    });
}

void undo_fault_events(Network& network) {
    ++network.calms;
    for (Computer* const one : network.computers) {
        one->lift_limits();
        one->press_by_fault(FaultLimits::none);
        if (one->by_fault.ideal_backlog) {
            one->move_ideal_backlog(std::nullopt);
        }
        for (Computer* const other : network.computers) {
            Way& way = network.way(*one, *other);
            way.extra_latency = Duration::zero();
            if (way.is_cut()) {
                way.cut(network, CutBy::fault, false);
            }
        }
    }
}

} // namespace caesura::simulation
