#pragma once

#include "simulation/connection.hpp"
#include "simulation/fault_limits.hpp"
#include "simulation/node.hpp"

#include <caesura/endpoint.hpp>

#include <caesura/simulation/preset.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caesura::simulation {

class Network;

/// What a machine consists of, to the rest of the network: its habits, its memory, and the sockets
/// of its one process.
struct Computer {
    Computer(Network& on, const Preset& with, std::uint32_t numbered)
        : network(on), preset(with), number(numbered) {}

    Endpoint address(Family family, std::uint16_t port = 0) const;
    /// A line of the trace: what was done to this computer, and two numbers more.
    void note(std::string_view what, std::uint64_t first = 0, std::uint64_t second = 0) const;
    /// The node of a socket; nullptr: there is none.
    Node* find(Socket socket) const;
    std::shared_ptr<Node> shared(Socket socket) const;
    bool has_room_for(std::size_t sockets) const {
        return nodes.size() + sockets <=
               std::min<std::uint64_t>(preset.most_sockets, by_fault.most_sockets);
    }
    /// Whether there is memory for so many bytes more of sends (W7), and what is said if not.
    bool pool_holds(std::uint64_t more) const;
    PoolAnswer pool_answer() const;
    std::vector<Socket> sockets_in_order() const;
    Socket add(std::shared_ptr<Node> node);
    void remove(Socket socket);
    /// The process has ended, and the next has numbers of its own: who kept one of before finds
    /// nobody there. Its sockets are closed already.
    void begin_process();
    /// Gives an address with a port to a node that has none.
    void bind(Node& node, const Endpoint& local);
    /// Has a node that has an address listen there.
    void begin_listening(Node& node, std::size_t backlog);
    /// Who listens there, or at one of the addresses when it is any.
    Node* listener_at(const Endpoint& endpoint) const;
    /// A port that no node has; 0: there is none left.
    std::uint16_t free_port();

    /// An end of a new connection on this computer, with what the node has set.
    End end_for(const Node& node);
    /// To be said of every new connection with an end here.
    void remember(const std::shared_ptr<Connection>& connection, Side side);
    /// Each end here of a connection that is not over.
    template <class Visit>
    void for_each_end(Visit visit) {
        std::erase_if(ends, [](const auto& known) { return known.first.expired(); });
        for (const auto& [known, side] : ends) {
            visit(*known.lock(), side);
        }
    }

    /// While memory is short no send buffer holds more than so many bytes; by the test's will, and
    /// by a fault's.
    void press(std::uint64_t limit);
    void press_by_fault(std::uint64_t limit);
    /// The test's; and a fault's, which is in force until the test sets its own, or none.
    void set_ideal_backlog(std::uint64_t bytes);
    void move_ideal_backlog(std::optional<std::uint64_t> bytes);
    /// The limits of sockets and of memory that faults have are no more.
    void lift_limits();

    Network& network;
    Preset preset;
    std::uint32_t number;
    // Asked for every watch at every look; never gone through but by sockets_in_order.
    std::unordered_map<Socket, std::shared_ptr<Node>> nodes;
    std::set<std::uint64_t> free_numbers; // of this process, below the highest there ever was
    std::uint64_t next_number = 0;
    std::uint64_t process = 0;                     // how many there have been before
    std::map<std::uint16_t, std::size_t> ports;    // and how many nodes have each
    std::multimap<std::uint16_t, Node*> listeners; // by their ports
    std::uint16_t next_port = 0;
    std::uint64_t pool_used = 0;
    std::uint64_t pressure = ~std::uint64_t{0};
    FaultLimits by_fault;
    bool has_vanished = false; // true exactly since the power failed
    /// Of all that a poll could notice, so far.
    std::uint64_t changes = 0;
    std::vector<std::pair<std::weak_ptr<Connection>, Side>> ends;

private:
    void press_all();
    void apply_ideal_backlog();
    std::uint64_t ideal_backlog() const {
        return by_fault.ideal_backlog.value_or(preset.sends.ideal_backlog);
    }
};

} // namespace caesura::simulation
