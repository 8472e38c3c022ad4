#pragma once

#include <caesura/bytes.hpp>
#include <caesura/endpoint.hpp>
#include <caesura/outcome.hpp>
#include <caesura/transport.hpp>

#include <cassert>
#include <functional>
#include <memory>

namespace caesura {

/// Floor 4: what a user writes: what to do with one connection. One object a connection; the
/// stream destroys it after connection_lost. All calls come on the reactor's thread, never from
/// within a call to the transport. An exception out of one of them aborts this connection only.
class Protocol {
public:
    virtual ~Protocol() = default;

    /// The connection stands; transport() is valid from here on.
    virtual void connection_made() {}
    /// Some bytes have come, at least one. They are gone when this returns. How they are cut has
    /// no meaning.
    virtual void data_received([[maybe_unused]] Slice data) {}
    /// The peer has sent its FIN: no more data_received. By itself this closes our side too, once
    /// everything is written; to go on writing instead, override it.
    virtual void peer_finished() { transport().lose_connection(); }
    /// The end, exactly once, last of all.
    virtual void connection_lost([[maybe_unused]] const Outcome& outcome) {}

    /// For the stream: says whose protocol this is, before connection_made.
    void attach(Transport& transport) { transport_ = &transport; }

protected:
    Transport& transport() const {
        assert(transport_);
        return *transport_;
    }

private:
    Transport* transport_ = nullptr;
};

/// Floor 4: makes the protocols of one listener or connector.
class Factory {
public:
    virtual ~Factory() = default;

    /// The protocol for a connection with `peer`; nullptr = refuse it: it is closed at once.
    virtual std::unique_ptr<Protocol> build_protocol(const Endpoint& peer) = 0;

    /// For a connector: no connection came to be; why, by the last address tried.
    virtual void connection_failed([[maybe_unused]] const Outcome& outcome) {}

    /// For a listener. A shortage (is_resource_shortage): clients wait in the backlog until
    /// descriptors or memory are there again, and it accepts again by itself; told once for each
    /// time that it begins. Anything else: the listener has stopped for good.
    virtual void accept_failed([[maybe_unused]] const Failure& failure) {}
};

/// A factory out of a function, for when there is nothing else to say.
std::shared_ptr<Factory>
factory_of(std::function<std::unique_ptr<Protocol>(const Endpoint& peer)> build);

} // namespace caesura
