#pragma once

#include "simulation/sockets.hpp"

#include <caesura/simulation/fault.hpp>

#include <initializer_list>
#include <memory>

namespace caesura::simulation {

/// The calls of a computer with faults, where there are any: answers some of them itself, and
/// passes the others on. What comes out of here is closed through here.
class FaultySockets : public Sockets {
public:
    FaultySockets(Computer& computer, SimulatedSockets& to) : computer_(computer), to_(to) {}

    Result<SocketOwner> open(Family family) override;
    Result<SocketOwner> listen(const Endpoint& endpoint, int backlog) override;
    Result<Accepted> accept(Socket listener) override;
    Failure connect(Socket socket, const Endpoint& peer) override;
    Failure connect_outcome(Socket socket) override;
    Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override;
    Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                             Follows follows) override;
    Result<std::size_t> send_file(Socket socket, const FileRange& range, Follows follows) override;
    Failure shut_writes(Socket socket) override;
    void close(Socket socket) override;
    Failure close_lingering(Socket socket, std::chrono::seconds time) override {
        return to_.close_lingering(socket, time);
    }
    void abort(Socket socket) override { to_.abort(socket); }
    Result<Endpoint> local(Socket socket) override { return to_.local(socket); }
    Result<Endpoint> peer(Socket socket) override { return to_.peer(socket); }
    Failure set_option(Socket socket, SocketOption option, int value) override;
    Result<int> option(Socket socket, SocketOption option) override;
    Result<std::size_t> limit_unsent(Socket socket, std::size_t bytes) override;
    std::optional<std::uint64_t> unsent(Socket socket) override { return to_.unsent(socket); }
    std::optional<std::uint64_t> unacknowledged(Socket socket) override {
        return to_.unacknowledged(socket);
    }
    std::optional<std::uint64_t> unread(Socket socket) override { return to_.unread(socket); }
    std::optional<Duration> round_trip(Socket socket) override { return to_.round_trip(socket); }
    Result<SocketPair> pair() override;

private:
    Faults& faults() const;
    Failure answer(Fault fault) const;
    /// What the first of those that fires answers; nothing: none does.
    Failure first_of(std::initializer_list<Fault> some) const;
    Result<SocketOwner> owned(Result<SocketOwner> result);
    /// The node of a socket with a connection that is not lost; nullptr: it is no such socket.
    Node* live_node(Socket socket) const;
    /// The connection is lost to both ends, to this one for that reason.
    void lose(Node& node, Error reason) const;
    void fail_later(const std::shared_ptr<Node>& node, Error reason) const;
    /// Loses a caller that waits there; false when none does.
    bool drop_caller(Socket listener) const;
    bool connect_at_once(Socket socket) const;
    void break_receive(Node& node) const;
    void break_send(Node& node) const;
    Result<std::size_t> send_part(Socket socket, std::span<const Slice> slices);

    Computer& computer_;
    SimulatedSockets& to_;
};

} // namespace caesura::simulation
