#include "posix/select_poller.hpp"

#include "poller_support.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>

#include <cerrno>
#include <optional>
#include <string>

namespace caesura::testing {

namespace {

/// select(2), and a record of how it was last called.
struct Recorder {
    int calls = 0;
    int nfds = -1;
    std::optional<timeval> limit; // none: a null pointer

    SelectPoller::Call call() {
        return [this](int count, fd_set* read, fd_set* write, fd_set* except, timeval* time) {
            ++calls;
            nfds = count;
            limit = time == nullptr ? std::nullopt : std::optional(*time);
            timeval none{};
            return ::select(count, read, write, except, &none);
        };
    }
};

} // namespace

TEST_SUITE_BEGIN("posix select");

TEST_CASE("a descriptor above 5000 is waited for like any other") {
    constexpr int high = 5003;
    if (!may_have(high)) {
        return;
    }
    SelectPoller poller;
    const Ends low = connected_ends();
    const Ends ends = connected_ends();
    const Descriptor copy = duplicate(ends.here, high);
    WatchTable table;
    const std::vector<WatchId> watches = {watch(table, low.here, Interest::read),
                                          watch(table, copy, Interest::read | Interest::write)};
    CHECK(told(look(poller, table), watches) == Words{"", "w"});
    say(ends.there, "!");
    CHECK(told(look(poller, table), watches) == Words{"", "rw"});
    say(low.there, "!");
    CHECK(told(look(poller, table), watches) == Words{"r", "rw"});
    REQUIRE(table.remove(watches[1]));
    CHECK(told(look(poller, table), watches) == Words{"r", ""});
}

TEST_CASE("each descriptor around the ends of a word is told apart from its neighbours") {
    constexpr int word = static_cast<int>(DescriptorBits::word_bits);
    constexpr int first = 12 * word - 2;
    constexpr int last = 13 * word + 2;
    if (!may_have(last)) {
        return;
    }
    std::vector<Ends> ends;
    std::vector<Descriptor> copies;
    std::vector<WatchId> watches;
    WatchTable table;
    for (const int number : {first, first + 1, first + 2, last - 3, last - 2, last - 1}) {
        ends.push_back(connected_ends());
        copies.push_back(duplicate(ends.back().here, number));
        watches.push_back(watch(table, copies.back(), Interest::read));
    }
    SelectPoller poller;
    CHECK(look(poller, table).empty());
    for (std::size_t i = 0; i < ends.size(); ++i) {
        say(ends[i].there, "!");
        Words expected(ends.size());
        expected[i].push_back('r');
        CHECK(told(look(poller, table), watches) == expected);
        drain(copies[i], 1);
    }
}

TEST_CASE("the system is never asked beyond the highest descriptor of the scope") {
    Recorder recorder;
    SelectPoller poller(recorder.call());
    const Ends ends = connected_ends();
    WatchTable table;
    std::vector<Descriptor> copies;
    std::vector<WatchId> watches;
    constexpr int lowest = 500;
    for (const int number : {lowest, lowest + 70, lowest + 71, lowest + 300}) {
        copies.push_back(duplicate(ends.here, number));
        watches.push_back(watch(table, copies.back(), Interest::write));
    }
    const auto asked = [&](Scope scope) {
        look(poller, table, Duration::zero(), scope);
        return recorder.nfds;
    };
    CHECK(asked(Scope::all) == lowest + 301);
    CHECK(asked(Scope::cold) == 0);
    REQUIRE(table.set_tier(watches[3], Tier::cold));
    CHECK(asked(Scope::hot) == lowest + 72);
    CHECK(asked(Scope::cold) == lowest + 301);
    CHECK(asked(Scope::all) == lowest + 301);
    REQUIRE(table.remove(watches[3]));
    CHECK(asked(Scope::all) == lowest + 72);
    REQUIRE(table.set_interest(watches[2], Interest::none));
    CHECK(asked(Scope::all) == lowest + 71);
    REQUIRE(table.remove(watches[1]));
    CHECK(asked(Scope::all) == lowest + 1);
    REQUIRE(table.remove(watches[0]));
    CHECK(asked(Scope::all) == 0);
    REQUIRE(table.set_interest(watches[2], Interest::read));
    CHECK(asked(Scope::all) == lowest + 72);
}

TEST_CASE("timeouts are rounded up to microseconds, and an hour is the most") {
    Recorder recorder;
    SelectPoller poller(recorder.call());
    const auto microseconds = [&](Duration timeout) {
        look(poller, WatchTable{}, timeout);
        REQUIRE(recorder.limit.has_value());
        return recorder.limit->tv_sec * 1'000'000 + recorder.limit->tv_usec;
    };
    using namespace std::chrono_literals;
    CHECK(microseconds(0ns) == 0);
    CHECK(microseconds(-1s) == 0);
    CHECK(microseconds(1ns) == 1);
    CHECK(microseconds(1us) == 1);
    CHECK(microseconds(1001ns) == 2);
    CHECK(microseconds(2500ms) == 2'500'000);
    CHECK(microseconds(100h) == 3600 * 1'000'000LL);
    CHECK(microseconds(forever - 1ns) == 3600 * 1'000'000LL);
    look(poller, WatchTable{}, forever);
    CHECK_FALSE(recorder.limit.has_value());
}

TEST_CASE("a closed descriptor is reported, and the others in the same wait") {
    SelectPoller poller;
    Ends bad = connected_ends();
    const Ends good = connected_ends();
    Ends worse = connected_ends(); // the highest of all, which Linux may ignore when it is closed
    WatchTable table;
    const std::vector<WatchId> watches = {watch(table, bad.here, Interest::read),
                                          watch(table, good.here, Interest::read | Interest::write),
                                          watch(table, worse.there, Interest::connect)};
    say(good.there, "!");
    bad.here.close();
    worse.there.close();
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(told(look(poller, table, forever), watches) == Words{"!", "rw", "!"});
    }
    REQUIRE(table.set_tier(watches[0], Tier::cold));
    CHECK(told(look(poller, table, forever, Scope::hot), watches) == Words{"", "rw", "!"});
    CHECK(told(look(poller, table, forever, Scope::cold), watches) == Words{"!", "", ""});
    REQUIRE(table.remove(watches[0]));
    REQUIRE(table.remove(watches[2]));
    CHECK(told(look(poller, table, forever), watches) == Words{"", "rw", ""});
}

TEST_CASE("a descriptor whose number comes again after it was closed is asked about anew") {
    SelectPoller poller;
    Ends ends = connected_ends();
    const int number = ends.here.get();
    WatchTable table;
    const WatchId old = watch(table, ends.here, Interest::read);
    ends.here.close();
    CHECK(told(look(poller, table, forever), {old}) == Words{"!"});
    const Ends others = connected_ends();
    const bool there_already = others.here.get() == number || others.there.get() == number;
    const Descriptor copy = there_already ? Descriptor() : duplicate(others.here, number);
    REQUIRE(table.remove(old));
    const auto now = table.add(static_cast<Socket>(number), Interest::write);
    REQUIRE(now.has_value());
    CHECK(told(look(poller, table, forever), {old, *now}) == Words{"", "w"});
}

TEST_CASE("a number that never was a descriptor is reported at each wait, whatever its size") {
    Recorder recorder;
    SelectPoller poller(recorder.call());
    const Ends good = connected_ends();
    WatchTable table;
    std::vector<WatchId> watches = {watch(table, good.here, Interest::write)};
    for (const std::uint64_t number : {std::uint64_t{3000}, std::uint64_t{2'000'000'000},
                                       std::uint64_t{1} << 40, ~std::uint64_t{1}}) {
        watches.push_back(*table.add(static_cast<Socket>(number), Interest::read));
    }
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(told(look(poller, table, forever), watches) == Words{"w", "!", "!", "!", "!"});
        CHECK(recorder.calls == turn + 1);
        CHECK(recorder.nfds == good.here.get() + 1);
    }
    REQUIRE(table.set_interest(watches[1], Interest::none));
    REQUIRE(table.set_tier(watches[2], Tier::cold));
    REQUIRE(table.remove(watches[3]));
    CHECK(told(look(poller, table, forever, Scope::hot), watches) == Words{"w", "", "", "", "!"});
    CHECK(told(look(poller, table, forever), watches) == Words{"w", "", "!", "", "!"});
}

TEST_CASE("after an error the system is asked with sets made anew") {
    int calls = 0;
    SelectPoller poller([&](int nfds, fd_set* read, fd_set* write, fd_set* except, timeval* time) {
        if (++calls == 1) {
            const std::size_t words =
                (static_cast<std::size_t>(nfds) - 1) / DescriptorBits::word_bits;
            std::fill_n(reinterpret_cast<std::byte*>(read),
                        (words + 1) * sizeof(DescriptorBits::Word), std::byte{0xff});
            errno = EBADF;
            return -1;
        }
        CHECK(time->tv_sec + time->tv_usec == 0);
        return ::select(nfds, read, write, except, time);
    });
    const Ends ends = connected_ends();
    say(ends.there, "!");
    WatchTable table;
    const std::vector<WatchId> watches = {watch(table, ends.here, Interest::write)};
    CHECK(told(look(poller, table, forever), watches) == Words{"w"});
    CHECK(calls == 2);
}

TEST_CASE("a failure of the system's is told, and nothing is reported with it") {
    int error = 0;
    SelectPoller poller([&](int, fd_set*, fd_set*, fd_set*, timeval*) {
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
    error = EBADF; // and yet none is closed: another thread's descriptor came and went
    CHECK_FALSE(poller.wait(table, Scope::all, forever, ready));
    CHECK(ready.empty());
}

TEST_CASE("a signal ends a wait by select, with nothing ready and no failure") {
    SelectPoller poller;
    check_interruption(poller);
}

TEST_CASE("a refused connect is writable by select to who waits for its outcome") {
    SelectPoller poller;
    check_refused_connect(poller);
}

TEST_CASE("after tens of thousands of changes select reports the table as it is") {
    SelectPoller poller;
    check_many_changes(poller);
}

TEST_CASE("select never takes a descriptor's new watch for the old one") {
    SelectPoller poller;
    check_stale_generations(poller);
}

TEST_CASE("handed another table, select knows nothing of the one before") {
    SelectPoller poller;
    check_change_of_table(poller);
}

TEST_SUITE_END();

} // namespace caesura::testing
