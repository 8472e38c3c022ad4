#include "posix/poll_poller.hpp"

#include "poller_support.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>

#include <cerrno>
#include <string>

namespace caesura::testing {

namespace {

/// poll(2) without waiting, and a record of how it was last called.
struct Recorder {
    std::vector<pollfd> asked;
    int milliseconds = 0;

    PollPoller::Call call() {
        return [this](pollfd* entries, nfds_t count, int limit) {
            asked.assign(entries, entries + count);
            milliseconds = limit;
            return ::poll(entries, count, 0);
        };
    }
};

/// What a poller says of one watch when the system's answer is `revents`.
Ready answer_to(Interest interest, int revents) {
    PollPoller poller([&](pollfd* entries, nfds_t count, int) {
        REQUIRE(count == 1);
        entries[0].revents = static_cast<short>(revents);
        return 1;
    });
    WatchTable table;
    const auto id = table.add(static_cast<Socket>(3), interest);
    std::vector<Ready> ready;
    REQUIRE_FALSE(poller.wait(table, Scope::all, forever, ready));
    REQUIRE(ready.size() <= 1);
    return ready.empty() ? Ready{.watch = *id} : ready[0];
}

} // namespace

TEST_SUITE_BEGIN("posix poll");

TEST_CASE("whatever the system answers, only what was asked for is told, and never nothing") {
    for (unsigned set = 1; set < 8; ++set) {
        const auto interest = static_cast<Interest>(set);
        const bool reads = has(interest, Interest::read);
        const bool writes = has(interest, Interest::write | Interest::connect);
        for (const int in : {0, POLLIN}) {
            for (const int out : {0, POLLOUT}) {
                for (const int ended : {0, POLLERR, POLLHUP, POLLERR | POLLHUP}) {
                    const int revents = (reads ? in : 0) | (writes ? out : 0) | ended;
                    CAPTURE(set);
                    CAPTURE(revents);
                    const Ready told = answer_to(interest, revents);
                    CHECK(told.readable == (reads && (in != 0 || ended != 0)));
                    CHECK(told.writable == (writes && (out != 0 || ended != 0)));
                    CHECK(told.error == ((ended & POLLERR) != 0));
                    CHECK_FALSE(told.invalid);
                    CHECK((told.readable || told.writable) == (revents != 0));
                }
            }
        }
        const Ready told = answer_to(interest, POLLNVAL);
        CHECK(told.invalid);
        CHECK_FALSE((told.readable || told.writable || told.error));
    }
}

TEST_CASE("only watches of the scope that have an interest are asked about") {
    Recorder recorder;
    PollPoller poller(recorder.call());
    std::vector<Ends> ends;
    std::vector<WatchId> watches;
    WatchTable table;
    for (const Interest interest : {Interest::read, Interest::none, Interest::write,
                                    Interest::connect, Interest::read | Interest::write}) {
        ends.push_back(connected_ends());
        watches.push_back(watch(table, ends.back().here, interest));
    }
    look(poller, table);
    CHECK(recorder.asked.size() == 4);
    for (const pollfd& entry : recorder.asked) {
        CHECK(entry.events != 0);
        CHECK((entry.events & ~(POLLIN | POLLOUT)) == 0);
    }
    REQUIRE(table.set_tier(watches[0], Tier::cold));
    REQUIRE(table.set_tier(watches[1], Tier::cold));
    look(poller, table, Duration::zero(), Scope::cold);
    REQUIRE(recorder.asked.size() == 1);
    CHECK(recorder.asked[0].fd == ends[0].here.get());
    CHECK(recorder.asked[0].events == POLLIN);
    look(poller, table, Duration::zero(), Scope::hot);
    CHECK(recorder.asked.size() == 3);
    REQUIRE(table.set_interest(watches[4], Interest::none));
    look(poller, table);
    CHECK(recorder.asked.size() == 3);
}

TEST_CASE("timeouts are rounded up to milliseconds, and an hour is the most") {
    Recorder recorder;
    PollPoller poller(recorder.call());
    const auto milliseconds = [&](Duration timeout) {
        look(poller, WatchTable{}, timeout);
        return recorder.milliseconds;
    };
    using namespace std::chrono_literals;
    CHECK(milliseconds(0ns) == 0);
    CHECK(milliseconds(-1s) == 0);
    CHECK(milliseconds(1ns) == 1);
    CHECK(milliseconds(1ms) == 1);
    CHECK(milliseconds(1001us) == 2);
    CHECK(milliseconds(100h) == 3'600'000);
    CHECK(milliseconds(forever - 1ns) == 3'600'000);
    CHECK(milliseconds(forever) == -1);
}

TEST_CASE("a half-close is nothing to who waits for room, so a loop does not spin on it") {
    PollPoller poller;
    const Ends ends = connected_by_tcp();
    const std::size_t hoard = fill(ends.here);
    REQUIRE(::shutdown(ends.there.get(), SHUT_WR) == 0);
    WatchTable table;
    const std::vector<WatchId> watches = {watch(table, ends.here, Interest::read)};
    CHECK(told(look(poller, table, long_time), watches) == Words{"r"});
    REQUIRE(table.set_interest(watches[0], Interest::write));
    CHECK(look(poller, table).empty());
    CHECK(look(poller, table, std::chrono::milliseconds(20)).empty());
    drain(ends.there, hoard);
    CHECK(told(look(poller, table, long_time), watches) == Words{"w"});
}

TEST_CASE("when both directions are shut who waits for room is told, as the next send fails") {
    PollPoller poller;
    Ends ends = connected_by_tcp();
    fill(ends.here);
    WatchTable table;
    const std::vector<WatchId> watches = {watch(table, ends.here, Interest::write)};
    CHECK(look(poller, table).empty());
    ends.there.close(); // with unread input: a reset
    const std::vector<Ready> ready = look(poller, table, long_time);
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].writable);
    CHECK(ready[0].error);
    CHECK_FALSE(ready[0].readable);
}

TEST_CASE("a watch without interest hears nothing of a reset") {
    PollPoller poller;
    Ends ends = connected_by_tcp();
    say(ends.here, "unread");
    WatchTable table;
    const WatchId id = watch(table, ends.here, Interest::read);
    ends.there.close();
    CHECK(told(look(poller, table, long_time), {id})[0] == "re");
    REQUIRE(table.set_interest(id, Interest::none));
    CHECK(look(poller, table).empty());
}

TEST_CASE("a number that is no descriptor is reported, whatever its size, and harms nobody") {
    PollPoller poller;
    const Ends good = connected_ends();
    Ends bad = connected_ends();
    WatchTable table;
    std::vector<WatchId> watches = {watch(table, good.here, Interest::write),
                                    watch(table, bad.here, Interest::read)};
    bad.here.close();
    for (const std::uint64_t number : {std::uint64_t{2'000'000'000}, std::uint64_t{1} << 40,
                                       (std::uint64_t{1} << 32) + 1, ~std::uint64_t{1}}) {
        watches.push_back(*table.add(static_cast<Socket>(number), Interest::read));
    }
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(told(look(poller, table, forever), watches) == Words{"w", "!", "!", "!", "!", "!"});
    }
}

TEST_CASE("a failure of the system's is told, and nothing is reported with it") {
    int error = 0;
    PollPoller poller([&](pollfd* entries, nfds_t count, int) {
        for (nfds_t i = 0; i < count; ++i) {
            entries[i].revents = POLLOUT;
        }
        errno = error;
        return -1;
    });
    const Ends ends = connected_ends();
    WatchTable table;
    watch(table, ends.here, Interest::write);
    std::vector<Ready> ready;
    error = ENOMEM;
    const Failure failure = poller.wait(table, Scope::all, forever, ready);
    CHECK(failure == Failure{Error::out_of_memory, ENOMEM});
    error = EINTR;
    CHECK_FALSE(poller.wait(table, Scope::all, forever, ready));
    CHECK(ready.empty());
}

TEST_CASE("a signal ends a wait by poll, with nothing ready and no failure") {
    PollPoller poller;
    check_interruption(poller);
}

TEST_CASE("a refused connect is writable by poll to who waits for its outcome") {
    PollPoller poller;
    check_refused_connect(poller);
}

TEST_CASE("after tens of thousands of changes poll reports the table as it is") {
    PollPoller poller;
    check_many_changes(poller);
}

TEST_CASE("poll never takes a descriptor's new watch for the old one") {
    PollPoller poller;
    check_stale_generations(poller);
}

TEST_CASE("handed another table, poll knows nothing of the one before") {
    PollPoller poller;
    check_change_of_table(poller);
}

TEST_SUITE_END();

} // namespace caesura::testing
