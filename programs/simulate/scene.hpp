#pragma once

#include "simulate/checked_system.hpp"
#include "simulate/judge.hpp"
#include "simulate/plan.hpp"
#include "simulate/poem.hpp"

#include <caesura/outcome.hpp>
#include <caesura/reactor.hpp>
#include <caesura/unsent_pool.hpp>

#include <caesura/simulation/world.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace caesura {

/// What is known of one client while its server is asked about it.
struct Visit {
    Manner manner = Manner::good;
    std::size_t poem = 0;
    bool has_all = false; // it has read the poem and the end of it
};

/// Where it all happens, and what all who take part in it know.
class Scene {
public:
    explicit Scene(const Plan& plan);

    const Plan& plan() const { return plan_; }
    simulation::World& world() { return world_; }
    Judge& judge() { return judge_; }
    simulation::Random& random() { return random_; }
    SimulatedPoem& poem(std::size_t number) { return *poems_[number]; }
    std::size_t poem_count() const { return poems_.size(); }
    UnsentPool& unsent_pool() { return unsent_pool_; }

    /// Whether a fault of those that programs bring about comes now.
    bool fires(simulation::Fault fault) { return world_.faults().fires(fault); }
    /// Throws, when that is the fault of this moment.
    void throw_perhaps();

    /// A client is there, at that address; nobody is told of it by another one before it is gone.
    void enter(const Endpoint& address, std::shared_ptr<Visit> visit);
    /// The client at that address; nullptr: nobody knows.
    const Visit* visit_at(const Endpoint& address) const;
    /// Something that a run's hash is to tell.
    void note(std::uint64_t number);
    void note(const Outcome& outcome);
    std::uint64_t hash() const { return hash_; }

private:
    Plan plan_;
    simulation::World world_;
    Judge judge_;
    simulation::Random random_;
    UnsentPool unsent_pool_;
    std::vector<std::unique_ptr<SimulatedPoem>> poems_;
    std::map<std::string, std::shared_ptr<Visit>> visits_;
    std::uint64_t hash_ = 0;
};

/// One process: a machine with a loop of its own.
class Party {
public:
    Party(Scene& scene, simulation::Machine& machine);

    simulation::Machine& machine() { return machine_; }
    CheckedSystem& system() { return system_; }
    Reactor& reactor() { return *reactor_; }
    bool is_running() const { return reactor_ != nullptr; }
    /// The process ends, and another one begins.
    void exit(simulation::Exit how);
    /// The process ends in order.
    void end();

    /// Turns when there may be something to do; false when there is nothing.
    bool turn();
    /// One turn that waits.
    void turn_for(Duration longest);
    /// Has `look` called after each turn, with the reactor's time before it.
    void set_look(std::function<void(Instant before)> look) { look_ = std::move(look); }
    /// Something was asked of it from outside of its callbacks: it has a turn to do.
    void wake() { seen_ = ~std::uint64_t{0}; }
    /// How long until there is something to do again by its own clock.
    Duration until_due();

private:
    void begin();
    void look_at_buffers();

    Scene& scene_;
    simulation::Machine& machine_;
    CheckedSystem system_;
    std::unique_ptr<Reactor> reactor_;
    std::function<void(Instant)> look_;
    std::uint64_t seen_ = ~std::uint64_t{0};
};

/// What every outcome must be: the failure that goes with its ending.
void check_outcome(Judge& judge, const Outcome& outcome);
/// And of a connection that stood: a shortage, which passes, never ends one.
void check_connection_outcome(Judge& judge, const Outcome& outcome);

} // namespace caesura
