#pragma once

#include "berkeley/table_follower.hpp"
#include "berkeley/tiered_array.hpp"
#include "win32/poll_api.hpp"
#include "win32/socket_probe.hpp"

#include <caesura/poller.hpp>

namespace caesura {

/// WSAPoll, "wsapoll", with all of its traps handled here and nowhere else. The array it takes is
/// kept from one wait to the next, dense, and only changes of the table touch it.
///
/// - Only POLLRDNORM and POLLWRNORM are asked for: any other bit and the whole call is refused
///   ([WSAPoll] documentation; Wine accepts it).
/// - An empty array is refused, without waiting: then it sleeps instead.
/// - A socket that is none is marked but not counted, and the call waits on; it is seen when the
///   call ends, after a second at the latest. When no socket is one the call fails, and each is
///   tried by itself (Wine's ws2_32 tests; the documentation names another error).
/// - POLLHUP and POLLERR cannot be masked. Of what was asked, POLLERR says all; POLLHUP says
///   readable, for a half-close comes without POLLRDNORM, a reset too (Wine's ws2_32 tests); so
///   whoever waits for reading then reads, and sees which it was. `error` is POLLERR.
/// - POLLHUP does not say writable: a peer that has half-closed raises it for ever, room or no
///   room. A watch that waits for room alone would end every wait at once, so it is *parked*: out
///   of the array, and looked at with select, which knows no POLLHUP, every 15 ms until there is
///   room (or an error) or its watch changes. Room is noticed that much later.
/// - A connect that failed is not reported before Windows 10 2004, build 19041 ([WSAPoll]
///   documentation). There, sockets with connect interest are looked at with select's third set
///   as well, every 50 ms.
/// - No socket stands in the array twice: the answers would be wrong (Wine). The table sees to it.
///
/// What it says: in the order of the array (fairness is its caller's).
class WsaPoller : public Poller {
public:
    explicit WsaPoller(PollApi api = system_poll_api());

    std::string_view name() const override { return "wsapoll"; }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override;

private:
    void follow(const WatchTable& table);
    void apply(const Watch& watch);

    Failure poll(const WatchTable& table, Scope scope, Duration timeout, std::vector<Ready>& ready);
    void report_invalid(const WatchTable& table, Scope scope, std::vector<Ready>& ready) const;
    void park(const Watch& watch);
    Failure look_at_parked(const WatchTable& table, Scope scope, Instant now,
                           std::vector<Ready>& ready);
    Failure look_at_connecting(const WatchTable& table, Scope scope, Instant now,
                               std::vector<Ready>& ready);

    PollApi api_;
    TableFollower follower_;
    TieredArray<WSAPOLLFD> asked_;
    SocketProbe parked_;
    SocketProbe connecting_; // a part of asked_; nobody where failed connects are reported
    std::vector<std::uint32_t> to_park_;
};

} // namespace caesura
