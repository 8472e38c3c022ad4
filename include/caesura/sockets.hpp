#pragma once

#include <caesura/bytes.hpp>
#include <caesura/endpoint.hpp>
#include <caesura/result.hpp>
#include <caesura/time.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace caesura {

class Sockets;

/// A socket by its number in this system. Owns nothing: copying it is copying a number. On the real
/// systems it is the native descriptor or handle, so that a socket made elsewhere can be watched.
enum class Socket : std::uint64_t { none = ~std::uint64_t{0} };

/// The one owner of a socket: closes it when destroyed or assigned over. Move-only.
/// The Sockets it came from must outlive it.
class SocketOwner {
public:
    SocketOwner() = default;
    SocketOwner(Sockets& sockets, Socket socket) : sockets_(&sockets), socket_(socket) {}
    SocketOwner(SocketOwner&& other) noexcept
        : sockets_(other.sockets_), socket_(std::exchange(other.socket_, Socket::none)) {}
    SocketOwner& operator=(SocketOwner&& other) noexcept;
    ~SocketOwner() { close(); }

    Socket get() const { return socket_; }
    explicit operator bool() const { return socket_ != Socket::none; }

    /// Closes now; nothing when there is nothing to close.
    void close();
    /// Aborts now (see Sockets::abort); nothing when there is nothing to abort.
    void abort();
    /// Gives the socket away, unclosed.
    Socket release() { return std::exchange(socket_, Socket::none); }

private:
    Sockets* sockets_ = nullptr;
    Socket socket_ = Socket::none;
};

/// A connection as accept hands it over.
struct Accepted {
    SocketOwner socket;
    Endpoint peer;
};

/// Two connected stream sockets of this process.
struct SocketPair {
    SocketOwner first;
    SocketOwner second;
};

/// What is known about the bytes after a send.
enum class Follows : std::uint8_t {
    unknown, // more may come, or nothing
    fin      // shut_writes or close comes next: the system may hold the last segment back for it
};

/// The socket options of the seam. All are integers; for a switch 0 is off and 1 on.
enum class SocketOption : std::uint8_t {
    no_delay,      // TCP_NODELAY
    keep_alive,    // SO_KEEPALIVE
    send_buffer,   // SO_SNDBUF in bytes; a system may round, double or clamp what is set
    receive_buffer // SO_RCVBUF in bytes; likewise
};

/// The most slices that one send may gather. Fixed, because Wine refuses long lists (WSAEMSGSIZE)
/// and systems' own limits start at 16.
inline constexpr std::size_t most_slices = 64;

/// Floor 1: what a system must supply about TCP sockets. Every socket that comes out of here is
/// non-blocking, is not inherited by child processes, and is never one of the three standard
/// streams' numbers. All calls may be made from any thread, but one socket belongs to one thread
/// at a time. None blocks, but for close_lingering. No call raises a signal in the process or
/// changes how one is handled.
///
/// Interrupted calls are repeated inside (a bounded number of times), so `interrupted` is never
/// answered. Lengths beyond what a native call can express are shortened inside.
class Sockets {
public:
    virtual ~Sockets() = default;

    /// A new unconnected stream socket.
    /// Errors: too_many_open, no_buffer_space, out_of_memory, family_not_supported, ...
    virtual Result<SocketOwner> open(Family family) = 0;

    /// A listening socket bound to `endpoint`; port 0 = the system chooses (ask local()).
    /// It shares its port with nobody (POSIX: SO_REUSEADDR, which only ignores old connections;
    /// Windows: SO_EXCLUSIVEADDRUSE, because SO_REUSEADDR there lets others steal the port), and an
    /// IPv6 one never takes IPv4 along. `backlog` is a hint; 0 = the system's most.
    /// Errors: address_in_use, address_not_available, access_denied, too_many_open, ...
    virtual Result<SocketOwner> listen(const Endpoint& endpoint, int backlog) = 0;

    /// The next waiting connection. would_block: none waits (or it went away while waiting).
    /// A shortage (is_resource_shortage) leaves the connection waiting in the backlog and the
    /// listener readable: stop watching it for a while. Any other error is the listener's end.
    virtual Result<Accepted> accept(Socket listener) = 0;

    /// Starts to connect. none: connected already; would_block: under way, watch for
    /// Interest::connect and then ask connect_outcome; anything else: the attempt has failed.
    /// On Windows a loopback connect asks for no SYN retransmission first, without which a refusal
    /// takes two seconds (documented: SIO_TCP_INITIAL_RTO, Windows 10 1709 and later).
    virtual Failure connect(Socket socket, const Endpoint& peer) = 0;

    /// How a connect that was under way went. none: connected; would_block: still pending
    /// (readiness can be spurious); anything else: the reason. A socket that met itself by
    /// simultaneous open is self_connect. Ask until it is not would_block, then never again:
    /// some systems forget the reason once told.
    virtual Failure connect_outcome(Socket socket) = 0;

    /// Reads at most `room.size()` bytes, which must not be 0. n > 0: so many were read.
    /// 0: end of stream, the peer has sent its FIN. Errors: would_block, and the is_connection_lost
    /// class; where the system still holds bytes from before a reset, they come first.
    virtual Result<std::size_t> receive(Socket socket, std::span<std::byte> room) = 0;

    /// Hands over the slices in order, at most `most_slices` of them, none empty, at least one.
    /// n >= 1: so many bytes were taken, possibly fewer than offered. would_block: nothing was
    /// taken. A shortage: nothing was taken, try again on a timer. Taken is not delivered.
    virtual Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                                     Follows follows) = 0;

    /// As send, for a range of a file, of which `range.length` must not be 0. In addition:
    /// file_changed, when the file is no longer what it was when it was opened, and
    /// invalid_argument for a range that does not lie within it, or without a file; then nothing
    /// was taken. Never are bytes sent other than those of the version that was opened (see
    /// FileVersion for what counts as another): they are copied, the version is looked at, and then
    /// the copy is sent, so a change that comes meanwhile can reach neither them nor a FIN that
    /// follows. Fewer bytes than offered were taken because the system took no more, or because
    /// the next call will tell why not.
    virtual Result<std::size_t> send_file(Socket socket, const FileRange& range,
                                          Follows follows) = 0;

    /// Sends FIN after what has been taken; the read side lives on. Doing it twice, or after the
    /// peer has reset the connection, is no error worth handling: the answer may say so or not.
    virtual Failure shut_writes(Socket socket) = 0;

    /// Gives the number back. What was taken is still delivered where the system can (but a close
    /// with unread input is a reset on every system, and eats it). Never retried, never fails.
    virtual void close(Socket socket) = 0;

    /// For instruments, which want to see what a system makes of it: asks for SO_LINGER with so
    /// many seconds, at least 1, and closes. The one call that may block: Linux waits for the last
    /// acknowledgement or the end of that time, non-blocking socket or not (seen). Only without an
    /// error is it closed. Errors: would_block, as Windows has it for a non-blocking socket that
    /// bytes wait in (documented: closesocket; Wine 10 closes at once, seen);
    /// operation_not_supported of a simulated system, in which no call takes time.
    virtual Failure close_lingering(Socket socket, std::chrono::seconds time) = 0;

    /// Gives the number back at once and resets the connection: what was taken but not delivered is
    /// dropped, and the peer sees a reset.
    virtual void abort(Socket socket) = 0;

    /// This end's address. Errors: bad_descriptor or not_a_socket, not_connected, ...
    virtual Result<Endpoint> local(Socket socket) = 0;
    /// The other end's address. Errors: not_connected when there is none (any more).
    virtual Result<Endpoint> peer(Socket socket) = 0;

    virtual Failure set_option(Socket socket, SocketOption option, int value) = 0;
    /// What the system says the option is, which need not be what was set.
    virtual Result<int> option(Socket socket, SocketOption option) = 0;

    /// Bounds what the system keeps unsent of what it takes: for a peer that reads nothing, at most
    /// `bytes` plus one piece plus one segment buffer (64 KiB) lies unsent here. Set on a listener,
    /// it holds for the connections that are accepted afterwards. 0 = the system's defaults, and no
    /// promise: to be said before anything else was, if at all.
    /// Answers the longest piece that one send may offer from now on, at least 1; the caller sees
    /// to that. Linux, macOS: TCP_NOTSENT_LOWAT, and pieces of any length. Windows: SO_SNDBUF, and
    /// pieces of half of it, because a send is taken whole there however long it is (documented:
    /// KB 823764; Wine 10 does the same). Errors: invalid_argument for more than 2^31 - 1; those of
    /// an option that cannot be set.
    virtual Result<std::size_t> limit_unsent(Socket socket, std::size_t bytes) = 0;

    /// Bytes taken from us but not yet sent. std::nullopt where a system cannot tell (Windows).
    virtual std::optional<std::uint64_t> unsent(Socket socket) = 0;

    /// Bytes taken from us but not yet acknowledged by the peer's system.
    /// std::nullopt where a system cannot tell (Windows: documented for no socket call).
    virtual std::optional<std::uint64_t> unacknowledged(Socket socket) = 0;

    /// Bytes that have come from the peer and wait to be received (FIONREAD; Windows: what one
    /// receive would give, "normally" all of it, documented: ioctlsocket). std::nullopt where a
    /// system cannot tell.
    virtual std::optional<std::uint64_t> unread(Socket socket) = 0;

    /// How long the way to the peer and back takes, by the system's own smoothed estimate.
    /// std::nullopt where a system cannot tell (Windows), or does not know yet.
    virtual std::optional<Duration> round_trip(Socket socket) = 0;

    /// Two sockets connected to each other and to nobody else (verified where the system has no
    /// call for it), for waking a loop. Not for bulk data.
    virtual Result<SocketPair> pair() = 0;
};

} // namespace caesura
