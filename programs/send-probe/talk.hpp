#pragma once

#include "send-probe/wire.hpp"

#include <caesura/reactor.hpp>

#include <functional>
#include <optional>
#include <string>

namespace caesura::probe {

/// A connection whose other end talks in lines. It keeps one line of what comes and nothing of what
/// goes: an answer that the system does not take whole at once will not be heard by anybody.
class Talk {
public:
    /// `on_ready` hears when there is something to read; the reactor must outlive this.
    Talk(Reactor& reactor, Accepted accepted, std::function<void()> on_ready);
    ~Talk() { reactor_.unwatch(watch_); }
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;

    /// Reads once. False when the other end has finished or is lost.
    bool read();
    /// What came with that.
    wire::Lines& lines() { return lines_; }
    /// The same, for one whose words do not count any more. How many bytes there were;
    /// std::nullopt for the end.
    std::optional<std::size_t> discard();

    /// False when it cannot be said.
    bool say(const wire::Message& message);
    /// The last that is said: nothing after it but our FIN.
    void refuse(const std::string& reason);

    /// Lets go of the connection, to be talked with no more.
    SocketOwner release();

    const std::string& peer() const { return peer_; }

private:
    Reactor& reactor_;
    SocketOwner socket_;
    std::string peer_;
    WatchId watch_;
    wire::Lines lines_;
};

} // namespace caesura::probe
