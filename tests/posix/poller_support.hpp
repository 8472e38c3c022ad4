#pragma once

#include "posix/descriptor.hpp"
#include "support/look.hpp"

#include <caesura/poller.hpp>

#include <vector>

namespace caesura::testing {

/// Longer than anything here can take: a wait that is given it is over before, or the test fails.
inline constexpr Duration long_time = std::chrono::seconds(60);

/// Two connected stream sockets.
struct Ends {
    Descriptor here;
    Descriptor there;
};

Ends connected_ends();
/// Likewise by TCP on loopback, where a half-close is told as on a network.
Ends connected_by_tcp();
/// Another descriptor for the same socket, by a number that must be free.
Descriptor duplicate(const Descriptor& original, int number);
/// Whether this process may have descriptors up to `number`, after having asked for them.
bool may_have(int number);

Socket socket_of(const Descriptor& descriptor);
WatchId watch(WatchTable& table, const Descriptor& descriptor, Interest interest);
void say(const Descriptor& descriptor, const char* text);
/// Sends until there is no more room. Returns how many bytes that took.
std::size_t fill(const Descriptor& descriptor);
/// Receives so many bytes, waiting for them.
void drain(const Descriptor& descriptor, std::size_t count);

/// Interrupts this thread every few milliseconds while it lives.
class Interruptions {
public:
    Interruptions();
    ~Interruptions();
    Interruptions(const Interruptions&) = delete;
    Interruptions& operator=(const Interruptions&) = delete;

    int count() const;
};

// Promises of any poller with state of its own, here with tens of thousands of changes.

/// However many changes there are between two waits, each wait reports the table as it is.
void check_many_changes(Poller& poller);
/// A descriptor's number that belongs to another watch, slot or tier now is not taken for the old.
void check_stale_generations(Poller& poller);
/// A refused connect is reported as writable to who waits for its outcome.
void check_refused_connect(Poller& poller);
/// A signal ends a wait, with nothing ready and no failure.
void check_interruption(Poller& poller);
/// Handed another table, a poller knows nothing of the one before.
void check_change_of_table(Poller& poller);

} // namespace caesura::testing
