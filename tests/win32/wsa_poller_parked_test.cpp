// A watch that waits for room while its peer has half-closed: WSAPoll returns at once, for ever,
// with a POLLHUP that nobody asked for and nobody can mask (Wine's ws2_32 tests).

#include "win32/wsa_poller.hpp"

#include "strict_winsock.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <utility>

namespace caesura::testing {

namespace {

using namespace std::chrono_literals;

/// A poller, and a socket whose buffer is full and whose peer has half-closed, watched for room.
struct Stall {
    explicit Stall(unsigned build = 19045) {
        winsock.build = build;
        poller.emplace(winsock.api());
        id = watch_stalled();
    }

    WatchId watch_stalled() {
        socket = winsock.open();
        winsock[socket].half_closed = true;
        winsock[socket].room = false;
        return watch(table, socket, Interest::write);
    }

    std::vector<Ready> wait(Duration timeout, Scope scope = Scope::all) {
        return look(*poller, table, timeout, scope);
    }

    /// Calls of any kind since the last time.
    int calls() {
        const int total = winsock.polls + winsock.selects + winsock.sleeps;
        return total - std::exchange(calls_before, total);
    }

    StrictWinsock winsock;
    std::optional<WsaPoller> poller;
    WatchTable table;
    SOCKET socket = 0;
    WatchId id;
    int calls_before = 0;
};

} // namespace

TEST_SUITE_BEGIN("win32 wsapoll");

TEST_CASE("while the buffer is full a half-close costs a bounded number of calls, not a spin") {
    for (const bool others : {false, true}) {
        Stall stall;
        if (others) {
            watch(stall.table, stall.winsock.open(), Interest::read);
        }
        CHECK(stall.wait(10s).empty());
        CHECK(stall.winsock.now() >= 10s);
        CHECK(stall.winsock.now() <= 10s + 20ms);
        CHECK(stall.calls() <= 10'000 / 10 * 2 + 10);
    }
}

TEST_CASE("room for a stalled watch is reported within 20 ms, and again while it lasts") {
    Stall stall;
    stall.winsock.later(5003ms, [&] { stall.winsock[stall.socket].room = true; });
    CHECK(told(stall.wait(forever), {stall.id}) == Words{"w"});
    CHECK(stall.winsock.now() >= 5003ms);
    CHECK(stall.winsock.now() <= 5023ms);
    CHECK(told(stall.wait(forever), {stall.id}) == Words{"w"});
    CHECK(told(stall.wait(forever), {stall.id}) == Words{"w"});
}

TEST_CASE("a watch that stalls again and again never spins") {
    Stall stall;
    for (int turn = 0; turn < 50; ++turn) {
        stall.winsock.later(200ms, [&] { stall.winsock[stall.socket].room = true; });
        CHECK(told(stall.wait(forever), {stall.id}) == Words{"w"});
        stall.winsock[stall.socket].room = false;
        CHECK(stall.calls() <= 200 / 10 * 2 + 10);
    }
}

TEST_CASE("a stalled watch does not keep others waiting") {
    Stall stall;
    const SOCKET other = stall.winsock.open();
    const WatchId reader = watch(stall.table, other, Interest::read);
    stall.winsock.later(1007ms, [&] { stall.winsock[other].data = true; });
    CHECK(told(stall.wait(forever), {stall.id, reader}) == Words{"", "r"});
    CHECK(stall.winsock.now() == 1007ms);
    stall.winsock[stall.socket].room = true;
    stall.winsock.later(100ms, [] {});
    Words words;
    for (int turn = 0; turn < 2; ++turn) { // the other is always ready, so each wait is short
        words = told(stall.wait(forever), {stall.id, reader});
        stall.winsock[other].data = false;
    }
    CHECK(words == Words{"w", ""});
}

TEST_CASE("a busy loop looks at stalled watches no oftener than every 10 ms") {
    Stall stall;
    CHECK(stall.wait(0ms).empty());
    stall.winsock.selects = 0;
    for (int turn = 0; turn < 10'000; ++turn) {
        CHECK(stall.wait(0ms).empty());
    }
    CHECK(stall.winsock.selects == 0); // no time has passed
    for (int turn = 0; turn < 1000; ++turn) {
        stall.winsock.later(1ms, [] {});
        CHECK(stall.wait(1ms).empty());
    }
    CHECK(stall.winsock.selects > 0);
    CHECK(stall.winsock.selects <= 101);
}

TEST_CASE("a stalled watch that wants something else is asked about in the old way at once") {
    Stall stall;
    CHECK(stall.wait(100ms).empty());
    REQUIRE(stall.table.set_interest(stall.id, Interest::read | Interest::write));
    stall.winsock.selects = 0;
    CHECK(told(stall.wait(forever), {stall.id}) == Words{"r"});
    CHECK(stall.winsock.selects == 0);
    REQUIRE(stall.table.set_interest(stall.id, Interest::none));
    CHECK(stall.wait(100ms).empty());
    CHECK(stall.winsock.selects == 0);
    REQUIRE(stall.table.set_interest(stall.id, Interest::write));
    CHECK(stall.wait(100ms).empty());
    CHECK(stall.winsock.selects > 0);
}

TEST_CASE(
    "a stalled watch that is removed is not looked at, nor taken for who has its number next") {
    Stall stall;
    CHECK(stall.wait(100ms).empty());
    REQUIRE(stall.table.remove(stall.id));
    const WatchId other = watch(stall.table, stall.winsock.open(), Interest::read);
    const WatchId again = watch(stall.table, stall.socket, Interest::read);
    stall.winsock.selects = 0;
    CHECK(told(stall.wait(forever), {stall.id, other, again}) == Words{"", "", "r"});
    REQUIRE(stall.table.remove(again));
    CHECK(stall.wait(100ms).empty());
    CHECK(stall.winsock.selects == 0);
}

TEST_CASE("a reset of a stalled watch is reported") {
    Stall stall;
    stall.winsock.later(1s, [&] { stall.winsock[stall.socket].reset = true; });
    CHECK(told(stall.wait(forever), {stall.id})[0].substr(0, 1) == "w");
    CHECK(stall.winsock.now() <= 1020ms);
    CHECK(told(stall.wait(forever), {stall.id}) == Words{"we"});
}

TEST_CASE("a stalled watch whose socket is closed is reported as invalid, beside the others") {
    Stall stall;
    const SOCKET first = stall.socket;
    const WatchId second = stall.watch_stalled();
    CHECK(stall.wait(100ms).empty());
    stall.winsock.close(first);
    CHECK(told(stall.wait(forever), {stall.id, second}) == Words{"!", ""});
    CHECK(stall.winsock.now() <= 120ms);
    stall.winsock[stall.socket].room = true;
    CHECK(told(stall.wait(forever), {stall.id, second}) == Words{"!", "w"});
}

TEST_CASE("who waits for the hot watches pays nothing for cold ones that stall") {
    Stall stall;
    watch(stall.table, stall.winsock.open(), Interest::read);
    REQUIRE(stall.table.set_tier(stall.id, Tier::cold));
    CHECK(stall.wait(0ms, Scope::cold).empty());
    stall.calls();
    CHECK(stall.wait(10s, Scope::hot).empty());
    CHECK(stall.calls() <= 12);
    stall.winsock[stall.socket].room = true;
    CHECK(stall.wait(1s, Scope::hot).empty());
    CHECK(told(stall.wait(0ms, Scope::cold), {stall.id}) == Words{"w"});
}

TEST_CASE("cold stalled watches are looked at when their turn comes, whatever the hot ones do") {
    Stall stall;
    const SOCKET cold = stall.socket;
    REQUIRE(stall.table.set_tier(stall.id, Tier::cold));
    stall.watch_stalled();
    CHECK(stall.wait(0ms).empty());
    CHECK(stall.wait(1s, Scope::hot).empty());
    stall.winsock[cold].room = true;
    CHECK(told(stall.wait(0ms, Scope::cold), {stall.id}) == Words{"w"});
}

TEST_CASE("stalled watches and connects are both looked after on an older Windows") {
    Stall stall(7601);
    const SOCKET socket = stall.winsock.open();
    stall.winsock[socket].connect = StrictWinsock::Connect::pending;
    const WatchId connecting = watch(stall.table, socket, Interest::connect);
    CHECK(stall.wait(10s).empty());
    CHECK(stall.calls() <= 10'000 / 10 * 2 + 10'000 / 50 * 2 + 10);
    stall.winsock[socket].connect = StrictWinsock::Connect::failed;
    CHECK(told(stall.wait(forever), {stall.id, connecting}) == Words{"", "we"});
    stall.winsock[stall.socket].room = true;
    REQUIRE(stall.table.remove(connecting));
    CHECK(told(stall.wait(forever), {stall.id}) == Words{"w"});
}

TEST_CASE("when select has no memory to look at stalled watches, that is told") {
    Stall stall;
    CHECK(stall.wait(0ms).empty());
    stall.winsock.later(20ms, [&] { stall.winsock.next_error = WSAENOBUFS; });
    std::vector<Ready> ready;
    CHECK(stall.poller->wait(stall.table, Scope::all, forever, ready) ==
          Failure{Error::no_buffer_space, WSAENOBUFS});
    CHECK(ready.empty());
    stall.winsock[stall.socket].room = true;
    CHECK(told(stall.wait(forever), {stall.id}) == Words{"w"});
}

TEST_SUITE_END();

} // namespace caesura::testing
