#pragma once

#include <caesura/protocol.hpp>
#include <caesura/reactor.hpp>
#include <caesura/unsent_pool.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace caesura {

/// What holds for each connection of a listener or a connector. A negative time is
/// invalid_argument, and so is a budget of more than 2^31 - 1.
struct ConnectionOptions {
    /// After our FIN: how long to wait for the peer's, counted from its last progress. At the limit
    /// the connection is closed, never reset, and its outcome is `unconfirmed`. Zero = close at
    /// once, so that no outcome is ever `finished` unless the peer's FIN came first.
    Duration drain = std::chrono::seconds(5);
    /// How long bytes may wait in the queue for a peer that neither takes nor acknowledges any,
    /// before the connection is aborted as `stalled`. (Acknowledgements count where the system
    /// tells. When the system has taken all, nothing waits in the queue: see min_rate, keep_alive.)
    /// What can be told from a stall is bounded from below: systems pass a slow reader's progress
    /// on in steps, so one that reads R bytes a second looks stalled to any limit under step / R. A
    /// step is a sixteenth of the receiver's buffer (Linux's grow to 32 MB for who reads fast at
    /// first), and where acknowledgements are not told (Windows) also what the reader has earned,
    /// up to 1 MiB. At 2 MiB a limit of 300 s knows readers of 7 KB/s and more.
    Duration stall_timeout = forever;
    /// How long no byte may move, either way, before the connection is reset as `timed_out`
    /// (idle_too_long). Where the system tells of acknowledgements they count as moves, and the end
    /// may come up to a quarter late; where it does not, a reader's steps bound it as above. This
    /// and the next two hold until only the peer's FIN is awaited.
    Duration idle_timeout = forever;
    /// How long the whole connection may take before it is reset as `timed_out` (took_too_long).
    Duration transfer_timeout = forever;
    /// The least bytes per second that a peer must take while bytes wait for it, with us or in the
    /// system, measured over 30 s; a slower one is reset as `stalled` (too_slow). Who has what was
    /// there a second before is not slow, however little that was. 0 = none. The same steps bound
    /// it: a rate under step / 30 s may be missed by a peer that keeps it.
    std::uint64_t min_rate = 0;
    /// How many bytes may be queued. When more still wait after the system has taken what it takes,
    /// the connection is reset as `aborted` (queue_full). 0 = any number.
    std::uint64_t queue_limit = 0;
    /// A push producer is paused when more than `queue_high` bytes are queued, and resumed when no
    /// more than `queue_low` are; a low mark above the high one counts as the high one.
    std::uint64_t queue_high = std::uint64_t{64} << 10;
    std::uint64_t queue_low = 0;
    /// After our FIN: how many bytes of a peer that goes on talking are read and discarded while it
    /// has acknowledged all of ours, or that cannot be told. At the limit as at the drain limit.
    std::uint64_t drain_bytes = std::uint64_t{256} << 20;
    /// The hand-off budget in bytes: for a reader that has not earned more, at most this plus one
    /// piece plus one segment buffer (64 KiB) lies unsent in the system (see
    /// Sockets::limit_unsent). A reader that makes progress earns more; one that stalls never
    /// does. 0 = the system's defaults, and no promise.
    std::size_t unsent_limit = std::size_t{64} << 10;
    /// Out of which it earns; nullptr = default_unsent_pool().
    UnsentPool* unsent_pool = nullptr;
    /// TCP_NODELAY from the start.
    bool no_delay = false;
    /// SO_KEEPALIVE from the start.
    bool keep_alive = false;
};

/// What holds for a listener.
struct ListenOptions {
    ConnectionOptions connection = {};
    /// How many connections may wait to be accepted: a hint. 0 = the system's most.
    int backlog = 0;
};

/// What holds for an attempt to connect.
struct ConnectOptions {
    ConnectionOptions connection = {};
    /// For everything until the connection stands: looking up the name and trying its addresses,
    /// each of which gets an equal share of what is left. Negative: invalid_argument.
    Duration timeout = std::chrono::seconds(30);
};

/// Floor 4: accepts connections until it is destroyed; the connections live on. Must not outlive
/// its reactor, whose thread it belongs to. May be destroyed in any callback.
class Listener {
public:
    virtual ~Listener() = default;

    /// The address it really listens on.
    virtual const Endpoint& local() const = 0;
    /// No accepts until resume: clients wait in the backlog.
    virtual void pause() = 0;
    virtual void resume() = 0;
};

/// Listens on `endpoint` (port 0 = the system chooses) and has `factory` make a protocol for each
/// connection. When descriptors run out, clients wait in the backlog, and are accepted as others
/// leave. Errors: see Sockets::listen; invalid_argument.
Result<std::unique_ptr<Listener>> listen_tcp(Reactor& reactor, const Endpoint& endpoint,
                                             std::shared_ptr<Factory> factory,
                                             const ListenOptions& options = {});

/// Floor 4: an attempt to connect. Destroying it cancels the attempt, silently; once the connection
/// stands it may be destroyed or kept, to no effect. Must not outlive its reactor, whose thread it
/// belongs to. May be destroyed in any callback.
class Connector {
public:
    virtual ~Connector() = default;
};

/// Connects to `host` (a name or a literal address) without blocking: looks the name up on another
/// thread, tries its addresses in order. Ends in exactly one of factory->build_protocol (followed
/// by connection_made) and factory->connection_failed, never before this has returned.
[[nodiscard]] std::unique_ptr<Connector> connect_tcp(Reactor& reactor, std::string host,
                                                     std::uint16_t port,
                                                     std::shared_ptr<Factory> factory,
                                                     const ConnectOptions& options = {});

/// The same for an address that is known.
[[nodiscard]] std::unique_ptr<Connector> connect_tcp(Reactor& reactor, const Endpoint& peer,
                                                     std::shared_ptr<Factory> factory,
                                                     const ConnectOptions& options = {});

} // namespace caesura
