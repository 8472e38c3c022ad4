#pragma once

#include "support/forwarding_sockets.hpp"
#include "torture/fault_rows.hpp"

#include <caesura/simulation/world.hpp>

#include <array>
#include <set>
#include <vector>

namespace caesura::torture {

/// What goes wrong in a run.
struct Fault {
    /// The number of the call, counted from 0 over all calls of the seam.
    std::size_t at = 0;
    /// Must be of that call's kind; nullptr: the call's own row of the number `choice`.
    const FaultRow* row = nullptr;
    std::size_t choice = 0;
    /// All later calls of the kind too.
    bool for_ever = false;
};

/// Counts the calls of a run, and says of each whether it goes as it should.
class Fate {
public:
    explicit Fate(std::vector<Fault> faults) : faults_(std::move(faults)) {}

    /// To be asked once for each call; nullptr: it goes well.
    const FaultRow* next(SeamCall call);
    /// What all calls of the kind meet from now on; nullptr: nothing.
    const FaultRow* standing(SeamCall call) const {
        return standing_[static_cast<std::size_t>(call)];
    }
    /// Whether from now on all calls of the kind say only that they would block.
    bool is_deaf(SeamCall call) const;

    const std::vector<SeamCall>& calls() const { return calls_; }
    /// What has befallen, in order, each once.
    const std::vector<const FaultRow*>& befallen() const { return befallen_; }

private:
    std::vector<Fault> faults_;
    std::vector<SeamCall> calls_;
    std::vector<const FaultRow*> befallen_;
    std::array<const FaultRow*, call_count> standing_{};
};

class FaultySockets : public testing::ForwardingSockets {
public:
    FaultySockets(simulation::World& world, Fate& fate)
        : ForwardingSockets(world.machine().sockets()), world_(world), fate_(fate) {}

    Result<SocketOwner> open(Family family) override;
    Result<SocketOwner> listen(const Endpoint& endpoint, int backlog) override;
    Result<Accepted> accept(Socket listener) override;
    Failure connect(Socket socket, const Endpoint& peer) override;
    Failure connect_outcome(Socket socket) override;
    Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override;
    Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                             Follows follows) override;
    Result<std::size_t> send_file(Socket socket, const FileRange& range, Follows follows) override;
    Failure shut_writes(Socket socket) override;
    void close(Socket socket) override;
    Result<Endpoint> local(Socket socket) override;
    Result<Endpoint> peer(Socket socket) override;
    Failure set_option(Socket socket, SocketOption option, int value) override;
    Result<std::size_t> limit_unsent(Socket socket, std::size_t bytes) override;
    std::optional<std::uint64_t> unsent(Socket socket) override;
    std::optional<std::uint64_t> unacknowledged(Socket socket) override;
    std::optional<std::uint64_t> unread(Socket socket) override;
    std::optional<Duration> round_trip(Socket socket) override;
    Result<SocketPair> pair() override;

    bool is_listener(Socket socket) const { return listeners_.count(socket) > 0; }
    /// This end of the connection that was the last to get through.
    const Endpoint& caller() const { return caller_; }

private:
    Failure failure(SeamCall call);
    Failure told(Socket socket, Failure outcome);

    simulation::World& world_;
    Fate& fate_;
    std::set<Socket> listeners_;
    Endpoint caller_;
};

/// The first machine of a world, whose calls go wrong as planned.
class FaultySystem : public System, private Clock, private Resolver {
public:
    FaultySystem(simulation::World& world, std::vector<Fault> faults)
        : world_(world), fate_(std::move(faults)), sockets_(world, fate_) {}

    FaultySockets& sockets() override { return sockets_; }
    Clock& clock() override { return *this; }
    Resolver& resolver() override { return *this; }
    std::vector<std::string_view> poller_names() const override {
        return world_.machine().poller_names();
    }
    std::unique_ptr<Poller> make_poller(std::string_view name) override;

    const Fate& fate() const { return fate_; }

private:
    Instant now() override;
    void resolve(std::string host, std::uint16_t port, std::function<void(Answer)> done) override;

    simulation::World& world_;
    Fate fate_;
    FaultySockets sockets_;
    Duration leapt_{};
};

} // namespace caesura::torture
