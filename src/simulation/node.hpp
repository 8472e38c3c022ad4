#pragma once

#include "simulation/connection.hpp"

#include <caesura/endpoint.hpp>
#include <caesura/error.hpp>
#include <caesura/sockets.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace caesura::simulation {

/// What a socket is.
enum class NodeState : std::uint8_t {
    fresh,
    listening,
    connecting,
    connected, // whatever has become of the connection since
    failed     // to connect
};

/// The size of a buffer that somebody has set.
struct BufferSize {
    int told = 0;            // as it is read back
    std::uint64_t bytes = 0; // as it is in force
};

/// A socket, as its system knows it.
struct Node {
    NodeState state = NodeState::fresh;
    Socket number = Socket::none;
    Endpoint local; // port 0: none yet
    Endpoint peer;
    Error outcome = Error::none; // of a connect that failed
    bool is_open = true;         // false: the program has closed it
    unsigned calls = 0;          // how often it has tried to connect

    std::shared_ptr<Connection> connection;
    Side side = Side::caller;
    bool is_of_pair = false; // for waking a loop

    std::size_t backlog = 0;
    std::deque<std::shared_ptr<Connection>> callers; // established, and not yet accepted

    bool no_delay = false;
    bool keep_alive = false;
    std::optional<BufferSize> send_buffer;
    std::optional<BufferSize> receive_buffer;
    std::uint64_t unsent_low_water = ~std::uint64_t{0};

    End& end() const { return connection->end(side); }
};

} // namespace caesura::simulation
