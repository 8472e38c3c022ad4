#pragma once

#include "simulation/computer.hpp"

#include <caesura/sockets.hpp>

#include <memory>
#include <string_view>

namespace caesura::simulation {

/// The calls of one computer's system.
class SimulatedSockets : public Sockets {
public:
    explicit SimulatedSockets(Computer& computer) : computer_(computer) {}

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
    Failure close_lingering(Socket socket, std::chrono::seconds time) override;
    void abort(Socket socket) override;
    Result<Endpoint> local(Socket socket) override;
    Result<Endpoint> peer(Socket socket) override;
    Failure set_option(Socket socket, SocketOption option, int value) override;
    Result<int> option(Socket socket, SocketOption option) override;
    Result<std::size_t> limit_unsent(Socket socket, std::size_t bytes) override;
    std::optional<std::uint64_t> unsent(Socket socket) override;
    std::optional<std::uint64_t> unacknowledged(Socket socket) override;
    std::optional<std::uint64_t> unread(Socket socket) override;
    std::optional<Duration> round_trip(Socket socket) override;
    Result<SocketPair> pair() override;

private:
    Failure said(Error error) const;
    /// What is said of a number that is no socket's.
    Failure gone() const;
    void note(std::string_view call, Socket socket, std::uint64_t first = 0,
              std::uint64_t second = 0) const;
    /// By the way of a nasty system: once in so many calls.
    bool is_in_the_mood(std::uint64_t once_in) const;

    Failure try_connect(Node& node, const Endpoint& peer);
    Failure check_address(const Endpoint& endpoint) const;
    SocketOwner adopt(const std::shared_ptr<Connection>& connection, Side side,
                      const Node* listener);
    Result<std::size_t> try_receive(Node& node, std::span<std::byte> room);
    Result<std::size_t> try_send(Node& node, std::span<const Slice> slices);
    Failure why_not_open(const Node& node) const;
    Error loss(End& end) const;
    /// Why the size of a buffer is refused, where a system does that.
    Failure check_size(int value) const;
    void set_send_buffer(Node& node, int value);
    void set_receive_buffer(Node& node, int value);

    Computer& computer_;
};

/// Has the node call `peer`: what it says on the way, how it ends, and how long each takes, are the
/// callee's system's habits and the caller's.
void place_call(const std::shared_ptr<Node>& node, Computer& from, const Endpoint& peer);
/// A call that was placed just now is answered within the same moment. False, and nothing done,
/// when nobody there would answer it.
bool answer_call_at_once(Node& node, Computer& from);

} // namespace caesura::simulation
