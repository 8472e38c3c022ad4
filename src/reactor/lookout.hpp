#pragma once

#include "reactor/pace.hpp"

#include <caesura/clock.hpp>
#include <caesura/poller.hpp>

#include <vector>

namespace caesura {

/// Waits for the watches of a table without asking about all of them each time: a system call pays
/// for each socket that it is asked about, and four to five times as much when it blocks on them
/// (measured on Linux: 75 and 300 to 390 ns; 460 ns for each of thousands that no cache holds).
///
/// - Hot watches are in every wait.
/// - Warm ones are left out for a quarter of a millisecond after they were looked at. For 64
///   clients of a short poem, whose sockets wait for nothing but the client's FIN, select costs a
///   sixth of all CPU when they are asked about each time, and next to nothing like this.
/// - Cold ones are left out for 10 ms.
/// - After that they are looked at, and if there is nothing else to do the wait goes on with them
///   in it, while they are few. When they are many nobody blocks on them: they are swept, that is
///   looked at without waiting, so seldom that it takes a hundredth of all time (see Pace).
///
/// Hence what is ready is reported at once when hot, and else when due: within 250 us (warm) or
/// 10 ms (cold) of the last look, or 99 times what a sweep costs when that is more, but never
/// later than Pace::longest; then by the first wait that begins or ends after it.
class Lookout {
public:
    /// So many watches may be blocked on although they are not hot.
    static constexpr std::size_t few = 64;

    /// As Poller::wait for all watches of the table, but that it goes on after an interruption.
    Failure wait(Poller& poller, const WatchTable& table, Clock& clock, Duration longest,
                 std::vector<Ready>& ready);

private:
    /// One call of the poller.
    struct Look {
        Scope scope;
        Duration longest;
    };

    Look next(const WatchTable& table, Instant now, bool idle) const;
    void looked(const Look& look, Instant start, Instant end);

    Pace warm_{std::chrono::microseconds(250), 49};
    Pace cold_{std::chrono::milliseconds(10), 99};
};

} // namespace caesura
