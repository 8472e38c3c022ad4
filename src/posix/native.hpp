#pragma once

#include "berkeley/failure.hpp"

#include <caesura/sockets.hpp>
#include <caesura/time.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

/// The words that POSIX and Winsock do not spell alike; this is the POSIX half of the twins. They
/// have the same names, so that src/berkeley reads the same for both.
namespace caesura::native {

using Handle = int;
inline constexpr Handle no_handle = -1;

/// The type of a length in recv.
using Length = std::size_t;

/// One piece of a gathering send.
using Buffer = iovec;
inline Buffer buffer_of(Slice slice) {
    return {const_cast<std::byte*>(slice.data()), slice.size()}; // a send only reads
}

/// The number of what just failed in this thread. To be read before any other call.
inline int last_error() {
    return errno;
}

/// What the number means when connect says it. A signal does not end the attempt (connect(2)), and
/// EAGAIN means that local ports have run out: nothing will ever announce an end of that.
inline Error connect_error(int code) {
    switch (code) {
    case EINPROGRESS:
    case EALREADY:
    case EINTR:
        return Error::would_block;
    case EAGAIN:
        return Error::no_buffer_space;
    default:
        return error_from_native(code);
    }
}

/// Whether accept says by this number that a connection came to nothing while it waited, or was
/// forbidden by a firewall, so that the next one may be fine. accept(2): "treat them like EAGAIN
/// by retrying".
inline bool lost_while_waiting(int code) {
    switch (code) {
    case ECONNABORTED:
    case ECONNRESET:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case EPERM:
        return true;
#ifdef ENONET
    case ENONET:
        return true;
#endif
    default:
        return false;
    }
}

/// What Winsock needs before the first call; here nothing.
struct Startup {
    Failure failure() const { return {}; }
};

/// The option that makes a listener able to have its port back after a restart, and only that: old
/// connections in TIME_WAIT do not count against it, another listener does.
inline constexpr int listener_option = SO_REUSEADDR;

/// The option that bounds what lies unsent. TCP_NOTSENT_LOWAT stops a send in the middle once so
/// much is, and makes a socket writable again when less than half of it is (tcp(7);
/// tcp_stream_memory_free), so that a piece may be as long as anybody likes. Where there is no such
/// option, the whole buffer is bounded.
#ifdef TCP_NOTSENT_LOWAT
inline constexpr int unsent_level = IPPROTO_TCP;
inline constexpr int unsent_option = TCP_NOTSENT_LOWAT;
#else
inline constexpr int unsent_level = SOL_SOCKET;
inline constexpr int unsent_option = SO_SNDBUF;
#endif
inline std::size_t longest_piece(int) {
    return std::numeric_limits<std::size_t>::max();
}

/// A stream socket as the seam promises it: non-blocking, not inherited, number 3 or higher.
Result<Handle> open(int family);

/// The next connection, likewise, with its peer's address.
Result<Handle> accept(Handle listener, sockaddr* address, socklen_t* length);

/// What makes a refusal on the loopback as quick as elsewhere; here it is quick by itself.
inline void prepare_connect(Handle, const Endpoint&) {}

/// Whether getpeername can be believed about a connect that was under way; always.
inline bool connect_is_over(Handle) {
    return true;
}

/// Sends the buffers in order; may be short.
Result<std::size_t> send(Handle handle, std::span<Buffer> buffers, Follows follows);

inline constexpr int shut_write = SHUT_WR;

/// Not to be repeated, whatever it says: the number is free again even after EINTR (close(2)), and
/// may be somebody else's by now.
inline int close(Handle handle) {
    return ::close(handle);
}

/// See Sockets::pair.
Result<SocketPair> pair(Sockets& sockets);

/// See Clock: since a moment that does not change while the process lives.
Duration now();

/// What a name server said.
using AddressList = addrinfo;
inline int look_up(const std::string& host, const AddressList& wanted, AddressList** found) {
    return ::getaddrinfo(host.c_str(), nullptr, &wanted, found);
}
inline void free_list(AddressList* list) {
    ::freeaddrinfo(list);
}

} // namespace caesura::native
