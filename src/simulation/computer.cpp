#include "simulation/computer.hpp"

#include "simulation/network.hpp"

#include <algorithm>

namespace caesura::simulation {

namespace {

// Linux's range for ports that it chooses itself.
constexpr std::uint16_t first_port = 32768;
constexpr std::uint16_t last_port = 60999;

/// Windows' handles are multiples of 4; and no number is ever one of the three standard streams'.
constexpr std::uint64_t first_number(Dialect dialect) {
    return dialect == Dialect::posix ? 3 : 64;
}
constexpr std::uint64_t number_step(Dialect dialect) {
    return dialect == Dialect::posix ? 1 : 4;
}

bool is_any(const Endpoint& endpoint) {
    return endpoint.address == Endpoint::any(endpoint.family).address;
}

bool overlap(const Endpoint& one, const Endpoint& other) {
    return one.family == other.family &&
           (is_any(one) || is_any(other) || one.address == other.address);
}

} // namespace

Endpoint Computer::address(Family family, std::uint16_t port) const {
    Endpoint endpoint{.family = family, .port = port};
    const std::size_t last = family == Family::ipv4 ? 3 : 15;
    endpoint.address[0] = family == Family::ipv4 ? 10 : 0xfd;
    for (std::uint32_t byte = 0; byte < 3; ++byte) { // sixteen million machines
        endpoint.address[last - byte] = static_cast<std::uint8_t>((number + 1) >> (8 * byte));
    }
    return endpoint;
}

void Computer::note(std::string_view what, std::uint64_t first, std::uint64_t second) const {
    network.trace.note(network.now, number, what, 0, first, second);
}

Node* Computer::find(Socket socket) const {
    const auto found = nodes.find(socket);
    return found == nodes.end() ? nullptr : found->second.get();
}

std::shared_ptr<Node> Computer::shared(Socket socket) const {
    const auto found = nodes.find(socket);
    return found == nodes.end() ? nullptr : found->second;
}

std::vector<Socket> Computer::sockets_in_order() const {
    std::vector<Socket> sockets;
    for (const auto& [socket, node] : nodes) {
        sockets.push_back(socket);
    }
    std::sort(sockets.begin(), sockets.end());
    return sockets;
}

/// The lowest free number, as POSIX demands, and as Windows happens to do: what was closed just now
/// is soon somebody else's.
Socket Computer::add(std::shared_ptr<Node> node) {
    std::uint64_t chosen = 0;
    if (free_numbers.empty()) {
        next_number = std::max(next_number, first_number(preset.dialect));
        chosen = next_number;
        next_number += number_step(preset.dialect);
    } else {
        chosen = *free_numbers.begin();
        free_numbers.erase(free_numbers.begin());
    }
    node->number = static_cast<Socket>(chosen);
    if (node->local.port != 0) {
        ++ports[node->local.port];
    }
    nodes.emplace(node->number, std::move(node));
    ++changes;
    return static_cast<Socket>(chosen);
}

void Computer::remove(Socket socket) {
    const auto found = nodes.find(socket);
    const Node& node = *found->second;
    if (node.state == NodeState::listening) {
        std::erase_if(listeners, [&node](const auto& one) { return one.second == &node; });
    }
    if (const auto port = ports.find(node.local.port); port != ports.end() && --port->second == 0) {
        ports.erase(port);
    }
    nodes.erase(found);
    free_numbers.insert(static_cast<std::uint64_t>(socket));
    ++changes;
}

void Computer::begin_process() {
    free_numbers.clear();
    ++process;
}

void Computer::bind(Node& node, const Endpoint& local) {
    node.local = local;
    ++ports[local.port];
}

void Computer::begin_listening(Node& node, std::size_t backlog) {
    node.state = NodeState::listening;
    node.backlog = backlog;
    listeners.emplace(node.local.port, &node);
}

Node* Computer::listener_at(const Endpoint& endpoint) const {
    const auto [first, last] = listeners.equal_range(endpoint.port);
    const auto found = std::find_if(
        first, last, [&](const auto& one) { return overlap(one.second->local, endpoint); });
    return found == last ? nullptr : found->second;
}

std::uint16_t Computer::free_port() {
    for (int tries = 0; tries <= last_port - first_port; ++tries) {
        next_port = next_port < first_port || next_port >= last_port
                        ? first_port
                        : static_cast<std::uint16_t>(next_port + 1);
        if (!ports.contains(next_port)) {
            return next_port;
        }
    }
    return 0;
}

End Computer::end_for(const Node& node) {
    End end(*this, preset.sends,
            node.receive_buffer ? node.receive_buffer->bytes : preset.receive_capacity);
    if (node.send_buffer) {
        end.buffer.set_limit(node.send_buffer->bytes);
    }
    end.buffer.set_unsent_low_water(node.unsent_low_water);
    end.buffer.set_ideal_backlog(ideal_backlog());
    end.buffer.press(std::min(pressure, by_fault.pressure));
    end.address = node.local;
    return end;
}

void Computer::remember(const std::shared_ptr<Connection>& connection, Side side) {
    ends.emplace_back(connection, side);
}

void Computer::press(std::uint64_t limit) {
    pressure = limit;
    press_all();
}

void Computer::press_by_fault(std::uint64_t limit) {
    by_fault.pressure = limit;
    press_all();
}

void Computer::press_all() {
    ++changes;
    const std::uint64_t limit = std::min(pressure, by_fault.pressure);
    for_each_end(
        [limit](Connection& connection, Side side) { connection.end(side).buffer.press(limit); });
}

void Computer::set_ideal_backlog(std::uint64_t bytes) {
    preset.sends.ideal_backlog = bytes;
    by_fault.ideal_backlog.reset();
    apply_ideal_backlog();
}

void Computer::move_ideal_backlog(std::optional<std::uint64_t> bytes) {
    by_fault.ideal_backlog = bytes;
    apply_ideal_backlog();
}

void Computer::apply_ideal_backlog() {
    ++changes;
    for_each_end([bytes = ideal_backlog()](Connection& connection, Side side) {
        connection.end(side).buffer.set_ideal_backlog(bytes);
    });
}

bool Computer::pool_holds(std::uint64_t more) const {
    const std::uint64_t limit = std::min(preset.pool_limit, by_fault.pool);
    return more <= limit && pool_used <= limit - more;
}

PoolAnswer Computer::pool_answer() const {
    return by_fault.pool < preset.pool_limit ? by_fault.pool_answer : preset.pool_answer;
}

/// Both, whichever of the two faults is over: it began the shortage, and ends it.
void Computer::lift_limits() {
    by_fault.most_sockets = FaultLimits::none;
    by_fault.pool = FaultLimits::none;
}

} // namespace caesura::simulation
