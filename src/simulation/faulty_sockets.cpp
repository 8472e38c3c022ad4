#include "simulation/faulty_sockets.hpp"

#include "seam/file_pieces.hpp"
#include "simulation/native_number.hpp"
#include "simulation/network.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace caesura::simulation {

namespace {

constexpr Duration soonest_failure = std::chrono::microseconds(20);
constexpr Duration latest_failure = std::chrono::seconds(5);

/// Nobody has it (TEST-NET-1, RFC 5737; RFC 3849).
Endpoint nowhere(const Endpoint& like) {
    Endpoint endpoint{.family = like.family, .port = like.port};
    constexpr std::array<std::uint8_t, 4> documentation_4 = {192, 0, 2, 1};
    constexpr std::array<std::uint8_t, 4> documentation_6 = {0x20, 0x01, 0x0d, 0xb8};
    const auto& prefix = like.family == Family::ipv4 ? documentation_4 : documentation_6;
    std::copy(prefix.begin(), prefix.end(), endpoint.address.begin());
    return endpoint;
}

} // namespace

Faults& FaultySockets::faults() const {
    return computer_.network.faults;
}

Failure FaultySockets::answer(Fault fault) const {
    return said(computer_.preset.dialect, faults().error_of(fault));
}

Failure FaultySockets::first_of(std::initializer_list<Fault> some) const {
    for (const Fault fault : some) {
        if (faults().fires(fault)) {
            return answer(fault);
        }
    }
    return {};
}

Result<SocketOwner> FaultySockets::owned(Result<SocketOwner> result) {
    return result ? SocketOwner(*this, result->release()) : std::move(result);
}

Node* FaultySockets::live_node(Socket socket) const {
    Node* const node = faults().is_on() ? computer_.find(socket) : nullptr;
    const bool lives =
        node != nullptr && node->state == NodeState::connected && node->end().life == Life::open;
    return lives ? node : nullptr;
}

void FaultySockets::lose(Node& node, Error reason) const {
    node.connection->reset(node.side);
    node.end().lost_by = reason;
}

// --- making ------------------------------------------------------------------------------------

Result<SocketOwner> FaultySockets::open(Family family) {
    if (faults().is_on()) {
        const Failure failure =
            first_of({Fault::open_too_many, Fault::open_no_memory, Fault::open_no_family,
                      Fault::open_no_right, Fault::open_not_initialised, Fault::open_odd_socket});
        if (failure) {
            return failure;
        }
    }
    return owned(to_.open(family));
}

Result<SocketOwner> FaultySockets::listen(const Endpoint& endpoint, int backlog) {
    if (faults().is_on()) {
        const Failure failure = first_of({Fault::listen_in_use, Fault::listen_not_ours,
                                          Fault::listen_no_right, Fault::listen_invalid});
        if (failure) {
            return failure;
        }
        if (faults().fires(Fault::listen_short_backlog)) {
            backlog = 1;
        }
    }
    return owned(to_.listen(endpoint, backlog));
}

bool FaultySockets::drop_caller(Socket listener) const {
    Node* const node = computer_.find(listener);
    if (node == nullptr || node->callers.empty()) {
        return false;
    }
    const auto caller = node->callers.front();
    node->callers.pop_front();
    caller->reset(Side::callee);
    ++computer_.changes;
    return true;
}

Result<Accepted> FaultySockets::accept(Socket listener) {
    if (faults().is_on()) {
        const Failure failure =
            first_of({Fault::accept_too_many, Fault::accept_no_memory, Fault::accept_invalid});
        if (failure) {
            return failure;
        }
        if (faults().is_due(Fault::accept_caller_gone) && drop_caller(listener)) {
            faults().happened(Fault::accept_caller_gone);
            return said(computer_.preset.dialect, Error::would_block);
        }
        if (faults().fires(Fault::accept_would_block)) {
            return said(computer_.preset.dialect, Error::would_block);
        }
    }
    auto accepted = to_.accept(listener);
    if (accepted) {
        const Node* const node = computer_.find(accepted->socket.get());
        if (node->end().fin_received) {
            faults().happened(Fault::accept_late);
        }
        if (faults().fires(Fault::accept_odd_address)) {
            accepted->peer = Endpoint{};
        }
        accepted->socket = SocketOwner(*this, accepted->socket.release());
    }
    return accepted;
}

Result<SocketPair> FaultySockets::pair() {
    if (faults().fires(Fault::pair_fails)) {
        return answer(Fault::pair_fails);
    }
    auto made = to_.pair();
    if (made) {
        made->first = SocketOwner(*this, made->first.release());
        made->second = SocketOwner(*this, made->second.release());
    }
    return made;
}

// --- connecting --------------------------------------------------------------------------------

/// The attempt leads nowhere, and is told so after a while.
void FaultySockets::fail_later(const std::shared_ptr<Node>& node, Error reason) const {
    const Duration pause = faults().random().between(soonest_failure, latest_failure);
    computer_.network.at(after(computer_.network.now, pause),
                         [node, reason, &computer = computer_] {
                             if (node->is_open && node->state == NodeState::connecting) {
                                 node->state = NodeState::failed;
                                 node->outcome = reason;
                                 ++computer.changes;
                             }
                         });
}

bool FaultySockets::connect_at_once(Socket socket) const {
    const auto node = computer_.shared(socket);
    return node && node->state == NodeState::connecting && answer_call_at_once(*node, computer_);
}

Failure FaultySockets::connect(Socket socket, const Endpoint& peer) {
    if (!faults().is_on()) {
        return to_.connect(socket, peer);
    }
    const Failure refusal =
        first_of({Fault::connect_refused_at_once, Fault::connect_no_port, Fault::connect_misused});
    if (refusal) {
        return refusal;
    }
    if (faults().fires(Fault::connect_silence)) {
        return to_.connect(socket, nowhere(peer));
    }
    for (const Fault fault : {Fault::connect_fails_late, Fault::connect_to_itself}) {
        if (faults().fires(fault)) {
            const Failure begun = to_.connect(socket, nowhere(peer));
            if (const auto node = computer_.shared(socket)) {
                fail_later(node, faults().error_of(fault));
            }
            return begun;
        }
    }
    const Failure begun = to_.connect(socket, peer);
    if (faults().is_due(Fault::connect_at_once) && connect_at_once(socket)) {
        faults().happened(Fault::connect_at_once);
        return {};
    }
    return begun;
}

Failure FaultySockets::connect_outcome(Socket socket) {
    if (faults().is_on()) {
        const Node* const node = computer_.find(socket);
        const bool is_over = node != nullptr && node->state != NodeState::connecting;
        if (is_over && faults().fires(Fault::connect_outcome_fails)) {
            return answer(Fault::connect_outcome_fails);
        }
    }
    return to_.connect_outcome(socket);
}

// --- bytes -------------------------------------------------------------------------------------

/// By Wine 8 a reset reads as an end, and nothing but the poll before tells: none comes after it.
void FaultySockets::break_receive(Node& node) const {
    if (computer_.preset.reset_reads_as_end) {
        return;
    }
    for (const Fault fault : {Fault::receive_reset, Fault::receive_timed_out}) {
        if (node.end().life == Life::open && faults().fires(fault)) {
            lose(node, faults().error_of(fault));
        }
    }
}

Result<std::size_t> FaultySockets::receive(Socket socket, std::span<std::byte> room) {
    if (Node* const node = live_node(socket)) {
        const Failure failure =
            first_of({Fault::receive_no_memory, Fault::receive_misused, Fault::receive_bad_socket});
        if (failure) {
            return failure;
        }
        if (faults().fires(Fault::receive_would_block)) {
            return said(computer_.preset.dialect, Error::would_block);
        }
        break_receive(*node);
        if (node->end().unread() > 1 && room.size() > 1 && faults().fires(Fault::receive_short)) {
            const auto most = std::min<std::uint64_t>(room.size(), node->end().unread()) - 1;
            room = room.first(static_cast<std::size_t>(
                faults().random().one_in(2) ? 1 : faults().random().between(1, most)));
        }
    }
    return to_.receive(socket, room);
}

void FaultySockets::break_send(Node& node) const {
    for (const Fault fault : {Fault::send_peer_gone, Fault::send_timed_out}) {
        if (node.end().life == Life::open && faults().fires(fault)) {
            const Error reason = faults().error_of(fault);
            // By Linux a pipe is broken only after a FIN (measured): else it would be a lie.
            const bool is_lie = reason == Error::broken_pipe && !node.end().fin_received;
            lose(node, is_lie ? Error::connection_reset : reason);
        }
    }
}

/// Takes only a part of what is offered.
Result<std::size_t> FaultySockets::send_part(Socket socket, std::span<const Slice> slices) {
    std::uint64_t offered = 0;
    for (const Slice slice : slices) {
        offered += slice.size();
    }
    std::uint64_t left = faults().random().between(1, offered);
    std::array<Slice, most_slices> part;
    std::size_t count = 0;
    while (left > 0) {
        const auto length =
            static_cast<std::size_t>(std::min<std::uint64_t>(left, slices[count].size()));
        part[count] = slices[count].first(length);
        left -= length;
        ++count;
    }
    return to_.send(socket, std::span<const Slice>(part).first(count), Follows::unknown);
}

Result<std::size_t> FaultySockets::send(Socket socket, std::span<const Slice> slices,
                                        Follows follows) {
    Node* const node = live_node(socket);
    if (node == nullptr) {
        return to_.send(socket, slices, follows);
    }
    const Failure failure =
        first_of({Fault::send_no_memory, Fault::send_misused, Fault::send_denied});
    if (failure) {
        return failure;
    }
    if (faults().fires(Fault::send_would_block)) {
        return said(computer_.preset.dialect, Error::would_block);
    }
    break_send(*node);
    if (faults().fires(Fault::send_short)) {
        return send_part(socket, slices);
    }
    if (faults().fires(Fault::send_whole)) {
        node->end().buffer.take_next_whole();
    }
    return to_.send(socket, slices, follows);
}

Result<std::size_t> FaultySockets::send_file(Socket socket, const FileRange& range,
                                             Follows follows) {
    return send_file_in_pieces(*this, socket, range, follows);
}

// --- ending ------------------------------------------------------------------------------------

Failure FaultySockets::shut_writes(Socket socket) {
    Node* const node = live_node(socket);
    if (node != nullptr && faults().fires(Fault::finish_refused)) {
        lose(*node, Error::connection_reset);
        return answer(Fault::finish_refused);
    }
    return to_.shut_writes(socket);
}

void FaultySockets::close(Socket socket) {
    if (faults().is_active(Fault::connect_given_up)) {
        const Node* const node = computer_.find(socket);
        if (node != nullptr && node->state == NodeState::connecting) {
            faults().happened(Fault::connect_given_up);
        }
    }
    to_.close(socket);
}

// --- options -----------------------------------------------------------------------------------

Failure FaultySockets::set_option(Socket socket, SocketOption option, int value) {
    if (faults().is_on()) {
        Node* const node = live_node(socket);
        if (node != nullptr && faults().fires(Fault::option_after_reset)) {
            lose(*node, Error::connection_reset);
            return answer(Fault::option_after_reset);
        }
        if (faults().fires(Fault::option_refused)) {
            return answer(Fault::option_refused);
        }
    }
    return to_.set_option(socket, option, value);
}

/// A buffer's size as it is read back need not be what was set.
Result<int> FaultySockets::option(Socket socket, SocketOption option) {
    auto value = to_.option(socket, option);
    const bool is_size =
        option == SocketOption::send_buffer || option == SocketOption::receive_buffer;
    if (value && is_size && faults().fires(Fault::option_rounded)) {
        *value = faults().random().one_in(2) ? *value / 2 : *value + 4096;
    }
    return value;
}

Result<std::size_t> FaultySockets::limit_unsent(Socket socket, std::size_t bytes) {
    if (faults().fires(Fault::budget_refused)) {
        return answer(Fault::budget_refused);
    }
    return to_.limit_unsent(socket, bytes);
}

} // namespace caesura::simulation
