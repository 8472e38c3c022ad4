// What SimulatedSockets says of connections: bytes, addresses, options, figures.

#include "seam/file_pieces.hpp"
#include "simulation/native_number.hpp"
#include "simulation/network.hpp"
#include "simulation/sockets.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace caesura::simulation {

namespace {

std::uint64_t sum_of(std::span<const Slice> slices) {
    std::uint64_t sum = 0;
    for (const Slice slice : slices) {
        sum += slice.size();
    }
    return sum;
}

/// What a system makes of the size of a buffer.
BufferSize adjusted(const Preset& preset, int value, std::uint64_t least) {
    const std::uint64_t wanted =
        std::uint64_t{static_cast<std::uint32_t>(value)} * preset.buffer_factor;
    const std::uint64_t bytes = std::clamp(wanted, least, preset.most_buffer);
    const bool told_as_set = preset.buffer_sizes == BufferSizes::as_set;
    return {told_as_set ? value : static_cast<int>(bytes), bytes};
}

} // namespace

/// Why nothing can be sent or received before there is a connection.
Failure SimulatedSockets::why_not_open(const Node& node) const {
    return said(node.state == NodeState::connecting ? computer_.preset.early_traffic
                                                    : Error::not_connected);
}

/// What is said of a lost connection; on some systems it is said once.
Error SimulatedSockets::loss(End& end) const {
    const bool forgotten = computer_.preset.reset_is_told == ResetIsTold::once && end.loss_told;
    end.loss_told = true;
    return forgotten ? Error::none : end.lost_by;
}

// --- receiving ---------------------------------------------------------------------------------

Result<std::size_t> SimulatedSockets::receive(Socket socket, std::span<std::byte> room) {
    assert(!room.empty());
    Node* const node = computer_.find(socket);
    Result<std::size_t> got =
        node == nullptr ? Result<std::size_t>(gone()) : try_receive(*node, room);
    note("receive", socket, got ? *got : 0, static_cast<std::uint64_t>(got.error()));
    return got;
}

Result<std::size_t> SimulatedSockets::try_receive(Node& node, std::span<std::byte> room) {
    if (node.state != NodeState::connected) {
        return why_not_open(node);
    }
    End& end = node.end();
    if (is_in_the_mood(8) && end.life == Life::open) {
        return said(Error::would_block);
    }
    if (end.unread() > 0) {
        if (is_in_the_mood(4)) {
            room = room.first(1);
        }
        return node.connection->receive(node.side, room);
    }
    if (end.life == Life::lost && !(end.fin_received && end.lost_by == Error::broken_pipe)) {
        const Error error = loss(end);
        const bool reads_as_end = computer_.preset.reset_reads_as_end || error == Error::none;
        return reads_as_end ? Result<std::size_t>(0) : Result<std::size_t>(said(error));
    }
    return end.fin_received ? Result<std::size_t>(0)
                            : Result<std::size_t>(said(Error::would_block));
}

// --- sending -----------------------------------------------------------------------------------

Result<std::size_t> SimulatedSockets::send(Socket socket, std::span<const Slice> slices, Follows) {
    assert(!slices.empty() && slices.size() <= most_slices);
    Node* const node = computer_.find(socket);
    const Result<std::size_t> taken =
        node == nullptr ? Result<std::size_t>(gone()) : try_send(*node, slices);
    note("send", socket, taken ? *taken : 0, static_cast<std::uint64_t>(taken.error()));
    return taken;
}

Result<std::size_t> SimulatedSockets::try_send(Node& node, std::span<const Slice> slices) {
    const Preset& preset = computer_.preset;
    if (node.state != NodeState::connected) {
        return node.state == NodeState::connecting ? why_not_open(node)
                                                   : said(preset.unconnected_send);
    }
    End& end = node.end();
    if (end.life == Life::lost) {
        const Error error = loss(end);
        return said(error == Error::none ? Error::broken_pipe : error);
    }
    if (end.fin != Fin::none) {
        return said(Error::broken_pipe);
    }
    const std::uint64_t offered = sum_of(slices);
    // Never while nothing is under way, when no report would be due, and never to a wake-up: a pair
    // that says would_block is taken to be full.
    if (end.buffer.charged() > 0 && !node.is_of_pair && is_in_the_mood(8)) {
        return said(Error::would_block);
    }
    // W7: memory for sends is asked for once there is room below the limit.
    if (preset.sends.rule == SendRule::whole_sends && end.buffer.writable() &&
        !computer_.pool_holds(offered)) {
        return said(computer_.pool_answer() == PoolAnswer::would_block ? Error::would_block
                                                                       : Error::no_buffer_space);
    }
    const std::uint64_t most =
        preset.is_nasty ? computer_.network.random.between(1, offered) : offered;
    if (end.fin_received) {
        computer_.network.faults.happened(Fault::send_after_fin);
    }
    const std::uint64_t taken = node.connection->send(node.side, slices, most);
    return taken == 0 ? Result<std::size_t>(said(Error::would_block))
                      : static_cast<std::size_t>(taken);
}

Result<std::size_t> SimulatedSockets::send_file(Socket socket, const FileRange& range,
                                                Follows follows) {
    return send_file_in_pieces(*this, socket, range, follows);
}

// --- addresses ---------------------------------------------------------------------------------

Result<Endpoint> SimulatedSockets::local(Socket socket) {
    const Node* const node = computer_.find(socket);
    if (node == nullptr) {
        return gone();
    }
    const bool unbound = node->local.port == 0;
    if (unbound && computer_.preset.dialect == Dialect::winsock) {
        return said(Error::invalid_argument); // documented: not bound yet
    }
    return node->local;
}

Result<Endpoint> SimulatedSockets::peer(Socket socket) {
    const Node* const node = computer_.find(socket);
    if (node == nullptr) {
        return gone();
    }
    const bool knows_none =
        node->state != NodeState::connected ||
        (node->end().life == Life::lost && !computer_.preset.lost_peer_is_known);
    if (knows_none) {
        return said(Error::not_connected);
    }
    return node->peer;
}

// --- options -----------------------------------------------------------------------------------

Failure SimulatedSockets::set_option(Socket socket, SocketOption option, int value) {
    note("set", socket, static_cast<std::uint64_t>(option), static_cast<std::uint64_t>(value));
    Node* const node = computer_.find(socket);
    if (node == nullptr) {
        return gone();
    }
    switch (option) {
    case SocketOption::no_delay:
        node->no_delay = value != 0;
        return {};
    case SocketOption::keep_alive:
        node->keep_alive = value != 0;
        return {};
    case SocketOption::send_buffer:
    case SocketOption::receive_buffer:
        break;
    }
    if (const Failure refusal = check_size(value)) {
        return refusal;
    }
    if (option == SocketOption::send_buffer) {
        set_send_buffer(*node, value);
    } else {
        set_receive_buffer(*node, value);
    }
    return {};
}

Failure SimulatedSockets::check_size(int value) const {
    const Preset& preset = computer_.preset;
    if (preset.buffer_sizes != BufferSizes::refused) {
        return {};
    }
    if (value < 1) {
        return said(Error::invalid_argument);
    }
    return static_cast<std::uint64_t>(value) > preset.most_buffer ? said(Error::no_buffer_space)
                                                                  : Failure{};
}

void SimulatedSockets::set_send_buffer(Node& node, int value) {
    const Preset& preset = computer_.preset;
    node.send_buffer = adjusted(preset, value, preset.least_send_buffer);
    node.send_buffer->bytes = std::max(node.send_buffer->bytes, preset.least_held);
    if (node.connection) {
        node.end().buffer.set_limit(node.send_buffer->bytes);
        ++computer_.changes;
    }
}

void SimulatedSockets::set_receive_buffer(Node& node, int value) {
    node.receive_buffer = adjusted(computer_.preset, value, computer_.preset.least_receive_buffer);
    if (node.connection) {
        node.connection->set_receive_capacity(node.side, node.receive_buffer->bytes);
    }
}

Result<int> SimulatedSockets::option(Socket socket, SocketOption option) {
    const Node* const node = computer_.find(socket);
    if (node == nullptr) {
        return gone();
    }
    const Preset& preset = computer_.preset;
    switch (option) {
    case SocketOption::no_delay:
        return node->no_delay ? 1 : 0;
    case SocketOption::keep_alive:
        return node->keep_alive ? 1 : 0;
    case SocketOption::send_buffer:
        return node->send_buffer ? node->send_buffer->told : preset.send_buffer_shown;
    case SocketOption::receive_buffer:
        break;
    }
    return node->receive_buffer ? node->receive_buffer->told
                                : static_cast<int>(preset.receive_capacity);
}

// --- figures -----------------------------------------------------------------------------------

Result<std::size_t> SimulatedSockets::limit_unsent(Socket socket, std::size_t bytes) {
    note("budget", socket, bytes);
    Node* const node = computer_.find(socket);
    if (node == nullptr) {
        return gone();
    }
    constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();
    if (bytes == 0) {
        return endless;
    }
    if (bytes > std::size_t{std::numeric_limits<int>::max()}) {
        return Failure{Error::invalid_argument};
    }
    const Preset& preset = computer_.preset;
    if (preset.dialect == Dialect::posix && preset.tells_unsent) {
        node->unsent_low_water = bytes;
        if (node->connection) {
            node->end().buffer.set_unsent_low_water(bytes);
            ++computer_.changes;
        }
        return endless;
    }
    const int budget = static_cast<int>(bytes);
    set_send_buffer(*node, budget);
    return preset.dialect == Dialect::posix ? endless
                                            : static_cast<std::size_t>(std::max(budget / 2, 1));
}

std::optional<std::uint64_t> SimulatedSockets::unsent(Socket socket) {
    const Node* const node = computer_.find(socket);
    if (node == nullptr || !computer_.preset.tells_unsent || !node->connection) {
        return std::nullopt;
    }
    return node->end().buffer.unsent();
}

std::optional<std::uint64_t> SimulatedSockets::unacknowledged(Socket socket) {
    const Node* const node = computer_.find(socket);
    if (node == nullptr || !computer_.preset.tells_unacknowledged || !node->connection) {
        return std::nullopt;
    }
    return node->end().buffer.charged();
}

std::optional<std::uint64_t> SimulatedSockets::unread(Socket socket) {
    const Node* const node = computer_.find(socket);
    if (node == nullptr || !node->connection) {
        return std::nullopt;
    }
    return node->end().unread();
}

std::optional<Duration> SimulatedSockets::round_trip(Socket socket) {
    const Node* const node = computer_.find(socket);
    if (node == nullptr || !computer_.preset.tells_round_trip || !node->connection) {
        return std::nullopt;
    }
    return node->connection->round_trip();
}

} // namespace caesura::simulation
