#pragma once

#include <caesura/error.hpp>
#include <caesura/ledger.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace caesura {

/// How a connection ended. Every connection has exactly one.
enum class Ending : std::uint8_t {
    finished,    // both FINs were seen: each side has said all it had to say (a peer whose FIN came
                 // before ours may still have been reading; nobody can know)
    unconfirmed, // all was handed over, but the peer's FIN was not seen within the limit
    reset,       // the peer, or the network, cut the connection off
    aborted,     // we did, on purpose
    stalled,     // bytes waited for the peer, and it took none of them for too long
    timed_out,   // a connect or an idle limit passed
    refused,     // nobody listens there
    failed,      // anything else; the failure says what
};

/// The word for it, such as "finished" or "reset by peer". Never empty.
std::string_view describe(Ending ending);

/// The end of one connection, reported exactly once.
struct Outcome {
    Ending ending = Ending::finished;
    /// The first error seen, with its native number; `none` where none was.
    Failure failure;
    /// Bytes the system took from us in all.
    std::uint64_t sent = 0;
    /// Bytes read from the peer in all, those that were discarded while closing included.
    std::uint64_t received = 0;
    /// Bytes that were written but are not known to have been delivered: what was still queued
    /// with us, and, unless the ending is `finished`, what the system held unacknowledged where it
    /// can tell (where it cannot, and after a drain limit of zero, which is too short to be told
    /// anything, all it took counts).
    std::uint64_t undelivered = 0;
    /// Where the bytes were at the end. What the system would have to tell is unknown where it was
    /// not asked: after `finished` there is nothing to ask for; and see `undelivered`.
    Ledger ledger = {};
};

/// For a log line: "finished", "reset by peer: connection reset (104)", ...
std::string describe(const Outcome& outcome);

} // namespace caesura
