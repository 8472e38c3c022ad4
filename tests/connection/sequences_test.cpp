#include "connection/every.hpp"
#include "connection/state.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace caesura;
using testing::every_event;

namespace {

constexpr std::size_t longest = 6;

// What has happened to a connection so far, by the verdicts it was given.
struct History {
    State state = State::connecting;
    unsigned endings = 0;
    bool lost = false;      // lose was taken
    bool said_last = false; // lose or lose_write was
    bool peer_fin = false;  // the peer's FIN was
    bool our_fin = false;   // our FIN went out: flushed moved
    bool closed = false;    // closed was reached
};

History after(History history, Event event, const Step& step) {
    if (step.verdict != Verdict::illegal && history.state != State::closed) {
        history.lost |= event == Event::lose;
        history.said_last |= event == Event::lose || event == Event::lose_write;
        history.peer_fin |= event == Event::peer_fin;
        history.our_fin |= event == Event::flushed && step.verdict == Verdict::moves;
    }
    history.endings += step.ending.has_value() ? 1 : 0;
    history.closed |= step.next == State::closed;
    history.state = step.next;
    return history;
}

// The promise that this step breaks; empty when it keeps them all.
const char* broken_promise(const History& before, const Step& step, const History& now) {
    const State state = now.state;
    if (step.verdict == Verdict::moves ? state == before.state : state != before.state) {
        return "the state changes exactly when the verdict says so";
    }
    if (step.verdict == Verdict::illegal && step.ending) {
        return "an illegal event changes nothing";
    }
    if (before.closed && (state != State::closed || step.verdict != Verdict::already_there)) {
        return "closed takes every event and lets none out";
    }
    if (now.endings != (now.closed ? 1U : 0U)) {
        return "closed has exactly one ending, and no other state has one";
    }
    if (now.lost && delivers(state)) {
        return "after lose no input is delivered";
    }
    if (now.peer_fin && reads(state)) {
        return "after the peer's FIN nothing is read";
    }
    if (now.said_last && accepts_writes(state)) {
        return "after lose or lose_write nothing more is accepted";
    }
    if (now.our_fin && sends(state)) {
        return "after our FIN nothing is sent";
    }
    if (step.ending == Ending::finished && !(now.our_fin || flushes(before.state))) {
        return "a finished connection has sent its FIN";
    }
    if (step.ending == Ending::finished && !now.peer_fin) {
        return "a finished connection has read the peer's FIN";
    }
    if (step.ending == Ending::unconfirmed && (!now.our_fin || now.peer_fin)) {
        return "an unconfirmed connection has sent its FIN and not read the peer's";
    }
    return "";
}

// Walks through all sequences of up to `longest` events. Plain comparisons, one CHECK at the end:
// there are six million steps.
class Walk {
public:
    explicit Walk(State start) {
        History history;
        history.state = start;
        walk(history, 0);
    }

    std::uint64_t steps() const { return steps_; }
    const std::string& first_broken() const { return first_broken_; }

private:
    void walk(const History& before, std::size_t depth) {
        for (const Event event : every_event()) {
            const Step taken = step(before.state, event);
            const History now = after(before, event, taken);
            path_[depth] = event;
            ++steps_;
            const char* broken = broken_promise(before, taken, now);
            if (*broken != '\0' && first_broken_.empty()) {
                describe(broken, depth);
            }
            if (depth + 1 != longest) {
                walk(now, depth + 1);
            }
        }
    }

    void describe(const char* broken, std::size_t depth) {
        first_broken_ = broken;
        first_broken_ += ", but:";
        for (std::size_t i = 0; i <= depth; ++i) {
            first_broken_ += ' ';
            first_broken_ += name_of(path_[i]);
        }
    }

    std::array<Event, longest> path_{};
    std::uint64_t steps_ = 0;
    std::string first_broken_;
};

std::uint64_t number_of_sequences() {
    std::uint64_t all = 0;
    std::uint64_t of_this_length = 1;
    for (std::size_t length = 1; length <= longest; ++length) {
        of_this_length *= event_count;
        all += of_this_length;
    }
    return all;
}

} // namespace

TEST_CASE("no sequence of up to six events breaks a promise to a connection that is being made") {
    const Walk walk(State::connecting);
    CHECK(walk.first_broken() == "");
    CHECK(walk.steps() == number_of_sequences());
}

TEST_CASE("no sequence of up to six events breaks a promise to a connection that was accepted") {
    const Walk walk(State::open);
    CHECK(walk.first_broken() == "");
    CHECK(walk.steps() == number_of_sequences());
}
