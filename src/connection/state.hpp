#pragma once

#include <caesura/outcome.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The life of one connection, as a table: states x events, every cell written. It does no I/O and
/// knows no clock. docs/STATES.md is printed from what stands here and in state.cpp.
///
/// Whoever drives it (the stream) does the I/O, tells the machine what happened, and asks the
/// predicates below what to do next. Whatever decides what a connection may do next lives here; the
/// driver keeps no flag beside the state. What the table cannot see, the driver sees to:
///
/// - `flushed` is told whenever the queue has run empty once our end was asked for, and so at once
///   after a `lose` or `lose_write` that finds it empty. The FIN goes out with or after the last
///   byte, before the event is told.
/// - `peer_fin` is told after all input that came before it was delivered or discarded.
/// - Time: that a limit has passed is an event; which limits run in which state is the driver's.
/// - Two things in one turn are two events, in any order. The first that closes gives the ending,
///   and what comes late finds `closed`, which takes everything and does nothing.
/// - Pausing: where input is delivered, the program may hold it back. Where it is discarded a pause
///   counts no longer, or the peer's FIN would never be read.
namespace caesura {

/// In the order of a life. What is true in each: sentence_of.
enum class State : std::uint8_t {
    connecting,
    open,
    peer_finished,
    half_closing,
    half_closed,
    finishing,
    finishing_after_peer,
    draining,
    closed,
};

/// What can happen to a connection. When each is told: sentence_of.
enum class Event : std::uint8_t {
    connected,
    refused,
    flushed,
    lose,
    lose_write,
    abort,
    peer_fin,
    reset,
    failed,
    stalled,
    timed_out,
    drain_over,
};

inline constexpr std::size_t state_count = 9;
inline constexpr std::size_t event_count = 12;

constexpr std::size_t index_of(State state) {
    return static_cast<std::size_t>(state);
}
constexpr std::size_t index_of(Event event) {
    return static_cast<std::size_t>(event);
}

static_assert(index_of(State::closed) + 1 == state_count);
static_assert(index_of(Event::drain_over) + 1 == event_count);

/// What the table says to an event.
enum class Verdict : std::uint8_t {
    moves,         // the state changes
    already_there, // nothing to do: it has happened before, or it is too late to matter
    illegal        // cannot happen here: a mistake of the driver
};

/// A cell of the table.
struct Step {
    Verdict verdict = Verdict::illegal;
    /// The state afterwards; unless the verdict is `moves`, the state as it was.
    State next = State::closed;
    /// How the connection ended: there exactly when this step closes it.
    std::optional<Ending> ending;

    bool operator==(const Step&) const = default;
};

namespace table {

/// How a cell is written: the next state, or the ending with which the connection closes, or why
/// nothing changes. It has no default, so that a cell left out does not compile.
struct Cell {
    Verdict verdict;
    State next = State::closed;
    std::optional<Ending> ending;

    constexpr Cell(Verdict unchanged) : verdict(unchanged) {}
    constexpr Cell(State state) : verdict(Verdict::moves), next(state) {}
    constexpr Cell(Ending how) : verdict(Verdict::moves), ending(how) {}
};

using Cells = std::array<std::array<Cell, event_count>, state_count>;

/// Two lines a state.
constexpr Cells write_cells() {
    using enum State;
    using enum Ending;
    constexpr Verdict same = Verdict::already_there;
    constexpr Verdict no = Verdict::illegal;
    // clang-format off
    return {{
        // connected  refused  flushed      lose                  lose_write            abort
        // peer_fin              reset  failed  stalled  timed_out  drain_over
        // connecting: nobody holds a transport yet, so there is nobody to ask for lose_write
         { open,      refused, no,          aborted,              no,                   aborted,
           no,                   reset, failed, no,      timed_out, no},
        // open
         { no,        no,      same,        finishing,            half_closing,         aborted,
           peer_finished,        reset, failed, stalled, timed_out, no},
        // peer_finished
         { no,        no,      same,        finishing_after_peer, finishing_after_peer, aborted,
           same,                 reset, failed, stalled, timed_out, no},
        // half_closing
         { no,        no,      half_closed, finishing,            same,                 aborted,
           finishing_after_peer, reset, failed, stalled, timed_out, no},
        // half_closed
         { no,        no,      same,        draining,             same,                 aborted,
           finished,             reset, failed, stalled, timed_out, no},
        // finishing
         { no,        no,      draining,    same,                 same,                 aborted,
           finishing_after_peer, reset, failed, stalled, timed_out, no},
        // finishing_after_peer
         { no,        no,      finished,    same,                 same,                 aborted,
           same,                 reset, failed, stalled, timed_out, no},
        // draining
         { no,        no,      same,        same,                 same,                 aborted,
           finished,             reset, failed, stalled, timed_out, unconfirmed},
        // closed: whatever comes, comes too late
         { same,      same,    same,        same,                 same,                 same,
           same,                 same,  same,   same,    same,      same},
    }};
    // clang-format on
}

inline constexpr Cells cells = write_cells();

} // namespace table

/// What `event` does in `state`. Pure; an illegal event changes nothing.
constexpr Step step(State state, Event event) {
    const table::Cell& cell = table::cells[index_of(state)][index_of(event)];
    if (cell.verdict != Verdict::moves) {
        return {cell.verdict, state, std::nullopt};
    }
    return {cell.verdict, cell.next, cell.ending};
}

/// What happens to the peer's bytes.
enum class Reading : std::uint8_t {
    no,         // there can be none, or none any more
    delivering, // the program gets them
    discarding  // they are read and thrown away, so that unread input cannot turn our close into
                // a reset that eats what the peer has not read yet
};

/// What happens to our bytes.
enum class Writing : std::uint8_t {
    no,        // none can go out (any more)
    accepting, // the program may add to them
    flushing,  // the program has said its last; what is queued goes out, then our FIN
    over       // our FIN is out
};

/// What a state means for the two directions.
struct Directions {
    Reading reading;
    Writing writing;
};

inline constexpr std::array<Directions, state_count> directions = {{
    {Reading::no, Writing::no},                // connecting
    {Reading::delivering, Writing::accepting}, // open
    {Reading::no, Writing::accepting},         // peer_finished
    {Reading::delivering, Writing::flushing},  // half_closing
    {Reading::delivering, Writing::over},      // half_closed
    {Reading::discarding, Writing::flushing},  // finishing
    {Reading::no, Writing::flushing},          // finishing_after_peer
    {Reading::discarding, Writing::over},      // draining
    {Reading::no, Writing::no},                // closed
}};

constexpr Reading reading(State state) {
    return directions[index_of(state)].reading;
}
constexpr Writing writing(State state) {
    return directions[index_of(state)].writing;
}

/// The peer's bytes and its FIN are wanted: ask to be told of them (while input is delivered, only
/// unless the program has paused it).
constexpr bool reads(State state) {
    return reading(state) != Reading::no;
}

/// What is read goes to the program.
constexpr bool delivers(State state) {
    return reading(state) == Reading::delivering;
}

/// What is read is thrown away. A pause of the program's counts no longer.
constexpr bool discards(State state) {
    return reading(state) == Reading::discarding;
}

/// What the program writes is queued. Elsewhere it is dropped in silence.
constexpr bool accepts_writes(State state) {
    return writing(state) == Writing::accepting;
}

/// The program has said its last: once the queue is empty our FIN goes out, and `flushed` is told.
constexpr bool flushes(State state) {
    return writing(state) == Writing::flushing;
}

/// Queued bytes may go out: ask to be told of room for them as long as there are any.
constexpr bool sends(State state) {
    return accepts_writes(state) || flushes(state);
}

/// The identifier, such as "half_closed". Never empty.
std::string_view name_of(State state);
std::string_view name_of(Event event);

/// What is true while a connection is in `state`: a sentence for people.
std::string_view sentence_of(State state);

/// What has happened when `event` is told: a sentence for people.
std::string_view sentence_of(Event event);

} // namespace caesura
