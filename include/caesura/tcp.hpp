#pragma once

#include <caesura/protocol.hpp>
#include <caesura/reactor.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace caesura {

/// What holds for each connection of a listener or a connector.
struct ConnectionOptions {
    /// After our FIN: how long to wait for the peer's, counted from its last progress. At the limit
    /// the connection is closed, never reset, and its outcome is `unconfirmed`. Zero = close at
    /// once, so that no outcome is ever `finished` unless the peer's FIN came first.
    Duration drain = std::chrono::seconds(5);
    /// How long bytes may wait for a peer that neither takes nor acknowledges any, before the
    /// connection is aborted as `stalled`. (Acknowledgements count where the system tells.)
    Duration stall_timeout = forever;
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
    /// each of which gets an equal share of what is left.
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
/// leave. Errors: see Sockets::listen.
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
