#pragma once

#include <caesura/time.hpp>
#include <caesura/watch_table.hpp>

#include <string_view>
#include <vector>

namespace caesura {

/// One watch that has something to tell. At least one of the four is true.
struct Ready {
    WatchId watch;
    /// Try to read, accept, or ask for the outcome: bytes, end of stream or an error wait.
    /// A hint: the call may still say would_block.
    bool readable = false;
    /// Try to write, or ask for the outcome of a connect. A hint likewise.
    bool writable = false;
    /// The system reports an error on the socket. Comes only together with a readiness that was
    /// asked for; a receive that then says 0 counts as a reset.
    bool error = false;
    /// The socket of this watch is no socket (any more). The watch must be removed: it will hear
    /// nothing else. Others are not harmed.
    bool invalid = false;
};

/// Floor 1: what a system must supply to wait for many sockets at once. A poller has one verb.
/// It may keep private state keyed by slot and generation, brought up to date from the table's
/// changes at each wait; so a fresh poller can take over any table, and one that traces or compares
/// can wrap another. Belongs to one thread.
class Poller {
public:
    virtual ~Poller() = default;

    /// The name it is chosen by, such as "select".
    virtual std::string_view name() const = 0;

    /// Waits until a watch in `scope` is ready or `timeout` is over, and appends to `ready` each
    /// watch that is, once. Level-triggered: what is still ready is reported again next time.
    ///
    /// - A watch without interest is not looked at; nothing is ever reported for it.
    /// - Zero looks and returns at once; `forever` waits without limit; anything between is rounded
    ///   up to the system's unit. It returns early, with nothing ready, only when interrupted or
    ///   after an hour: look at the clock, and wait again.
    /// - With nothing to watch it sleeps for the timeout (which then must not be `forever`, unless
    ///   an interruption is to end it).
    /// - A socket that is none is reported as `invalid`, and the others as ever.
    /// - On failure (out of memory, say) nothing was appended; try again on a timer.
    virtual Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                         std::vector<Ready>& ready) = 0;
};

} // namespace caesura
