#pragma once

#include <caesura/sockets.hpp>

#include <caesura/simulation/machine.hpp>
#include <caesura/simulation/world.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace caesura::simulation::testing {

/// Two ends of one connection.
struct Ends {
    SocketOwner client;
    SocketOwner server;
};

/// Long enough for everything that is under way on a quick link to have come to rest.
inline constexpr Duration a_while = std::chrono::milliseconds(100);

SocketOwner listener(Machine& machine, int backlog = 0, const Endpoint* at = nullptr);
/// Has begun to connect, and waits for how it goes.
SocketOwner calling(Machine& from, const Endpoint& to);
/// A connection over loopback, or from one machine to another, with nothing under way.
Ends link(World& world);
Ends link(World& world, Machine& from, Machine& to);

/// One send of so many equal bytes. Long ones cost no memory.
Result<std::size_t> send(Machine& machine, Socket socket, std::uint64_t bytes, char fill = 'x');
Result<std::size_t> send(Machine& machine, Socket socket, std::string_view text);
/// Sends pieces of that size until would_block, again and again with a while between, until
/// nothing more is taken. How much was.
std::uint64_t saturate(World& world, Machine& machine, Socket socket, std::uint64_t piece);
/// One receive of at most so many bytes, as text.
Result<std::string> receive(Machine& machine, Socket socket, std::size_t most = 1 << 16);

/// What was read until the end of the stream, and how it ended.
struct Heard {
    std::uint64_t bytes = 0;
    Failure failure;    // none: cleanly
    bool ended = false; // false: nothing more came, and no end
};
/// Reads for as long as something comes within a while.
Heard hear(World& world, Machine& machine, Socket socket);

/// One look: what a poller of the machine says of the socket; not set when nothing.
Ready look(Machine& machine, Socket socket, Interest interest, Duration timeout = Duration::zero());

} // namespace caesura::simulation::testing
