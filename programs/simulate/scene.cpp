#include "simulate/scene.hpp"

#include <caesura/error.hpp>

#include <new>

namespace caesura {

namespace {

bool fits(const Outcome& outcome) {
    const Error error = outcome.failure.error;
    switch (outcome.ending) {
    case Ending::finished:
    case Ending::unconfirmed:
        return error == Error::none;
    case Ending::reset:
        return is_connection_lost(error);
    case Ending::aborted:
        return error == Error::none || error == Error::queue_full;
    case Ending::stalled:
        return error == Error::none || error == Error::too_slow;
    case Ending::timed_out:
        return error == Error::timed_out || error == Error::idle_too_long ||
               error == Error::took_too_long;
    case Ending::refused:
        return error == Error::connection_refused;
    case Ending::failed:
        break;
    }
    return error != Error::none && error != Error::would_block && error != Error::interrupted;
}

} // namespace

void check_outcome(Judge& judge, const Outcome& outcome) {
    judge.require(fits(outcome), "an outcome says " + describe(outcome) + " (" +
                                     std::string(name_of(outcome.failure.error)) + ")");
    judge.require(outcome.ending != Ending::finished || outcome.undelivered == 0,
                  "finished, and yet something was not delivered");
}

void check_connection_outcome(Judge& judge, const Outcome& outcome) {
    judge.require(!is_resource_shortage(outcome.failure.error),
                  "a shortage ended a connection: " + describe(outcome));
}

Scene::Scene(const Plan& plan)
    : plan_(plan), world_(plan.presets.front(), plan.world_seed), random_(plan.world_seed + 1),
      unsent_pool_(plan.unsent_total) {
    simulation::Machine& server = world_.machine();
    for (std::size_t i = 1; i < plan.presets.size(); ++i) {
        world_.set_link(server, world_.add_machine(plan.presets[i]), plan.links[i - 1]);
    }
    for (std::size_t i = 1; i < plan.presets.size(); ++i) {
        // Nobody has the first of the second name's addresses.
        Endpoint nobody = server.address(Family::ipv4);
        nobody.address[3] = 250;
        world_.machine(i).add_name("server", {server.address(Family::ipv4)});
        world_.machine(i).add_name("second", {nobody, server.address(Family::ipv4)});
    }
    std::uint64_t poem_seed = plan.world_seed;
    for (const PoemPlan& poem : plan.poems) {
        poems_.push_back(std::make_unique<SimulatedPoem>(poem_seed += 1000, poem.size, poem.kept));
    }
    world_.faults().draw(plan.fault_seed, plan.faults);
}

void Scene::throw_perhaps() {
    if (fires(simulation::Fault::callback_throws)) {
        throw std::bad_alloc();
    }
}

void Scene::enter(const Endpoint& address, std::shared_ptr<Visit> visit) {
    visits_[to_string(address)] = std::move(visit);
}

const Visit* Scene::visit_at(const Endpoint& address) const {
    const auto found = visits_.find(to_string(address));
    return found == visits_.end() ? nullptr : found->second.get();
}

void Scene::note(std::uint64_t number) {
    hash_ = (hash_ ^ number) * 0x100000001b3 + 1;
    hash_ ^= hash_ >> 31;
}

void Scene::note(const Outcome& outcome) {
    note(static_cast<std::uint64_t>(outcome.ending));
    note(static_cast<std::uint64_t>(outcome.failure.error));
    note(static_cast<std::uint64_t>(outcome.failure.native));
    note(outcome.sent);
    note(outcome.received);
    note(outcome.undelivered);
}

Party::Party(Scene& scene, simulation::Machine& machine)
    : scene_(scene), machine_(machine), system_(machine, scene.judge()) {
    begin();
}

void Party::begin() {
    const auto names = machine_.poller_names();
    // Where a reset reads as an end, nothing tells them apart but the preferred back-end.
    const std::size_t usable = machine_.preset().reset_reads_as_end ? 1 : names.size();
    const auto chosen = static_cast<std::size_t>(scene_.random().below(usable));
    reactor_ = std::make_unique<Reactor>(system_, system_.make_poller(names[chosen]));
    // Of those that leave a factory; the others are the connections' own affair.
    reactor_->set_exception_handler([](const std::exception_ptr&) {});
    look_at_buffers();
    wake();
}

/// As a program does that wants to know its system; whatever that says is right.
void Party::look_at_buffers() {
    Sockets& sockets = system_.sockets();
    const auto socket = sockets.open(Family::ipv4);
    if (!socket) {
        return;
    }
    for (const SocketOption option : {SocketOption::send_buffer, SocketOption::receive_buffer}) {
        const auto bytes = sockets.option(socket->get(), option);
        scene_.note(bytes ? static_cast<std::uint64_t>(*bytes) : 0);
    }
}

void Party::exit(simulation::Exit how) {
    machine_.exit(how); // all its calls now find that there are no such sockets
    end();
    begin();
}

void Party::end() {
    if (reactor_) {
        reactor_->shut_down(); // while protocols can still use it
        reactor_.reset();
    }
}

bool Party::turn() {
    if (!reactor_) {
        return false;
    }
    if (machine_.changes() == seen_ && until_due() > Duration::zero()) {
        return false;
    }
    turn_for(Duration::zero());
    return true;
}

void Party::turn_for(Duration longest) {
    const std::uint64_t reports = scene_.world().reports();
    const bool is_due = until_due() <= longest;
    const Instant before = reactor_->now();
    seen_ = machine_.changes();
    reactor_->run_once(longest);
    if (look_) {
        look_(before);
    }
    // Asleep is how others are to find it: then who posts a call wakes it by a byte. And where
    // something was done, something else may be wanted now that has been there all along.
    const bool finishes = reactor_->prepare() == Duration::zero();
    if (finishes || is_due || scene_.world().reports() != reports) {
        wake();
    }
}

Duration Party::until_due() {
    return reactor_ ? until(reactor_->next_deadline(), machine_.clock().now()) : forever;
}

} // namespace caesura
