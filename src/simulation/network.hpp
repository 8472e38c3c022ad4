#pragma once

#include "simulation/trace.hpp"
#include "simulation/way.hpp"

#include <caesura/endpoint.hpp>
#include <caesura/time.hpp>

#include <caesura/simulation/fault.hpp>
#include <caesura/simulation/random.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace caesura::simulation {

class Machine;
struct Computer;

/// What all machines of a world share: the time, what is going to happen, and the ways between
/// them. Machines are known by their numbers.
class Network {
public:
    explicit Network(std::uint64_t seed);
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    ~Network();

    /// Has `what` happen then, after all that was asked for before and is to happen at that time.
    void at(Instant when, std::function<void()> what);
    /// Lets all happen that is to, up to and including that moment, which then is now. `never`
    /// does not come: then all happens that is ever to, and now is when the last of it has.
    void run_until(Instant moment);
    /// Likewise for so much time, but never to `never`: the end of time is the moment before it.
    void run_for(Duration duration);
    /// When something is to happen next; `never`: nothing is.
    Instant next() const { return events_.empty() ? never : events_.front().when; }

    /// The computer with that address, as seen from another one; nullptr: nobody has it.
    Computer* computer_at(const Endpoint& endpoint, Computer& from) const;
    Way& way(const Computer& one, const Computer& other);

    // Shared by all that is part of the network.
    Instant now{std::chrono::hours(1)};
    Random random;
    Trace trace;
    Faults faults;
    std::uint64_t calms = 0;      // how often faults have been calmed
    bool fault_event_due = false; // true exactly while one is going to happen
    // What programs see of the time: this much later, and in steps of this length.
    Duration clock_offset = Duration::zero();
    Duration clock_unit = Duration(1);
    Instant clock_wraps_at = never; // by such a clock; while a fault wants it
    std::uint64_t reports = 0;
    std::size_t connections = 0;
    std::vector<Computer*> computers; // by number
    std::vector<std::unique_ptr<Machine>> machines;

private:
    struct Event {
        Instant when;
        std::uint64_t order;
        std::function<void()> what;
    };
    static bool is_later(const Event& one, const Event& other) {
        return std::pair(one.when, one.order) > std::pair(other.when, other.order);
    }

    std::vector<Event> events_; // a heap
    std::uint64_t next_order_ = 0;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Way> ways_;
};

} // namespace caesura::simulation
