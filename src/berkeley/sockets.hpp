#pragma once

#include "native.hpp"

#include <caesura/sockets.hpp>

namespace caesura {

/// The sockets of the system this was built for. No state but the start-up that Winsock counts, so
/// any number of these may exist, and any thread may use each.
class BerkeleySockets final : public Sockets {
public:
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
    native::Startup startup_;
};

} // namespace caesura
