#pragma once

#include "berkeley/table_follower.hpp"
#include "berkeley/tiered_array.hpp"

#include <caesura/poller.hpp>

#include <poll.h>

#include <functional>

namespace caesura {

/// poll(2), "poll". The array it takes is kept from one wait to the next, dense, and only changes
/// of the table touch it.
///
/// POLLERR and POLLHUP come unasked and cannot be switched off, so a watch without interest has no
/// place in the array, and any other hears of them as the readiness it asked for, whatever that is:
/// its next call then says what has happened. So nothing is ever reported that was not asked for,
/// and nothing that ended the wait is left unreported, on which the loop would spin.
///
/// What it says: in the order of the array (fairness is its caller's). `error` is POLLERR.
class PollPoller : public Poller {
public:
    using Call = std::function<int(pollfd*, nfds_t, int)>;

    /// `call` is poll(2), or what a test puts in its place.
    explicit PollPoller(Call call = ::poll);

    std::string_view name() const override { return "poll"; }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override;

private:
    void follow(const WatchTable& table);
    void apply(const Watch& watch);

    Call call_;
    TableFollower follower_;
    TieredArray<pollfd> asked_;
};

} // namespace caesura
