#pragma once

#include <caesura/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace caesura::torture {

/// The calls of the seam that may go wrong.
enum class SeamCall : std::uint8_t {
    open,
    listen,
    accept,
    connect,
    connect_outcome,
    receive,
    send, // send_file too
    shut_writes,
    local,
    peer,
    set_option,
    limit_unsent,
    figure, // unsent, unacknowledged, round_trip
    pair,
    wait,
    resolve,
    now
};
inline constexpr std::size_t call_count = 17;

std::string_view name_of(SeamCall call);

/// The number of every error here, to be seen in what is told.
inline constexpr int native_number = 4711;

/// What a call does instead of what it would.
enum class Oddity : std::uint8_t {
    fails,         // with the row's error, and does nothing
    is_short,      // moves one byte; for ever: a thousand
    is_done,       // connect: tells the end at once
    cannot_tell,   // a figure: has none
    has_no_peer,   // accept: the peer's address is nobody's
    comes_early,   // wait: ends with nothing, before anything has happened
    cries_wolf,    // wait: everything is ready
    loses_first,   // wait: the oldest watch is of no socket
    loses_last,    // wait: the newest
    tells_of_gone, // wait: watches that are gone are ready too
    tells_errors,  // wait: with each readiness comes an error
    is_reversed,   // wait: the last comes first
    is_slow,       // resolve: answers after three seconds
    finds_none,    // resolve: a list of no address
    finds_twice,   // resolve: each address twice
    leaps,         // now: half a minute has passed that nobody waited
    lies           // send: takes a byte less than it says
};

/// Whether a program may feel it when it happens once.
enum class Harm : std::uint8_t { none, some };
/// Whether it may go on for ever.
enum class Lasts : std::uint8_t { once, for_ever };

/// One row of the fault matrix, as one call of the seam shows it. Of the rows that several errors
/// stand in, one for each.
struct FaultRow {
    int row; // in the fault matrix; 0: of the seam's own contract
    SeamCall call;
    Oddity oddity;
    Error error;
    Harm harm;
    Lasts lasts = Lasts::for_ever;
};

std::string describe(const FaultRow& row);

/// All that can befall that call; never empty.
std::span<const FaultRow> rows_of(SeamCall call);
/// All rows, those of one call side by side.
std::span<const FaultRow> all_rows();
/// Row 81, which no layer can notice: only for tests of the torture itself.
const FaultRow& lie();

} // namespace caesura::torture
