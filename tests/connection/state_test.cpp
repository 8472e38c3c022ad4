#include "connection/every.hpp"
#include "connection/state.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace caesura;
using testing::every_event;
using testing::every_state;

namespace {

// A second opinion on the table, thought of from the other side: a connection that stands is two
// directions, and an event changes one of them or cuts both off. Each state is one combination.
struct Sides {
    Writing ours = Writing::accepting;
    bool peer_alive = true; // its FIN was not read yet
    bool wanted = true;     // the program wants its bytes, or there are none to come

    bool operator==(const Sides&) const = default;
};

std::optional<Sides> sides_of(State state) {
    switch (state) {
    case State::open:
        return Sides{Writing::accepting, true, true};
    case State::peer_finished:
        return Sides{Writing::accepting, false, true};
    case State::half_closing:
        return Sides{Writing::flushing, true, true};
    case State::half_closed:
        return Sides{Writing::over, true, true};
    case State::finishing:
        return Sides{Writing::flushing, true, false};
    case State::finishing_after_peer:
        return Sides{Writing::flushing, false, true};
    case State::draining:
        return Sides{Writing::over, true, false};
    case State::connecting:
    case State::closed:
        return std::nullopt;
    }
    return std::nullopt;
}

State state_of(const Sides& sides) {
    for (const State state : every_state()) {
        if (sides_of(state) == sides) {
            return state;
        }
    }
    FAIL("no state is that combination");
    return State::closed;
}

std::optional<Ending> cut_off_by(Event event) {
    switch (event) {
    case Event::abort:
        return Ending::aborted;
    case Event::reset:
        return Ending::reset;
    case Event::failed:
        return Ending::failed;
    case Event::stalled:
        return Ending::stalled;
    case Event::timed_out:
        return Ending::timed_out;
    default:
        return std::nullopt;
    }
}

void apply(Event event, Sides& sides) {
    switch (event) {
    case Event::flushed:
        sides.ours = sides.ours == Writing::flushing ? Writing::over : sides.ours;
        break;
    case Event::lose:
        sides.wanted = !sides.peer_alive; // of a peer that is silent for good nothing is unwanted
        [[fallthrough]];
    case Event::lose_write:
        sides.ours = std::max(sides.ours, Writing::flushing);
        break;
    case Event::peer_fin:
        sides.peer_alive = false;
        sides.wanted = true;
        break;
    default:
        FAIL("this event changes no direction");
    }
}

Step expected_while_it_stands(State state, Event event) {
    Sides sides = *sides_of(state);
    if (const std::optional<Ending> ending = cut_off_by(event)) {
        return {Verdict::moves, State::closed, ending};
    }
    if (event == Event::drain_over) {
        return state == State::draining ? Step{Verdict::moves, State::closed, Ending::unconfirmed}
                                        : Step{Verdict::illegal, state, std::nullopt};
    }
    if (event == Event::connected || event == Event::refused) {
        return {Verdict::illegal, state, std::nullopt};
    }
    apply(event, sides);
    if (sides.ours == Writing::over && !sides.peer_alive) {
        return {Verdict::moves, State::closed, Ending::finished};
    }
    const State next = state_of(sides);
    return {next == state ? Verdict::already_there : Verdict::moves, next, std::nullopt};
}

Step expected_while_connecting(Event event) {
    switch (event) {
    case Event::connected:
        return {Verdict::moves, State::open, std::nullopt};
    case Event::refused:
        return {Verdict::moves, State::closed, Ending::refused};
    case Event::lose:
        return {Verdict::moves, State::closed, Ending::aborted};
    case Event::abort:
    case Event::reset:
    case Event::failed:
    case Event::timed_out:
        return {Verdict::moves, State::closed, cut_off_by(event)};
    default:
        return {Verdict::illegal, State::connecting, std::nullopt};
    }
}

Step expected(State state, Event event) {
    switch (state) {
    case State::connecting:
        return expected_while_connecting(event);
    case State::closed:
        return {Verdict::already_there, State::closed, std::nullopt};
    default:
        return expected_while_it_stands(state, event);
    }
}

// Where legal events lead from `start`, itself included.
std::set<State> reachable(State start) {
    std::set<State> found{start};
    std::vector<State> to_visit{start};
    while (!to_visit.empty()) {
        const State state = to_visit.back();
        to_visit.pop_back();
        for (const Event event : every_event()) {
            const State next = step(state, event).next;
            if (found.insert(next).second) {
                to_visit.push_back(next);
            }
        }
    }
    return found;
}

// The table can be asked while compiling.
static_assert(step(State::open, Event::lose).next == State::finishing);
static_assert(step(State::draining, Event::drain_over).ending == Ending::unconfirmed);
static_assert(step(State::open, Event::connected).verdict == Verdict::illegal);

} // namespace

TEST_CASE("every cell of the table says what two directions, each thought of alone, say") {
    for (const State state : every_state()) {
        for (const Event event : every_event()) {
            CAPTURE(name_of(state));
            CAPTURE(name_of(event));
            const Step is = step(state, event);
            const Step should_be = expected(state, event);
            CHECK(is.verdict == should_be.verdict);
            CHECK(name_of(is.next) == name_of(should_be.next));
            CHECK(is.ending == should_be.ending);
        }
    }
}

TEST_CASE("a state reads and writes as its two directions say") {
    for (const State state : every_state()) {
        CAPTURE(name_of(state));
        const std::optional<Sides> sides = sides_of(state);
        CHECK(reads(state) == (sides && sides->peer_alive));
        CHECK(delivers(state) == (sides && sides->peer_alive && sides->wanted));
        CHECK(discards(state) == (sides && sides->peer_alive && !sides->wanted));
        CHECK(writing(state) == (sides ? sides->ours : Writing::no));
        CHECK(accepts_writes(state) == (sides && sides->ours == Writing::accepting));
        CHECK(flushes(state) == (sides && sides->ours == Writing::flushing));
        CHECK(sends(state) == (accepts_writes(state) || flushes(state)));
    }
}

TEST_CASE("every state comes about, and closed can be reached from each") {
    CHECK(reachable(State::connecting).size() == state_count);
    CHECK(reachable(State::open).size() == state_count - 1);
    CHECK(reachable(State::closed).size() == 1);
    for (const State state : every_state()) {
        CAPTURE(name_of(state));
        CHECK(reachable(state).count(State::closed) == 1);
    }
}

TEST_CASE("what stands comes to a finish by lose and both FINs, in whatever order they happen") {
    for (const State start : every_state()) {
        std::vector<Event> events{Event::flushed, Event::lose, Event::peer_fin};
        while (sides_of(start)) {
            State state = start;
            std::optional<Ending> ending;
            const auto take = [&](Event event) {
                const Step taken = step(state, event);
                CHECK(taken.verdict != Verdict::illegal);
                state = taken.next;
                ending = ending ? ending : taken.ending;
            };
            CAPTURE(name_of(start));
            std::for_each(events.begin(), events.end(), take);
            // A queue that ran empty before our end was asked for is told of again afterwards.
            take(Event::flushed);
            CHECK(name_of(state) == "closed");
            CHECK(ending == Ending::finished);
            if (!std::next_permutation(events.begin(), events.end())) {
                break;
            }
        }
    }
}

TEST_CASE("every state and event has a name of its own and a sentence") {
    std::set<std::string_view> names;
    for (const State state : every_state()) {
        CHECK(names.insert(name_of(state)).second);
        CHECK(sentence_of(state).ends_with('.'));
    }
    for (const Event event : every_event()) {
        CHECK(names.insert(name_of(event)).second);
        CHECK(sentence_of(event).ends_with('.'));
    }
    CHECK(names.count("") == 0);
}
