#pragma once

#include "system_under_test.hpp"

#include <caesura/system.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::testing {

/// Two ends of one TCP connection, both held by the test.
struct Link {
    SocketOwner client;
    SocketOwner server;
};

/// How long a test looks before it says that nothing is reported. Too short can only let a fault
/// through, never fail a good system.
inline constexpr Duration a_moment = std::chrono::milliseconds(20);

/// What every case stands on: the system under test, a table, a poller, and one deadline for the
/// whole case. Every helper waits through the poller, and fails the case when the deadline passes
/// or when a call answers anything that its name does not allow.
class World {
public:
    World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    System& system() const { return under_test_.system; }
    Sockets& sockets() const { return system().sockets(); }
    Clock& clock() const { return system().clock(); }
    Kin kin() const { return under_test_.kin; }
    bool on_wine() const { return under_test_.wine > 0; }
    /// By Wine 8 a receive after a reset says 0; WSAPoll at least raises an error, select does not.
    bool reads_reset_as_end() const {
        return on_wine() && under_test_.wine < 10 && poller->name() == "select";
    }
    /// Wine 10 takes sends whole and holds back what the system below has no room for. When a wait
    /// sees the peer's FIN meanwhile, it drops what it held back (seen with plain Winsock calls).
    /// Windows keeps it (documented).
    bool drops_held_back_bytes_at_fin() const { return under_test_.wine >= 10; }
    /// A system that takes short counts by chance, and now and then nothing.
    bool is_fickle() const { return under_test_.is_fickle; }

    /// What is left of the case's time. Fails the case when nothing is, and when it asks so often
    /// without a wait that it would go on for ever where only waits take time.
    Duration time_left() const;
    /// Another poller of the kind that was chosen.
    std::unique_ptr<Poller> fresh_poller() const;

    /// One wait, of the world's own poller or of another: what it reported.
    std::vector<Ready> look(Duration timeout = Duration::zero(), Scope scope = Scope::all);
    std::vector<Ready> look(Poller& other, Duration timeout = Duration::zero(),
                            Scope scope = Scope::all);
    /// Waits until this watch, which must be in the table, is reported.
    Ready wait_for(WatchId watch);
    /// Watches the socket for just one report. Where the table holds it already, its watch there
    /// stays as it is.
    Ready await(Socket socket, Interest interest);
    /// Registers a socket that is not watched yet.
    WatchId watch(Socket socket, Interest interest);

    SocketOwner open(Family family = Family::ipv4) const;
    /// On loopback, with a port of the system's choice.
    SocketOwner listener(Family family = Family::ipv4, int backlog = 0) const;
    Endpoint local(Socket socket) const;
    Endpoint peer(Socket socket) const;
    /// A loopback address where nobody listens.
    Endpoint deserted(Family family = Family::ipv4) const;
    bool has_ipv6() const;

    /// Connects and waits for how it went; never would_block.
    Failure connect(Socket socket, const Endpoint& peer);
    /// The same for one that has begun, and has said that so far.
    Failure outcome_of(Socket socket, Failure so_far = {Error::would_block, 0});
    /// Waits for the next connection.
    Accepted accept(Socket listener);
    Link link(Family family = Family::ipv4);
    Link link(Socket listener);
    std::vector<Link> links(std::size_t count);
    SocketPair pair() const;

    /// Sends all of it, waiting for room where there is none.
    void say(Socket socket, std::string_view text, Follows follows = Follows::unknown);
    /// One receive that says something: would_block, which may follow any report, is waited out.
    Result<std::size_t> receive(Socket socket, std::span<std::byte> room);
    /// Receives exactly so many bytes.
    std::string hear(Socket socket, std::size_t count);
    /// Receives to a clean end of stream.
    std::string hear_all(Socket socket);

    WatchTable table;
    std::unique_ptr<Poller> poller;

private:
    Ready await_beside(Socket socket, Interest interest) const;

    SystemUnderTest under_test_;
    Instant deadline_;
    mutable Instant asked_at_{};
    mutable int asked_ = 0; // so often at that time
};

/// Fails the case unless there is none.
void require_none(const Failure& failure);

/// The value. Fails the case, and says why, when there is none.
template <class T>
T value_of(Result<T> result) {
    require_none(result.failure());
    return std::move(*result);
}

/// The report about one watch; std::nullopt when there is none, or more than one.
std::optional<Ready> only_report(std::span<const Ready> ready, WatchId watch);

/// Prints that a promise was not put to the test, why not, and how many that makes so far.
void skip_aloud(std::string_view reason);

} // namespace caesura::testing
