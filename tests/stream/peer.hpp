#pragma once

#include "stage.hpp"

namespace caesura::testing {

/// The other end of a connection as a plain socket of this system's, which does only what it is
/// told. It does not know the library's connections; it is turned by the same stage.
class Peer {
public:
    /// Connects at once, without a turn of the stage: the listener's system does the handshake.
    Peer(Stage& stage, const Endpoint& to);
    Peer(Stage& stage, const Listener& to) : Peer(stage, to.local()) {}
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer();

    /// Sends all of it, turning the stage where there is no room.
    void say(std::string_view text);
    /// Sends what the system takes at once; how much.
    std::size_t say_some(std::string_view text);
    /// From now on, in each turn, reads what has come.
    void listen();
    void stop_listening();
    /// From now on, in each turn, sends as much as the system takes.
    void flood();
    void half_close();
    void close();
    void abort();

    /// What was read. The end is not part of it.
    const std::string& heard() const { return heard_; }
    /// Whether reading has come to an end; by the peer's FIN, unless `lost`.
    bool at_end() const { return end_ != End::none; }
    bool lost() const { return end_ == End::lost; }

    /// Listens until the end, and returns what was heard in all.
    const std::string& hear_all();
    /// Listens until so many bytes have been heard in all.
    const std::string& hear(std::size_t bytes);

    Endpoint local() const;

private:
    enum class End { none, finished, lost };

    Sockets& sockets() const;
    void want(Interest interest);
    void unwatch();
    void on_ready(const Ready& ready);
    void read();

    Stage& stage_;
    SocketOwner socket_;
    std::optional<WatchId> watch_;
    Interest interest_ = Interest::none;
    bool flooding_ = false;
    std::string heard_;
    End end_ = End::none;
};

} // namespace caesura::testing
