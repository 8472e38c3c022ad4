#pragma once

#include "berkeley/table_follower.hpp"
#include "posix/descriptor_bits.hpp"

#include <caesura/poller.hpp>

#include <array>
#include <cstdint>
#include <functional>

namespace caesura {

/// select(2) over any number of descriptors, "select".
///
/// What is asked stands in bitmaps, one pair a tier, that only changes of the table touch. A wait
/// copies whole words of them, no further than to the highest descriptor asked about, and looks at
/// the answer by whole words: nothing is done once a watch.
///
/// What it says: in the order of descriptors (fairness is its caller's). `error` is never set:
/// select has no word for it, and asking for SO_ERROR would take the error away from the receive or
/// send that is to report it.
///
/// Descriptors that are none: select(2) fails as a whole with EBADF; then each one asked about is
/// tried by itself, those that are closed are reported, and the others are looked at in the same
/// wait, without waiting. Linux ignores numbers beyond its table of this process's descriptors
/// (select(2), BUGS), which never shrinks; so a number higher than any seen open before is tried by
/// itself when it is first asked about, and one that is not open never gets into a bitmap: it is
/// reported at each wait until its watch is changed or removed.
class SelectPoller : public Poller {
public:
    using Call = std::function<int(int, fd_set*, fd_set*, fd_set*, timeval*)>;

    /// `call` is select(2), or what a test puts in its place.
    explicit SelectPoller(Call call = ::select);

    std::string_view name() const override { return "select"; }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override;

private:
    using Word = DescriptorBits::Word;

    void follow(const WatchTable& table);
    void apply(const Watch& watch);
    void take_out(std::uint32_t slot);
    void ask(int descriptor, Tier tier, Interest interest);
    bool seen_open(int descriptor);

    int fill(Scope scope);
    int look(int nfds, Duration timeout);
    void report_unopened(const WatchTable& table, Scope scope, std::vector<Ready>& ready) const;
    void report_closed(const WatchTable& table, std::vector<Ready>& ready);
    void report_ready(const WatchTable& table, std::vector<Ready>& ready) const;
    WatchId watch_of(const WatchTable& table, std::size_t descriptor) const;

    Call call_;
    TableFollower follower_;
    std::array<DescriptorBits, all_tiers.size()> asked_; // by tier
    std::vector<int> descriptors_;                       // by slot
    std::vector<std::uint32_t> slots_;                   // by descriptor
    std::vector<std::uint32_t> unopened_;                // slots
    int highest_seen_open_ = -1;
    std::vector<Word> readable_; // what a call is given, and answers
    std::vector<Word> writable_;
};

} // namespace caesura
