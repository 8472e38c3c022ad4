#pragma once

#include <caesura/sockets.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace caesura::testing {

// How a peer stopped talking: by a FIN, or with an error, and what it had said until then.
struct Heard {
    std::string text;
    Failure failure; // none: a FIN
};

// A plain connection, with calls that wait; the test fails when one waits half a minute.
class Connection {
public:
    explicit Connection(Accepted accepted);

    Socket socket() const { return socket_.get(); }
    // This end, as the log of the other has it.
    const std::string& name() const { return name_; }

    void say(std::string_view text);
    // The same, but a peer that has gone is no failure of the test: false then.
    bool try_to_say(std::string_view text);
    // Our FIN.
    void shut_writes();
    // Exactly so many bytes.
    std::string read(std::size_t bytes);
    // All up to the FIN, which must come.
    std::string read_all();
    // All up to the end, whatever it is.
    Heard read_to_the_end();

    void close() { socket_.close(); }
    void reset() { socket_.abort(); }

private:
    SocketOwner socket_;
    std::string name_;
};

// A connection to a server that listens, whether or not it has accepted it.
Connection connect_to(const Endpoint& server);

// Connects and reads to the end; also when a server resets so soon that the connect itself tells.
Heard hear(const Endpoint& server);

// Reads all of them to the end at once, each at its own pace, and closes each at its end. How many
// got exactly this.
std::size_t count_of_those_who_get(std::string_view poem, std::vector<Connection>& clients);

// Whether a connect is refused there: nobody listens.
bool is_deserted(const Endpoint& server);

// A listener on the loopback, for a test that plays the server itself.
class PlainServer {
public:
    explicit PlainServer(Family family = Family::ipv4);

    std::uint16_t port() const { return port_; }
    // As get-poetry takes it.
    std::string target() const;
    Connection accept();

private:
    SocketOwner listener_;
    std::uint16_t port_ = 0;
};

} // namespace caesura::testing
