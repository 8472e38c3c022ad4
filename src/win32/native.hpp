#pragma once

#include "berkeley/failure.hpp"

#include <caesura/sockets.hpp>
#include <caesura/time.hpp>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// The words that POSIX and Winsock do not spell alike; this is the Windows half of the twins. They
/// have the same names, so that src/berkeley reads the same for both.
namespace caesura::native {

using Handle = SOCKET;
inline constexpr Handle no_handle = INVALID_SOCKET;

/// The type of a length in recv.
using Length = int;

/// One piece of a gathering send.
using Buffer = WSABUF;
inline Buffer buffer_of(Slice slice) {
    // A send only reads; the caller has seen to it that no slice is too long for this.
    return {static_cast<ULONG>(slice.size()),
            reinterpret_cast<CHAR*>(const_cast<std::byte*>(slice.data()))};
}

/// The number of what just failed in this thread. To be read before any other call; never errno,
/// which Winsock does not set.
inline int last_error() {
    return ::WSAGetLastError();
}

/// What the number means when connect says it. "Under way" is WSAEWOULDBLOCK here; WSAEALREADY, or
/// for old programs WSAEINVAL, is the answer to asking again ([connect] documentation).
inline Error connect_error(int code) {
    switch (code) {
    case WSAEWOULDBLOCK:
    case WSAEALREADY:
    case WSAEINVAL:
        return Error::would_block;
    default:
        return error_from_native(code);
    }
}

/// Whether accept says by this number that a connection came to nothing while it waited, or was
/// forbidden by a firewall, so that the next one may be fine. WSAECONNRESET: "an incoming
/// connection was indicated, but was subsequently terminated" ([accept] documentation).
inline bool lost_while_waiting(int code) {
    switch (code) {
    case WSAECONNRESET:
    case WSAECONNABORTED:
    case WSAENETDOWN:
    case WSAEHOSTUNREACH:
    case WSAENETUNREACH:
    case WSAETIMEDOUT:
    case WSAEACCES:
    case WSAENOTCONN: // Wine 8, of one that was reset: it has no address any more
        return true;
    default:
        return false;
    }
}

/// Winsock needs a start before the first call, and counts starts against clean-ups. The last
/// clean-up resets what is open ([WSACleanup] documentation), so this_system() never makes its own.
class Startup {
public:
    Startup();
    ~Startup();
    Startup(const Startup&) = delete;
    Startup& operator=(const Startup&) = delete;

    /// Why Winsock did not start.
    Failure failure() const { return failure_; }

private:
    Failure failure_;
};

/// The option that keeps others from taking a listener's port; SO_REUSEADDR is what would let them
/// ("Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE", Microsoft). A port can be had back after a
/// restart without any option.
inline constexpr int listener_option = SO_EXCLUSIVEADDRUSE;

/// The option that bounds what lies unsent. A send is taken whole while less than SO_SNDBUF is
/// charged, however long it is, and otherwise not at all; with SO_SNDBUF unset that limit is
/// dynamic, up to 16 MB (documented: KB 823764 and SIO_IDEAL_SEND_BACKLOG_QUERY; Wine's tests
/// assert the same). So it takes both: the limit, and pieces that are shorter. Half of it, because
/// a piece as long as the limit makes every other one wait for an acknowledgement (KB 823764).
inline constexpr int unsent_level = SOL_SOCKET;
inline constexpr int unsent_option = SO_SNDBUF;
inline std::size_t longest_piece(int budget) {
    return budget > 1 ? static_cast<std::size_t>(budget / 2) : 1;
}

/// A stream socket as the seam promises it: non-blocking and not inherited.
Result<Handle> open(int family);

/// The next connection, likewise, with its peer's address.
Result<Handle> accept(Handle listener, sockaddr* address, socklen_t* length);

/// Makes a refusal on the loopback as quick as elsewhere, where this Windows can; or one of that
/// build.
void prepare_connect(Handle handle, const Endpoint& peer);
void prepare_connect(Handle handle, const Endpoint& peer, unsigned build);

/// Whether getpeername can be believed about a connect that was under way. Wine's gives the address
/// from the beginning; Windows documents WSAENOTCONN.
bool connect_is_over(Handle handle);

/// Sends the buffers in order; may be short, though Windows never is.
Result<std::size_t> send(Handle handle, std::span<Buffer> buffers, Follows follows);

inline constexpr int shut_write = SD_SEND;

/// Never close(): that is for the C library's files. It answers WSAEWOULDBLOCK, and has not closed,
/// of a socket that lingers for a time ([closesocket] documentation).
inline int close(Handle handle) {
    return ::closesocket(handle);
}

/// See Sockets::pair.
Result<SocketPair> pair(Sockets& sockets);

/// See Clock: since a moment that does not change while the system runs.
Duration now();

/// What a name server said.
using AddressList = ADDRINFOW;
int look_up(const std::string& host, const AddressList& wanted, AddressList** found);
inline void free_list(AddressList* list) {
    ::FreeAddrInfoW(list);
}

} // namespace caesura::native
