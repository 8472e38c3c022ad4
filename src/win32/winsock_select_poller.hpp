#pragma once

#include "berkeley/table_follower.hpp"
#include "berkeley/tiered_array.hpp"
#include "win32/socket_select.hpp"

#include <caesura/poller.hpp>

namespace caesura {

/// Winsock's select over any number of sockets, "select".
///
/// What is asked stands in lists of sockets that only changes of the table touch; a wait copies
/// them, because select answers in place. A socket with connect interest is asked about in the
/// third set too: a failed connect is told there only, on every Windows ([select] documentation).
///
/// A call that ends early, as Windows' tick of 15.6 ms makes it, is made again for the rest, and so
/// is one after a second.
///
/// `error` is set for a connect that failed, and never otherwise: of a reset select only says that
/// the socket is readable and writable (Wine's ws2_32 tests).
class WinsockSelectPoller : public Poller {
public:
    explicit WinsockSelectPoller(PollApi api = system_poll_api());

    std::string_view name() const override { return "select"; }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override;

private:
    void follow(const WatchTable& table);
    void apply(const Watch& watch);
    void report(const WatchTable& table, std::vector<Ready>& ready, std::size_t before);

    PollApi api_;
    TableFollower follower_;
    TieredArray<SOCKET> to_read_;
    TieredArray<SOCKET> to_write_;
    TieredArray<SOCKET> to_connect_;
    SocketSelect select_;
    std::vector<std::size_t> places_; // by slot: where in the list of the ready it was put last
};

} // namespace caesura
