#pragma once

#include "stage.hpp"
#include "support/fake_system.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace caesura::testing {

/// Sockets of which each call answers what the test says. The first ones that are made have the
/// numbers 1, 2 and so on. What is closed or aborted is written down (see RecordingSockets), and
/// who still uses it fails the test.
class ScriptedSockets : public FakeSockets {
public:
    Result<SocketOwner> open(Family) override { return made(); }
    Result<SocketOwner> listen(const Endpoint&, int) override { return made(); }
    Result<Accepted> accept(Socket) override;
    Result<Endpoint> local(Socket) override { return Endpoint::loopback(Family::ipv4); }
    Failure connect(Socket, const Endpoint&) override;
    Failure connect_outcome(Socket) override { return {connect_result}; }
    Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override;
    Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                             Follows follows) override;
    Result<std::size_t> send_file(Socket socket, const FileRange& range, Follows follows) override;
    Failure shut_writes(Socket socket) override;
    std::optional<std::uint64_t> unacknowledged(Socket socket) override;
    std::optional<std::uint64_t> unsent(Socket socket) override;
    Result<std::size_t> limit_unsent(Socket socket, std::size_t bytes) override;
    std::optional<Duration> round_trip(Socket) override { return distance; }
    Failure set_option(Socket socket, SocketOption option, int value) override;

    /// How many callers wait to be accepted; or why they cannot be.
    int callers = 0;
    Error accept_failure = Error::none;
    /// What connect says; and then connect_outcome.
    Error connect_answer = Error::would_block;
    Error connect_result = Error::would_block;
    /// When each connect was tried.
    std::vector<Instant> connects;
    FakeClock* clock = nullptr;
    /// How many bytes the system takes before it would block.
    std::size_t room = 0;
    int sends = 0;
    std::size_t most_offered = 0; // in one send
    std::vector<std::uint64_t> offered_of_files;
    /// The budgets that were set, as "64 on 1", and what the next one is answered with; a piece is
    /// half of the budget.
    std::vector<std::string> limits;
    Error limit_failure = Error::none;
    std::vector<SocketOption> options;
    /// How far the peer is.
    std::optional<Duration> distance;
    /// Why nothing can be read now, if so.
    Error receive_failure = Error::none;
    /// What there is to read, before all else.
    std::string words;
    /// Whether there is always more to read.
    bool endless = false;
    int receives = 0;
    Error send_failure = Error::none;
    /// Whether the peer's FIN has come.
    bool finished = false;
    bool fin_sent = false;
    std::optional<std::uint64_t> not_acknowledged;
    std::optional<std::uint64_t> not_sent;

private:
    SocketOwner made() { return {*this, static_cast<Socket>(next_++)}; }
    bool scripted(Socket socket) const { return static_cast<std::uint64_t>(socket) < next_; }
    void check_open(Socket socket) const;

    std::uint64_t next_ = 1;
};

/// A system of such sockets, where time passes only when somebody waits for it.
class ScriptedSystem : public FakeSystem {
public:
    ScriptedSystem() { sockets_.clock = &clock(); }
    ScriptedSockets& sockets() override { return sockets_; }

private:
    ScriptedSockets sockets_;
};

/// A reactor on such a system.
struct ScriptedStage {
    ScriptedSystem system;
    Reactor reactor{system};

    ScriptedSockets& sockets() { return system.sockets(); }
    Instant now() { return system.clock().now(); }
    /// Turns for exactly that long.
    void pass(Duration duration);
    /// One turn in which the socket has something to tell.
    void announce(int socket, FakeSystem::Sign sign);
};

/// A server on such a system, with one connection.
struct ScriptedHall {
    static constexpr int listener_number = 1;
    static constexpr int connection_number = 2;

    ScriptedStage stage;
    std::shared_ptr<Troupe> troupe;
    std::unique_ptr<Listener> listener;

    /// The system has `room` for so many bytes of it.
    ScriptedHall(std::shared_ptr<Troupe> troupe, const ConnectionOptions& options,
                 std::size_t room);

    ScriptedSockets& sockets() { return stage.sockets(); }
    Role& role() { return troupe->roles.front(); }
    Transport& transport() { return *role().transport; }
    void turn() { stage.reactor.run_once(Duration::zero()); }
    void make_room(std::size_t bytes);
    void announce(FakeSystem::Sign sign) { stage.announce(connection_number, sign); }
};

} // namespace caesura::testing
