#pragma once

#include "connection/state.hpp"

namespace caesura::testing {

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

inline History after(History history, Event event, const Step& step) {
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
inline const char* broken_promise(const History& before, const Step& step, const History& now) {
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

} // namespace caesura::testing
