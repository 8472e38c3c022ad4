#pragma once

#include <caesura/simulation/fault.hpp>
#include <caesura/simulation/link.hpp>
#include <caesura/simulation/machine.hpp>
#include <caesura/simulation/preset.hpp>
#include <caesura/simulation/random.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace caesura::simulation {

class Network;

/// A network of simulated machines, in virtual time. All that happens in it follows from the seed
/// and from what is called: the same calls give the same trace, on every compiler and system.
///
///     simulation::World world(simulation::winsock_win10(), 42);
///     Reactor reactor(world.machine());
///     ... the program under test, unchanged ...
///
/// Time moves only while somebody waits: in Poller::wait of one of its machines, which takes at
/// least one tick, and in pass. All of the network moves then, whoever waits. So several reactors,
/// one a machine, take turns in one thread: run_once(zero) each, and when none had anything to do,
/// pass to the earliest of their deadlines and next_event.
///
/// Belongs to one thread. Must outlive whatever uses its machines, their sockets included.
class World {
public:
    /// The shortest time that anything takes.
    static constexpr Duration tick = std::chrono::microseconds(1);

    /// One machine, which has only itself to talk to, by 127.0.0.1 and ::1. A preset must have a
    /// poller: else std::invalid_argument, likewise by add_machine.
    World(const Preset& preset, std::uint64_t seed);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    /// The first machine; the others in the order they were added. std::out_of_range: there are
    /// not so many.
    Machine& machine(std::size_t index = 0);
    /// Another one, which the others reach by its address().
    Machine& add_machine(const Preset& preset);

    /// The way between two machines, which may be the same; for what is sent from now on. Until
    /// then: between programs of one machine as its preset says, between machines LinkQuality{}.
    /// Both must be machines of this world: else std::invalid_argument, likewise by cut_link.
    void set_link(Machine& one, Machine& other, const LinkQuality& quality);
    /// Cuts the way between two machines, or mends it: nothing that is under way arrives until
    /// then, and nobody is told.
    void cut_link(Machine& one, Machine& other, bool cut);

    Instant now() const;
    /// Lets so much time pass, in which the network does what it has to do. `forever`: until it has
    /// nothing more to do, which is not before faults are calmed; what takes for ever is left out.
    /// Time ends a nanosecond before `never`: there it stands still, and a wait is a
    /// std::logic_error.
    void pass(Duration duration);
    /// When the network has something to do next; `never` when it has not.
    Instant next_event() const;
    /// How many readinesses pollers have reported so far: whether a turn had anything to do.
    std::uint64_t reports() const;
    /// How many connections have an end that is not closed, or bytes under way.
    std::size_t connections() const;

    /// What goes wrong in it: nothing, until somebody draws or sets it.
    Faults& faults();

    /// For the simulation's own chances. A test draws from one of its own.
    Random& random();

    /// Of what has been called and has happened so far, in order: calls that change something, and
    /// their answers; what was done to machines, links and faults; what waits found, what arrived,
    /// which faults fired. Each with its time, so time shows with what comes next.
    ///
    /// Equal worlds and equal calls give equal hashes: where two differ, so did the runs. Equal
    /// ones do not promise as much: in it are how many bytes went, not which; neither is what
    /// merely asks, nor what a world is made of (presets, names, addresses).
    std::uint64_t trace_hash() const;
    /// How many lines the trace has.
    std::uint64_t trace_length() const;
    /// Calls `sink` with each further line, without its end. Empty: no more.
    void set_trace(std::function<void(std::string_view line)> sink);

private:
    std::unique_ptr<Network> network_;
};

} // namespace caesura::simulation
