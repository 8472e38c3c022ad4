#include "simulation/sockets.hpp"

#include "simulation/native_number.hpp"
#include "simulation/network.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace caesura::simulation {

namespace {

bool is_any(const Endpoint& endpoint) {
    return endpoint.address == Endpoint::any(endpoint.family).address;
}

} // namespace

Failure SimulatedSockets::said(Error error) const {
    return simulation::said(computer_.preset.dialect, error);
}

Failure SimulatedSockets::gone() const {
    return said(computer_.preset.dialect == Dialect::posix ? Error::bad_descriptor
                                                           : Error::not_a_socket);
}

void SimulatedSockets::note(std::string_view call, Socket socket, std::uint64_t first,
                            std::uint64_t second) const {
    computer_.network.trace.note(computer_.network.now, computer_.number, call,
                                 static_cast<std::uint64_t>(socket), first, second);
}

bool SimulatedSockets::is_in_the_mood(std::uint64_t once_in) const {
    return computer_.preset.is_nasty && computer_.network.random.one_in(once_in);
}

// --- making ------------------------------------------------------------------------------------

Result<SocketOwner> SimulatedSockets::open(Family family) {
    if (!computer_.has_room_for(1)) {
        note("open", Socket::none);
        return said(Error::too_many_open);
    }
    auto node = std::make_shared<Node>();
    node->local = Endpoint::any(family);
    const Socket socket = computer_.add(std::move(node));
    note("open", socket);
    return SocketOwner(*this, socket);
}

/// Whether this computer has that address.
Failure SimulatedSockets::check_address(const Endpoint& endpoint) const {
    const bool is_ours = is_any(endpoint) || endpoint.is_loopback() ||
                         endpoint.address == computer_.address(endpoint.family).address;
    return is_ours ? Failure{} : said(Error::address_not_available);
}

Result<SocketOwner> SimulatedSockets::listen(const Endpoint& endpoint, int backlog) {
    Result<SocketOwner> opened = open(endpoint.family);
    if (!opened) {
        return opened;
    }
    if (const Failure failure = check_address(endpoint)) {
        return failure;
    }
    Endpoint local = endpoint;
    if (endpoint.port == 0) {
        local.port = computer_.free_port();
    }
    if (local.port == 0 || computer_.listener_at(local) != nullptr) {
        return said(Error::address_in_use);
    }
    Node& node = *computer_.find(opened->get());
    computer_.bind(node, local);
    const int most = computer_.preset.most_backlog;
    computer_.begin_listening(
        node, static_cast<std::size_t>(backlog <= 0 ? most : std::min(backlog, most)));
    note("listen", opened->get(), local.port);
    return opened;
}

/// The node of one end of an established connection.
SocketOwner SimulatedSockets::adopt(const std::shared_ptr<Connection>& connection, Side side,
                                    const Node* listener) {
    auto node = std::make_shared<Node>();
    if (listener != nullptr) {
        node->no_delay = listener->no_delay;
        node->keep_alive = listener->keep_alive;
        node->send_buffer = listener->send_buffer;
        node->receive_buffer = listener->receive_buffer;
        node->unsent_low_water = listener->unsent_low_water;
    }
    node->state = NodeState::connected;
    node->connection = connection;
    node->side = side;
    node->local = connection->end(side).address;
    node->peer = connection->end(other(side)).address;
    return {*this, computer_.add(std::move(node))};
}

Result<Accepted> SimulatedSockets::accept(Socket listener) {
    Node* const node = computer_.find(listener);
    if (node == nullptr || node->state != NodeState::listening) {
        return node == nullptr ? gone() : said(Error::invalid_argument);
    }
    const bool vanishing = computer_.preset.aborted_callers_vanish;
    while (vanishing && !node->callers.empty() &&
           node->callers.front()->end(Side::callee).life == Life::lost) {
        node->callers.pop_front();
    }
    if (node->callers.empty() || is_in_the_mood(8)) {
        note("accept", listener, 0, 1);
        return said(Error::would_block);
    }
    if (!computer_.has_room_for(1)) {
        note("accept", listener, 0, 2);
        return said(Error::too_many_open);
    }
    const std::shared_ptr<Connection> connection = node->callers.front();
    node->callers.pop_front();
    Accepted accepted{adopt(connection, Side::callee, node), connection->end(Side::caller).address};
    note("accept", listener, static_cast<std::uint64_t>(accepted.socket.get()));
    return accepted;
}

Result<SocketPair> SimulatedSockets::pair() {
    note("pair", Socket::none);
    if (!computer_.has_room_for(2)) {
        return said(Error::too_many_open);
    }
    Node here;
    here.local = Endpoint::loopback(Family::ipv4, computer_.free_port());
    Node there;
    there.local = Endpoint::loopback(Family::ipv4, computer_.free_port());
    if (here.local.port == there.local.port) { // the only one left, or none
        return said(Error::address_in_use);
    }
    const auto connection = std::make_shared<Connection>(computer_.network, computer_.end_for(here),
                                                         computer_.end_for(there));
    computer_.remember(connection, Side::caller);
    computer_.remember(connection, Side::callee);
    SocketPair pair{adopt(connection, Side::caller, nullptr),
                    adopt(connection, Side::callee, nullptr)};
    for (const Socket socket : {pair.first.get(), pair.second.get()}) {
        computer_.find(socket)->is_of_pair = true;
    }
    return pair;
}

// --- connecting --------------------------------------------------------------------------------

Failure SimulatedSockets::connect(Socket socket, const Endpoint& peer) {
    Node* const node = computer_.find(socket);
    const Failure failure = node == nullptr ? gone() : try_connect(*node, peer);
    note("connect", socket, static_cast<std::uint64_t>(failure.error), peer.port);
    return failure;
}

Failure SimulatedSockets::try_connect(Node& node, const Endpoint& peer) {
    switch (node.state) {
    case NodeState::connected:
        return node.end().life == Life::lost ? said(node.end().lost_by) : Failure{};
    case NodeState::connecting:
        return said(Error::would_block);
    case NodeState::listening:
        return said(Error::invalid_argument);
    case NodeState::fresh:
    case NodeState::failed:
        break;
    }
    if (peer.family != node.local.family) {
        return said(Error::family_not_supported);
    }
    const bool posix = computer_.preset.dialect == Dialect::posix;
    if (!posix && (is_any(peer) || peer.port == 0)) {
        return said(Error::address_not_available);
    }
    if (peer.port == 0) {
        return said(Error::connection_refused);
    }
    const Endpoint called = is_any(peer) ? Endpoint::loopback(peer.family, peer.port) : peer;
    if (node.local.port == 0) {
        const std::uint16_t port = computer_.free_port();
        if (port == 0) {
            return said(Error::address_not_available);
        }
        computer_.bind(node, called.is_loopback() ? Endpoint::loopback(peer.family, port)
                                                  : computer_.address(peer.family, port));
    }
    place_call(computer_.shared(node.number), computer_, called);
    return said(Error::would_block);
}

Failure SimulatedSockets::connect_outcome(Socket socket) {
    Node* const node = computer_.find(socket);
    Failure failure;
    if (node == nullptr) {
        failure = gone();
    } else if (node->state == NodeState::failed) {
        failure = said(node->outcome);
    } else if (node->state != NodeState::connected) {
        failure = said(Error::would_block);
    } else if (computer_.preset.dialect == Dialect::posix && node->end().life == Life::lost) {
        // SO_ERROR tells a reset once on Linux, and never on Windows [Wine's tests].
        const Error error = loss(node->end());
        failure = error == Error::none ? Failure{} : said(error);
    }
    note("outcome", socket, static_cast<std::uint64_t>(failure.error));
    return failure;
}

// --- ending ------------------------------------------------------------------------------------

void SimulatedSockets::close(Socket socket) {
    note("close", socket);
    const std::shared_ptr<Node> node = computer_.shared(socket);
    if (!node) {
        return;
    }
    node->is_open = false;
    computer_.remove(socket);
    if (node->connection) {
        node->connection->leave(node->side);
    }
    for (const auto& caller : node->callers) {
        caller->reset(Side::callee);
    }
}

Failure SimulatedSockets::close_lingering(Socket socket, std::chrono::seconds) {
    return computer_.find(socket) == nullptr ? gone() : Failure{Error::operation_not_supported};
}

void SimulatedSockets::abort(Socket socket) {
    note("abort", socket);
    if (const Node* const node = computer_.find(socket); node != nullptr && node->connection) {
        node->connection->reset(node->side);
    }
    close(socket);
}

Failure SimulatedSockets::shut_writes(Socket socket) {
    note("finish", socket);
    const Node* const node = computer_.find(socket);
    if (node == nullptr) {
        return gone();
    }
    const bool has_peer = node->state == NodeState::connected &&
                          (node->end().life != Life::lost || computer_.preset.lost_peer_is_known);
    if (!has_peer) {
        return said(Error::not_connected);
    }
    node->connection->finish(node->side);
    return {};
}

} // namespace caesura::simulation
