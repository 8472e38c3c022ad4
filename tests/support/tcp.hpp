#pragma once

#include <caesura/system.hpp>

#include <vector>

namespace caesura::testing {

// Waits until the socket is ready for what is asked, with this system's preferred poller, and says
// what that said; the test fails when it takes half a minute.
Ready await(Socket socket, Interest interest);

// A listener on the loopback, at a port that the system chose.
SocketOwner listen_on_loopback(Family family = Family::ipv4);

// The next connection, waited for.
Accepted await_connection(Socket listener);

// A socket that is connected to the listener, which has yet to accept it.
SocketOwner connect_to(Socket listener);

// The two ends of a connection over the loopback.
struct TcpPair {
    SocketOwner client;
    SocketOwner server;
};
TcpPair make_tcp_pair();

// Sends until the system takes no more, at most 64 MiB, and says how much it took.
std::size_t fill(Socket socket);

// Receives and throws away until the peer's FIN, and says how much came.
std::size_t drain(Socket socket);

// Whether this machine has an IPv6 loopback; says so when it has none.
bool has_ipv6();

} // namespace caesura::testing
