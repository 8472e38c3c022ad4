#pragma once

#include <caesura/system.hpp>

#include <memory>
#include <span>
#include <type_traits>

namespace caesura {

/// Bytes between two processes of one program on one machine, each of which waits for the other.
/// On the seam itself: the library's own streams are what these processes are there to try.
class Channel {
public:
    /// To whoever connects to it.
    explicit Channel(SocketOwner socket);
    /// To whoever listens at that port.
    explicit Channel(std::uint16_t port);

    /// All of it. Errors: as of Sockets::send.
    Failure send(Slice bytes);
    /// As many as there is room for. Errors: as of Sockets::receive; connection_reset when the
    /// other process closes before.
    Failure receive(std::span<std::byte> room);

    /// What lies in memory, as it lies there.
    template <class Value>
    Failure send_value(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        return send(std::as_bytes(std::span(&value, 1)));
    }
    template <class Value>
    Failure receive_value(Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        return receive(std::as_writable_bytes(std::span(&value, 1)));
    }

private:
    SocketOwner socket_;
    std::unique_ptr<Poller> poller_;
};

/// Waits for that socket to be ready, but not for longer than `limit`.
void wait_for(Poller& poller, Socket socket, Interest interest, Duration limit);

} // namespace caesura
