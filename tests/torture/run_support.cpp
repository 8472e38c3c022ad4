#include "torture/run.hpp"

#include <algorithm>
#include <exception>

namespace caesura::torture {

namespace {

constexpr std::uint64_t seed = 1;
// Far more than any limit that the scenarios set, one after the other.
constexpr Duration longest_run = std::chrono::minutes(3);
// A loop that turns more often than this, and than once a millisecond, has nothing to wait for.
constexpr std::size_t turns_allowed = 5000;
// Until whatever is under way on the network has arrived, or was given up.
constexpr Duration aftermath = std::chrono::hours(1);

using Complaints = std::vector<std::string>;

bool spins(Duration time, std::size_t turns) {
    return turns > turns_allowed + static_cast<std::size_t>(time / milliseconds(1));
}

/// Turns the loop until the scenario is over, or can't be any more.
void play(Theatre& theatre, const Case& what, Verdict& verdict) {
    const Instant start = theatre.world.now();
    const Instant end = after(start, std::min(what.scenario->cut_short, longest_run));
    const bool tries_on = theatre.tries_on || what.must_succeed;
    while (theatre.world.now() < end && verdict.turns < what.most_turns) {
        if (spins(theatre.world.now() - start, verdict.turns)) {
            verdict.complaints.push_back("the loop spins");
            break;
        }
        verdict.reached = theatre.goal && theatre.goal();
        if (theatre.is_empty() && (verdict.reached || (theatre.somebody_was_told() && !tries_on))) {
            return;
        }
        ++verdict.turns;
        theatre.reactor->run_once(end - theatre.world.now());
    }
    verdict.reached = theatre.goal && theatre.goal();
}

bool is_prefix(const std::string& text, const std::string& of) {
    return text.size() <= of.size() && of.compare(0, text.size(), text) == 0;
}

/// What one end must not have gone through, whatever went wrong.
void judge_part(const Part& part, const std::string& who, bool has_strangers,
                Complaints& complaints) {
    if (part.made != 1 || part.lost != 1 || !part.is_destroyed) {
        complaints.push_back(who + " heard of its beginning " + std::to_string(part.made) +
                             " times and of its end " + std::to_string(part.lost) + " times");
        return;
    }
    if (part.other == nullptr) {
        if (!part.heard.empty() && !has_strangers) {
            complaints.push_back(who + " heard something from nobody");
        }
        return;
    }
    const std::string& said = part.other->said;
    if (!is_prefix(part.heard, said)) {
        complaints.push_back(who + " heard what was never said");
    }
    if (part.heard_end && part.heard != said) {
        complaints.push_back(who + " was told of the end after " +
                             std::to_string(part.heard.size()) + " of " +
                             std::to_string(said.size()) + " bytes");
    }
    const Outcome& outcome = *part.outcome;
    if (outcome.ending == Ending::finished &&
        (outcome.received != said.size() || outcome.sent != part.said.size() ||
         outcome.undelivered != 0)) {
        complaints.push_back(who + " finished, but " + std::to_string(outcome.received) + " of " +
                             std::to_string(said.size()) + " bytes came and " +
                             std::to_string(outcome.sent) + " of " +
                             std::to_string(part.said.size()) + " went");
    }
    if (outcome.received < part.heard.size() || outcome.received > said.size()) {
        complaints.push_back(who + " received " + std::to_string(outcome.received) + " bytes of " +
                             std::to_string(said.size()));
    }
}

void judge_parts(const Theatre& theatre, Complaints& complaints) {
    const auto has_no_other = [](const Part& part) { return part.other == nullptr; };
    const bool strange_servers =
        std::any_of(theatre.servers.begin(), theatre.servers.end(), has_no_other);
    std::size_t number = 0;
    for (const Part& part : theatre.servers) {
        judge_part(part, "server " + std::to_string(++number), true, complaints);
    }
    number = 0;
    for (const Part& part : theatre.clients) {
        judge_part(part, "client " + std::to_string(++number), strange_servers, complaints);
    }
}

void judge_house(Theatre& theatre, Complaints& complaints) {
    const std::size_t sockets = theatre.world.machine().load().sockets;
    if (sockets != 0) {
        complaints.push_back(std::to_string(sockets) + " sockets are left open");
    }
    theatre.world.pass(aftermath);
    if (theatre.world.connections() != 0 || theatre.world.machine().load().pool_used != 0) {
        complaints.push_back("the network still holds " +
                             std::to_string(theatre.world.connections()) + " connections and " +
                             std::to_string(theatre.world.machine().load().pool_used) + " bytes");
    }
}

/// A connection that came to nothing on one side counts on that side alone, so the larger counts.
std::size_t count_ill(const Theatre& theatre) {
    const auto is_ill = [](const Part& part) { return !part.ended(Ending::finished); };
    const auto servers = std::count_if(theatre.servers.begin(), theatre.servers.end(), is_ill);
    const auto clients = std::count_if(theatre.clients.begin(), theatre.clients.end(), is_ill);
    return std::max(static_cast<std::size_t>(servers),
                    static_cast<std::size_t>(clients) + theatre.connection_failures.size());
}

void judge_end(const Theatre& theatre, const Case& what, const Verdict& verdict,
               Complaints& complaints) {
    const bool was_cut = what.scenario->cut_short != forever || verdict.turns >= what.most_turns;
    if (was_cut) {
        return;
    }
    if (!theatre.is_empty()) {
        complaints.push_back("something is still under way");
    }
    if (!verdict.reached && !theatre.somebody_was_told()) {
        complaints.push_back("the goal was not reached, and nobody was told why");
    }
    if (!verdict.reached && what.must_succeed) {
        complaints.push_back("the goal was not reached");
    }
}

} // namespace

Verdict run(const Case& what) {
    Verdict verdict;
    try {
        Theatre theatre(what.preset, seed, what.faults);
        what.scenario->begin(theatre);
        play(theatre, what, verdict);
        judge_end(theatre, what, verdict, verdict.complaints);
        verdict.ill = count_ill(theatre);
        if (verdict.ill > what.most_ill) {
            verdict.complaints.push_back("it cost more than one connection");
        }
        theatre.end();
        judge_parts(theatre, verdict.complaints);
        judge_house(theatre, verdict.complaints);
        verdict.calls = theatre.system.fate().calls();
        verdict.befallen = theatre.system.fate().befallen();
    } catch (const std::exception& exception) {
        verdict.complaints.push_back(std::string("an exception: ") + exception.what());
    }
    return verdict;
}

std::string describe(const Case& what, const Verdict& verdict) {
    std::string text(what.scenario->name);
    text += " on " + std::string(what.preset.name);
    for (std::size_t i = 0; i < what.faults.size(); ++i) {
        text += ", call " + std::to_string(what.faults[i].at);
        text += i < verdict.befallen.size() ? ": " + describe(*verdict.befallen[i]) : ": none";
        text += what.faults[i].for_ever ? " from then on" : "";
    }
    if (what.most_turns != ~std::size_t{0}) {
        text += ", ended after " + std::to_string(what.most_turns) + " turns";
    }
    for (const std::string& complaint : verdict.complaints) {
        text += "\n    " + complaint;
    }
    return text;
}

} // namespace caesura::torture
