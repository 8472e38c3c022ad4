#pragma once

#include <caesura/endpoint.hpp>
#include <caesura/system.hpp>

#include <caesura/simulation/preset.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::simulation {

class Network;
class SimulatedSockets;

/// What the poll of the machine's system says of a socket, by the names of its bits.
struct PollBits {
    bool in = false;      // POLLIN, POLLRDNORM
    bool out = false;     // POLLOUT, POLLWRNORM
    bool error = false;   // POLLERR
    bool hang_up = false; // POLLHUP
    bool invalid = false; // POLLNVAL

    bool operator==(const PollBits&) const = default;
};

/// What sockets of a machine hold, in bytes.
struct MachineLoad {
    std::size_t sockets = 0;       // open ones
    std::uint64_t pool_used = 0;   // taken by sends and not yet released
    std::uint64_t orphaned = 0;    // of that, by connections that the program has closed
    std::uint64_t most_unsent = 0; // taken and not yet on its way, of the open one with the most
};

/// How a process exits.
enum class Exit : std::uint8_t {
    without_closing, // its sockets are open: the system does what it does then
    after_closing    // it closes them first, in the order of their numbers
};

/// A simulated computer with one process on it: a System like any other, with handles that a test
/// can pull. Made by World, which owns it.
class Machine : public System {
public:
    Machine(Network& network, const Preset& preset, std::uint32_t number);
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    ~Machine() override;

    Sockets& sockets() override;
    Clock& clock() override;
    Resolver& resolver() override;
    std::vector<std::string_view> poller_names() const override;
    std::unique_ptr<Poller> make_poller(std::string_view name) override;

    const Preset& preset() const;
    /// Where the other machines reach it.
    Endpoint address(Family family, std::uint16_t port = 0) const;
    /// What `localhost`, the names added and nothing else resolve to; after how long.
    void add_name(std::string name, std::vector<Endpoint> addresses);
    void set_resolver_delay(Duration delay);

    /// What the system's own poll would say, whatever a back-end makes of it.
    PollBits poll_bits(Socket socket) const;
    MachineLoad load() const;
    /// Of all that a poll of its could notice, how much has happened so far: while that stays the
    /// same, a loop has nothing to do before its next deadline.
    std::uint64_t changes() const;

    /// Sockets that may be open at once: one more is too_many_open.
    void set_most_sockets(std::size_t most);
    /// Memory for sends, and what is said beyond (see Preset).
    void set_pool(std::uint64_t limit, PoolAnswer answer);
    /// While memory is short no send buffer holds more than so many bytes; the largest number: it
    /// is not. For Linux, where that was seen; for Windows it is the ideal send backlog that
    /// memory throttles.
    void set_memory_pressure(std::uint64_t limit);
    void set_ideal_backlog(std::uint64_t bytes);
    /// As if somebody on the way, or an administrator, reset the connection: both ends see it.
    void reset_connection(Socket socket);
    /// Ends the process. Every socket is gone; what becomes of connections is the system's habit.
    /// The next program on the machine meets none of their numbers, so owners and a Reactor of the
    /// one before may be destroyed when it is there already: they close nothing of its. What the
    /// resolver was asked before is not answered any more.
    void exit(Exit how);
    /// As if the power failed: nothing more comes out of it, and nobody is told.
    void vanish();

private:
    friend class SimulatedSockets;
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace caesura::simulation
