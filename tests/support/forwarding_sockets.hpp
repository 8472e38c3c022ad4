#pragma once

#include <caesura/system.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace caesura::testing {

/// Passes every call on to other sockets: what a test derives from to count calls or to make some
/// of them fail. What comes out of here is closed through here.
class ForwardingSockets : public Sockets {
public:
    explicit ForwardingSockets(Sockets& to = this_system().sockets()) : to_(to) {}

    Result<SocketOwner> open(Family family) override { return owned(to_.open(family)); }
    Result<SocketOwner> listen(const Endpoint& endpoint, int backlog) override {
        return owned(to_.listen(endpoint, backlog));
    }
    Result<Accepted> accept(Socket listener) override {
        auto accepted = to_.accept(listener);
        if (accepted) {
            accepted->socket = SocketOwner(*this, accepted->socket.release());
        }
        return accepted;
    }
    Failure connect(Socket socket, const Endpoint& peer) override {
        return to_.connect(socket, peer);
    }
    Failure connect_outcome(Socket socket) override { return to_.connect_outcome(socket); }
    Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override {
        return to_.receive(socket, room);
    }
    Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                             Follows follows) override {
        return to_.send(socket, slices, follows);
    }
    Result<std::size_t> send_file(Socket socket, const FileRange& range, Follows follows) override {
        return to_.send_file(socket, range, follows);
    }
    Failure shut_writes(Socket socket) override { return to_.shut_writes(socket); }
    void close(Socket socket) override { to_.close(socket); }
    Failure close_lingering(Socket socket, std::chrono::seconds time) override {
        return to_.close_lingering(socket, time);
    }
    void abort(Socket socket) override { to_.abort(socket); }
    Result<Endpoint> local(Socket socket) override { return to_.local(socket); }
    Result<Endpoint> peer(Socket socket) override { return to_.peer(socket); }
    Failure set_option(Socket socket, SocketOption option, int value) override {
        return to_.set_option(socket, option, value);
    }
    Result<int> option(Socket socket, SocketOption option) override {
        return to_.option(socket, option);
    }
    Result<std::size_t> limit_unsent(Socket socket, std::size_t bytes) override {
        return to_.limit_unsent(socket, bytes);
    }
    std::optional<std::uint64_t> unsent(Socket socket) override { return to_.unsent(socket); }
    std::optional<std::uint64_t> unread(Socket socket) override { return to_.unread(socket); }
    std::optional<Duration> round_trip(Socket socket) override { return to_.round_trip(socket); }
    std::optional<std::uint64_t> unacknowledged(Socket socket) override {
        return to_.unacknowledged(socket);
    }
    Result<SocketPair> pair() override { return to_.pair(); }

private:
    Result<SocketOwner> owned(Result<SocketOwner> result) {
        return result ? SocketOwner(*this, result->release()) : std::move(result);
    }

    Sockets& to_;
};

/// This system, but for its sockets, or its resolver.
class PatchedSystem : public System {
public:
    explicit PatchedSystem(Sockets& sockets, Resolver& resolver = this_system().resolver())
        : sockets_(sockets), resolver_(resolver) {}
    explicit PatchedSystem(Resolver& resolver) : PatchedSystem(this_system().sockets(), resolver) {}

    Sockets& sockets() override { return sockets_; }
    Clock& clock() override { return this_system().clock(); }
    Resolver& resolver() override { return resolver_; }
    std::vector<std::string_view> poller_names() const override {
        return this_system().poller_names();
    }
    std::unique_ptr<Poller> make_poller(std::string_view name) override {
        return this_system().make_poller(name);
    }

private:
    Sockets& sockets_;
    Resolver& resolver_;
};

} // namespace caesura::testing
