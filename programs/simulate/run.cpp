#include "simulate/run.hpp"

#include "simulate/client.hpp"
#include "simulate/scene.hpp"
#include "simulate/server.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace caesura {

namespace {

using simulation::Fault;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint16_t first_port = 10'000;
// Virtual time that a world without faults is given for each of its aims.
constexpr Duration to_open = seconds(120);
constexpr Duration to_serve = seconds(900);
constexpr Duration to_end = seconds(2000);
constexpr Duration to_be_too_slow = seconds(70); // two spans of 30 s, over which a rate is measured
constexpr std::uint64_t last_readers_max = 3;

class Run {
public:
    Run(const Plan& plan, const std::function<void(std::string_view)>& trace);

    RunResult result();

private:
    void play();
    void play_with_faults();
    void converge();
    void let_slow_ones_stay();
    void end_all();
    void check_budget();

    void turn();
    template <class Done>
    void turn_until(Duration limit, std::string_view what, Done done);
    void pass_idle_time();
    bool is_broken() { return scene_.judge().reason().has_value(); }
    /// Has `what` called at a time of the world's.
    void at(Duration when, std::function<void()> what);
    void do_due();
    void wake_all();
    void exit_some_process();
    void rewrite_later(std::size_t poem, Duration pause);
    std::shared_ptr<Client> add_client(const ClientPlan& plan);
    void start_last_readers(std::vector<std::shared_ptr<Client>>& readers);

    struct Action {
        Instant when;
        std::function<void()> what;
    };

    Scene scene_;
    Instant began_;
    std::vector<std::unique_ptr<Party>> parties_; // the server's first
    std::vector<std::unique_ptr<Door>> doors_;
    std::vector<std::shared_ptr<Client>> clients_;
    std::vector<Action> actions_; // in no order: there are few
    std::uint64_t turns_ = 0;
    std::uint64_t turns_with_faults_ = 0;
    std::uint64_t budget_checks_ = 0;
};

Run::Run(const Plan& plan, const std::function<void(std::string_view)>& trace) : scene_(plan) {
    if (trace) {
        scene_.world().set_trace(trace);
    }
    began_ = scene_.world().now();
    for (std::size_t i = 0; i < plan.presets.size(); ++i) {
        parties_.push_back(std::make_unique<Party>(scene_, scene_.world().machine(i)));
    }
    std::uint16_t port = first_port;
    for (const DoorPlan& door : plan.doors) {
        doors_.push_back(std::make_unique<Door>(scene_, *parties_.front(), door, port++));
    }
    parties_.front()->set_look([this](Instant before) {
        for (const auto& door : doors_) {
            door->turned(before);
        }
    });
}

void Run::at(Duration when, std::function<void()> what) {
    actions_.push_back({after(scene_.world().now(), when), std::move(what)});
}

void Run::do_due() {
    const Instant now = scene_.world().now();
    for (std::size_t i = 0; i < actions_.size(); ++i) {
        if (actions_[i].when <= now) {
            const auto what = std::move(actions_[i].what);
            actions_[i].when = never;
            what(); // may add others
        }
    }
    if (std::erase_if(actions_, [](const Action& action) { return action.when == never; }) > 0) {
        wake_all();
    }
}

void Run::wake_all() {
    for (const auto& party : parties_) {
        party->wake();
    }
}

/// Everybody who has something to do does it; when nobody has, time passes until somebody has.
void Run::turn() {
    if (++turns_ > most_turns) {
        scene_.judge().fail("it goes on and on");
        return;
    }
    do_due();
    bool any = false;
    for (const auto& party : parties_) {
        any = party->turn() || any;
    }
    if (!any) {
        pass_idle_time();
    }
    check_budget();
}

void Run::pass_idle_time() {
    simulation::World& world = scene_.world();
    Duration step = until(world.next_event(), world.now());
    for (const auto& party : parties_) {
        step = std::min(step, party->until_due());
    }
    for (const Action& action : actions_) {
        step = std::min(step, until(action.when, world.now()));
    }
    if (step == forever) {
        step = seconds(1);
    }
    const auto chosen = static_cast<std::size_t>(scene_.random().below(2 * parties_.size()));
    if (chosen < parties_.size() && parties_[chosen]->is_running()) {
        parties_[chosen]->turn_for(step); // as a program waits that is alone
    } else {
        world.pass(std::max(step, simulation::World::tick));
    }
}

template <class Done>
void Run::turn_until(Duration limit, std::string_view what, Done done) {
    const Instant deadline = scene_.world().now() + limit;
    while (!is_broken() && !done()) {
        if (scene_.world().now() > deadline) {
            scene_.judge().fail(std::string(what));
            return;
        }
        turn();
    }
}

/// Of what the server's system holds unsent of one connection there is a bound.
void Run::check_budget() {
    constexpr std::uint64_t once_in = 16;
    // What was taken whole in spite of the budget stays there after the faults.
    const bool was_hoarded = scene_.world().faults().tally(Fault::send_whole).fired > 0;
    if (++budget_checks_ % once_in != 0 || was_hoarded) {
        return;
    }
    std::uint64_t most = 0;
    for (const auto& door : doors_) {
        const std::uint64_t budget = door->plan().options.connection.unsent_limit;
        if (budget == 0) {
            return;
        }
        most = std::max(most, budget);
    }
    // Twice the budget, which Linux makes of it, half of that once more for a piece, and a segment.
    const std::uint64_t bound =
        5 * (most + scene_.unsent_pool().taken()) / 2 + std::uint64_t{72} * 1024;
    scene_.judge().require(parties_.front()->machine().load().most_unsent <= bound,
                           "more lies unsent than the budget allows");
}

// --- with faults -------------------------------------------------------------------------------

std::shared_ptr<Client> Run::add_client(const ClientPlan& plan) {
    auto client =
        std::make_shared<Client>(scene_, *parties_[plan.machine + 1], plan,
                                 doors_[plan.door]->plan().poem, doors_[plan.door]->port());
    clients_.push_back(client);
    return client;
}

void Run::rewrite_later(std::size_t poem, Duration pause) {
    at(pause, [this, poem, pause] {
        if (scene_.world().faults().is_on()) {
            if (scene_.fires(Fault::file_changes)) {
                scene_.poem(poem).rewrite();
            }
            rewrite_later(poem, pause);
        }
    });
}

void Run::exit_some_process() {
    if (!scene_.fires(Fault::process_exits)) {
        return;
    }
    const auto chosen = static_cast<std::size_t>(scene_.random().below(parties_.size() - 1)) + 1;
    for (const auto& client : clients_) {
        if (&client->party() == parties_[chosen].get() && client->stage() != Stage::waiting) {
            client->lose_process();
        }
    }
    parties_[chosen]->exit(scene_.random().one_in(2) ? simulation::Exit::after_closing
                                                     : simulation::Exit::without_closing);
}

void Run::play_with_faults() {
    const Plan& plan = scene_.plan();
    for (const ClientPlan& one : plan.clients) {
        at(one.start, [client = add_client(one)] { client->start(); });
    }
    for (std::size_t i = 0; i < plan.poems.size(); ++i) {
        if (plan.poems[i].rewritten_every) {
            rewrite_later(i, *plan.poems[i].rewritten_every);
        }
    }
    if (plan.exit_every) {
        at(*plan.exit_every, [this] { exit_some_process(); });
    }
    const Instant end = scene_.world().now() + plan.length;
    while (!is_broken() && scene_.world().now() < end && turns_ < plan.turns_max) {
        turn();
    }
    turns_with_faults_ = turns_;
}

// --- without -----------------------------------------------------------------------------------

void Run::start_last_readers(std::vector<std::shared_ptr<Client>>& readers) {
    for (std::uint64_t left = scene_.random().between(1, last_readers_max); left > 0; --left) {
        ClientPlan plan;
        plan.machine = static_cast<std::size_t>(scene_.random().below(parties_.size() - 1));
        plan.door = static_cast<std::size_t>(scene_.random().below(doors_.size()));
        plan.by_name = scene_.random().one_in(2);
        plan.second_address = scene_.random().one_in(4);
        plan.options.timeout = to_serve / 2;
        readers.push_back(add_client(plan));
        readers.back()->start();
    }
}

void Run::converge() {
    scene_.world().faults().calm();
    turn_until(to_open, "a port is not served again", [this] {
        return std::all_of(doors_.begin(), doors_.end(),
                           [](const auto& door) { return door->is_open(); });
    });
    std::vector<std::shared_ptr<Client>> readers;
    start_last_readers(readers);
    wake_all();
    turn_until(to_serve, "a good client gets no end of its poem, though all is well", [&] {
        for (auto& reader : readers) {
            if (reader->was_jammed()) {
                reader = add_client(reader->plan());
                reader->start();
            }
        }
        return std::all_of(readers.begin(), readers.end(),
                           [](const auto& reader) { return reader->stage() == Stage::over; });
    });
    for (const auto& reader : readers) {
        const auto& outcome = reader->outcome();
        const bool is_whole = reader->has_all() && outcome && outcome->ending == Ending::finished;
        // Some systems refuse whom a short backlog has no place for.
        const DoorPlan& door = doors_[reader->plan().door]->plan();
        const bool is_short = door.options.backlog > 0 ||
                              scene_.world().faults().tally(Fault::listen_short_backlog).fired > 0;
        const bool was_full = is_short && outcome &&
                              (outcome->ending == Ending::refused || // or that, untold
                               outcome->ending == Ending::timed_out);
        scene_.judge().require(is_whole || was_full || !door.is_patient,
                               "a good client did not get its poem, though all is well: " +
                                   (outcome ? describe(*outcome) : std::string("no outcome")));
    }
}

/// Where there is a least rate, those that do not keep it are given the time to be found out, and
/// somebody comes who never keeps it.
void Run::let_slow_ones_stay() {
    for (std::size_t door = 0; door < doors_.size(); ++door) {
        if (doors_[door]->plan().options.connection.min_rate != 0) {
            add_client(slow_reader(door, to_be_too_slow))->start();
        }
    }
    wake_all();
    const Instant end = scene_.world().now() + to_be_too_slow;
    turn_until(to_end, "time stands still", [this, end] {
        const bool nobody_stays = std::all_of(doors_.begin(), doors_.end(), [](const auto& door) {
            return door->inside() == 0 || door->plan().options.connection.min_rate == 0;
        });
        return nobody_stays || scene_.world().now() >= end;
    });
}

void Run::end_all() {
    for (const auto& client : clients_) {
        if (client->stage() != Stage::over) {
            client->leave();
        }
    }
    wake_all();
    turn_until(to_end, "a connection does not end, though all is well", [this] {
        return std::all_of(clients_.begin(), clients_.end(),
                           [](const auto& one) { return one->stage() == Stage::over; }) &&
               std::all_of(doors_.begin(), doors_.end(),
                           [](const auto& door) { return door->inside() == 0; });
    });
    for (const auto& door : doors_) {
        door->close();
    }
    clients_.clear();
    for (const auto& party : parties_) {
        Reactor& reactor = party->reactor();
        // What was released goes with the turn; so do calls that were posted.
        reactor.run_once(Duration::zero());
        reactor.run_once(Duration::zero());
        scene_.judge().require(reactor.next_deadline() == never, "a timer is left");
        scene_.judge().require(party->system().watches() <= 1, "a watch is left");
        party->end();
        scene_.judge().require(party->machine().load().sockets == 0, "a socket is left");
    }
    for (Duration waited{}; scene_.world().connections() > 0 && waited < to_end;
         waited += seconds(1)) {
        scene_.world().pass(seconds(1));
    }
    scene_.judge().require(scene_.world().connections() == 0, "a connection is left");
    scene_.judge().require(scene_.unsent_pool().taken() == 0, "what was earned is not given back");
}

void Run::play() {
    play_with_faults();
    for (const auto act : {&Run::converge, &Run::let_slow_ones_stay, &Run::end_all}) {
        if (!is_broken()) {
            (this->*act)();
        }
    }
}

RunResult Run::result() {
    try {
        play();
    } catch (const std::exception& exception) {
        scene_.judge().fail(std::string("an exception left the loop: ") + exception.what());
    } catch (...) {
        scene_.judge().fail("an exception left the loop, of a type that nobody expects");
    }
    RunResult result;
    result.seed = scene_.plan().seed;
    result.failure = scene_.judge().reason();
    result.virtual_time = scene_.world().now() - began_;
    result.turns = turns_with_faults_;
    for (const auto& facts : simulation::all_faults()) {
        result.tallies[static_cast<std::size_t>(facts.fault)] =
            scene_.world().faults().tally(facts.fault);
    }
    scene_.note(scene_.world().trace_hash());
    scene_.note(scene_.world().trace_length());
    result.hash = scene_.hash();
    // Listeners and connectors must not outlive their reactors.
    for (const auto& door : doors_) {
        door->close();
    }
    for (const auto& client : clients_) {
        client->lose_process();
    }
    for (const auto& party : parties_) {
        party->end();
    }
    return result;
}

} // namespace

RunResult run_plan(const Plan& plan, const std::function<void(std::string_view line)>& trace) {
    return Run(plan, trace).result();
}

RunResult run_seed(std::uint64_t seed, const Limits& limits) {
    return run_plan(make_plan(seed, limits));
}

} // namespace caesura
