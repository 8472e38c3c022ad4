// What WSAPoll is asked, and what is made of its answers. Parked watches have a file of their own.

#include "win32/wsa_poller.hpp"

#include "strict_winsock.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <random>

namespace caesura::testing {

namespace {

using namespace std::chrono_literals;

const std::vector<Interest> all_interests = {
    Interest::read,
    Interest::write,
    Interest::read | Interest::write,
    Interest::connect,
    Interest::read | Interest::connect,
    Interest::write | Interest::connect,
    Interest::read | Interest::write | Interest::connect,
};

bool writes(Interest interest) {
    return has(interest, Interest::write | Interest::connect);
}

/// What a poller says of one watch when WSAPoll's answer is `revents`.
std::string answer_to(Interest interest, int revents) {
    const auto wsa_poll = [revents](WSAPOLLFD* sockets, ULONG count, INT) {
        REQUIRE(count == 1);
        sockets[0].revents = static_cast<SHORT>(revents);
        return 1;
    };
    const auto no_room = [](fd_set*, fd_set* write, fd_set*, timeval*) {
        REQUIRE(write != nullptr); // it is parked
        write->fd_count = 0;
        return 0;
    };
    WsaPoller poller({.wsa_poll = wsa_poll,
                      .select = no_room,
                      .sleep = nullptr,
                      .now = [] { return Instant{}; },
                      .build = 19041});
    WatchTable table;
    const WatchId id = watch(table, SOCKET{100}, interest);
    return told(look(poller, table), {id})[0];
}

} // namespace

TEST_SUITE_BEGIN("win32 wsapoll");

// The fake refuses any other bit, as Windows does and Wine does not.
TEST_CASE("WSAPoll is only asked for what it allows, whatever the interest") {
    StrictWinsock winsock;
    for (const Interest interest : all_interests) {
        WsaPoller poller(winsock.api());
        const SOCKET socket = winsock.open();
        winsock[socket].data = true;
        WatchTable table;
        const WatchId id = watch(table, socket, interest);
        const std::string expected = std::string(has(interest, Interest::read) ? 1 : 0, 'r') +
                                     std::string(writes(interest) ? 1 : 0, 'w');
        CHECK(told(look(poller, table), {id}) == Words{expected});
        CHECK(winsock.selects == 0);
    }
}

TEST_CASE("whatever WSAPoll answers, only what was asked for is told") {
    for (const Interest interest : all_interests) {
        const bool reads = has(interest, Interest::read);
        for (const int in : {0, POLLRDNORM}) {
            for (const int out : {0, POLLWRNORM}) {
                for (const int ended : {0, POLLERR, POLLHUP, POLLERR | POLLHUP}) {
                    const int revents = (reads ? in : 0) | (writes(interest) ? out : 0) | ended;
                    const bool error = (ended & POLLERR) != 0;
                    const bool readable = reads && (in != 0 || ended != 0);
                    const bool room = has(interest, Interest::write) && (out != 0 || error);
                    const bool connected = has(interest, Interest::connect) && revents != 0;
                    std::string expected(readable ? 1 : 0, 'r');
                    expected.append(room || connected ? 1 : 0, 'w');
                    expected.append(!expected.empty() && error ? 1 : 0, 'e');
                    CAPTURE(static_cast<int>(interest));
                    CAPTURE(revents);
                    CHECK(answer_to(interest, revents) == expected);
                }
            }
        }
        CHECK(answer_to(interest, POLLNVAL) == "!");
    }
}

TEST_CASE("with nothing to watch it sleeps, and WSAPoll is not called") {
    StrictWinsock winsock;
    WsaPoller poller(winsock.api());
    WatchTable table;
    CHECK(look(poller, table, 70ms).empty());
    CHECK(winsock.now() == 70ms);
    const WatchId idle = watch(table, winsock.open(), Interest::none);
    CHECK(look(poller, table, 5s).empty());
    CHECK(winsock.now() == 5070ms);
    REQUIRE(table.set_interest(idle, Interest::write));
    REQUIRE(table.set_tier(idle, Tier::cold));
    CHECK(look(poller, table, 30ms, Scope::hot).empty());
    CHECK(winsock.now() == 5100ms);
    const int sleeps = winsock.sleeps;
    CHECK(look(poller, table, 0ms, Scope::hot).empty());
    CHECK(winsock.sleeps == sleeps);
    CHECK(winsock.polls == 0);
}

TEST_CASE("the timeout is rounded up to milliseconds, and zero stays zero") {
    StrictWinsock winsock;
    WsaPoller poller(winsock.api());
    WatchTable table;
    watch(table, winsock.open(), Interest::read);
    CHECK(look(poller, table, 0ns).empty());
    CHECK(winsock.last_milliseconds == 0);
    CHECK(look(poller, table, -3s).empty());
    CHECK(winsock.last_milliseconds == 0);
    CHECK(winsock.now() == 0ns);
    CHECK(look(poller, table, 1ns).empty());
    CHECK(winsock.last_milliseconds == 1);
    CHECK(look(poller, table, 2001us).empty());
    CHECK(winsock.last_milliseconds == 3);
    CHECK(winsock.polls == 4);
}

TEST_CASE("a wait that Windows ends early is gone on with, in few calls") {
    StrictWinsock winsock;
    winsock.punctuality = 0.9;
    WsaPoller poller(winsock.api());
    WatchTable table;
    for (const bool empty : {true, false}) {
        if (!empty) {
            watch(table, winsock.open(), Interest::read);
        }
        const Duration start = winsock.now();
        CHECK(look(poller, table, 700ms).empty());
        CHECK(winsock.now() - start >= 700ms);
    }
    CHECK(winsock.polls < 12);
    CHECK(winsock.sleeps < 12);
}

TEST_CASE("a wait without limit ends when something comes, however late") {
    StrictWinsock winsock;
    WsaPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::read);
    winsock.later(3h, [&] { winsock[socket].data = true; });
    CHECK(told(look(poller, table, forever), {id}) == Words{"r"});
    CHECK(winsock.now() == 3h);
}

// Marked, but not counted, and the call waits on (Wine's ws2_32 tests).
TEST_CASE("an invalid socket among others is noticed within a second or so, and harms nobody") {
    for (const unsigned build : {7601U, 22631U}) {
        StrictWinsock winsock;
        winsock.build = build;
        WsaPoller poller(winsock.api());
        const SOCKET good = winsock.open();
        WatchTable table;
        const std::vector<WatchId> watches = {watch(table, good, Interest::read),
                                              watch(table, SOCKET{4711}, Interest::read),
                                              watch(table, ~SOCKET{1}, Interest::connect)};
        CHECK(told(look(poller, table, 0ms), watches) == Words{"", "!", "!"});
        CHECK(told(look(poller, table, forever), watches) == Words{"", "!", "!"});
        CHECK(winsock.now() <= 2s);
        winsock[good].data = true;
        CHECK(told(look(poller, table, forever), watches) == Words{"r", "!", "!"});
        REQUIRE(table.remove(watches[1]));
        REQUIRE(table.remove(watches[2]));
        CHECK(told(look(poller, table, forever), watches) == Words{"r", "", ""});
    }
}

TEST_CASE("when no socket is one, each is reported, whichever error WSAPoll chooses") {
    for (const int error : {WSAENOTSOCK, WSAEINVAL}) {
        StrictWinsock winsock;
        winsock.error_without_sockets = error;
        WsaPoller poller(winsock.api());
        std::vector<SOCKET> sockets;
        std::vector<WatchId> watches;
        WatchTable table;
        for (int i = 0; i < 3; ++i) {
            sockets.push_back(winsock.open());
            watches.push_back(watch(table, sockets.back(), Interest::read));
        }
        CHECK(look(poller, table).empty());
        for (const SOCKET socket : sockets) {
            winsock.close(socket);
        }
        CHECK(told(look(poller, table, forever), watches) == Words{"!", "!", "!"});
        CHECK(winsock.now() == 0s);
    }
}

TEST_CASE("a failure of WSAPoll's is told, and nothing is reported with it") {
    StrictWinsock winsock;
    WsaPoller poller(winsock.api());
    WatchTable table;
    watch(table, winsock.open(), Interest::write);
    std::vector<Ready> ready;
    winsock.next_error = WSAENOBUFS;
    CHECK(poller.wait(table, Scope::all, forever, ready) ==
          Failure{Error::no_buffer_space, WSAENOBUFS});
    winsock.next_error = WSAENETDOWN;
    CHECK(poller.wait(table, Scope::all, forever, ready) ==
          Failure{Error::network_down, WSAENETDOWN});
    winsock.next_error = WSAEINVAL; // and yet all of them are sockets
    CHECK(poller.wait(table, Scope::all, forever, ready) ==
          Failure{Error::invalid_argument, WSAEINVAL});
    CHECK(ready.empty());
    winsock.next_error = WSAEINTR;
    CHECK_FALSE(poller.wait(table, Scope::all, forever, ready));
    CHECK(ready.empty());
    CHECK(look(poller, table, forever).size() == 1);
}

// POLLERR and POLLHUP without POLLRDNORM (Wine's ws2_32 tests).
TEST_CASE("a reset is what was asked for, with the hint that it is an error") {
    StrictWinsock winsock;
    WsaPoller poller(winsock.api());
    WatchTable table;
    for (const bool room : {false, true}) {
        const SOCKET socket = winsock.open();
        winsock[socket].reset = true;
        winsock[socket].room = room;
        const WatchId id = watch(table, socket, Interest::read);
        CHECK(told(look(poller, table, forever), {id}) == Words{"re"});
        REQUIRE(table.set_interest(id, Interest::write));
        CHECK(told(look(poller, table, forever), {id}) == Words{"we"});
        REQUIRE(table.set_interest(id, Interest::read | Interest::write));
        CHECK(told(look(poller, table, forever), {id}) == Words{"rwe"});
        REQUIRE(table.set_interest(id, Interest::none));
        CHECK(look(poller, table, 10ms).empty());
        REQUIRE(table.remove(id));
    }
}

// POLLHUP without POLLRDNORM (Wine's ws2_32 tests).
TEST_CASE("a half-close is readable to who reads, without a hint of an error") {
    StrictWinsock winsock;
    WsaPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    winsock[socket].half_closed = true;
    winsock[socket].room = false;
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::read);
    CHECK(told(look(poller, table, forever), {id}) == Words{"r"});
    REQUIRE(table.set_interest(id, Interest::read | Interest::write));
    CHECK(told(look(poller, table, forever), {id}) == Words{"r"});
    winsock[socket].room = true;
    CHECK(told(look(poller, table, forever), {id}) == Words{"rw"});
    CHECK(winsock.selects == 0);
}

TEST_CASE("a failed connect is reported though WSAPoll of an older Windows never does") {
    for (const unsigned build : {7601U, 19040U, 19041U, 22631U, 0U}) {
        StrictWinsock winsock;
        winsock.build = build;
        WsaPoller poller(winsock.api());
        const SOCKET socket = winsock.open();
        winsock[socket].connect = StrictWinsock::Connect::pending;
        WatchTable table;
        const WatchId id = watch(table, socket, Interest::connect);
        CHECK(look(poller, table, 100ms).empty());
        winsock.later(2010ms, [&] { winsock[socket].connect = StrictWinsock::Connect::failed; });
        CHECK(told(look(poller, table, forever), {id}) == Words{"we"});
        CHECK(winsock.now() - 100ms >= 2010ms);
        CHECK(winsock.now() - 100ms <= 2110ms);
        CHECK((winsock.selects > 0) == (build < 19041));
        CHECK(winsock.polls < 60);
    }
}

TEST_CASE("how a connect ends is reported once, on any Windows") {
    for (const unsigned build : {7601U, 22631U}) {
        StrictWinsock winsock;
        winsock.build = build;
        WsaPoller poller(winsock.api());
        std::vector<SOCKET> sockets;
        std::vector<WatchId> watches;
        WatchTable table;
        for (int i = 0; i < 3; ++i) {
            sockets.push_back(winsock.open());
            winsock[sockets.back()].connect = StrictWinsock::Connect::pending;
            watches.push_back(watch(table, sockets.back(), Interest::connect | Interest::read));
        }
        winsock[sockets[0]].connect = StrictWinsock::Connect::done;
        winsock[sockets[1]].connect = StrictWinsock::Connect::failed;
        const Words words = told(look(poller, table, forever), watches);
        CHECK(words[0] == "w");
        CHECK((words[1] == "we" || words[1] == "rwe"));
        CHECK(words[2].empty());
        REQUIRE(table.remove(watches[1]));
        REQUIRE(table.set_interest(watches[0], Interest::none));
        winsock.close(sockets[2]);
        CHECK(told(look(poller, table, forever), {watches[2]}) == Words{"!"});
        REQUIRE(table.remove(watches[2]));
        winsock.selects = 0;
        CHECK(look(poller, table, 1s).empty());
        CHECK(winsock.selects == 0);
    }
}

namespace {

struct Walker {
    SOCKET socket;
    std::optional<WatchId> watch;
    Interest interest = Interest::none;
    Tier tier = Tier::hot;
};

std::string expected(StrictWinsock& winsock, const Walker& walker, Scope scope) {
    if (!walker.watch || !covers(scope, walker.tier)) {
        return "";
    }
    const StrictWinsock::Peer& peer = winsock[walker.socket];
    const bool reads = has(walker.interest, Interest::read) && (peer.data || peer.half_closed);
    const bool connects = has(walker.interest, Interest::connect) && (reads || peer.half_closed);
    const bool writes_now = writes(walker.interest) && peer.room;
    return reads && (writes_now || connects) ? "rw"
           : reads                           ? "r"
           : writes_now || connects          ? "w"
                                             : "";
}

void change(WatchTable& table, Walker& walker, std::mt19937& dice) {
    if (!walker.watch) {
        walker.interest = static_cast<Interest>(dice() % 8);
        walker.tier = Tier::hot;
        walker.watch = watch(table, walker.socket, walker.interest);
    } else if (dice() % 3 == 0) {
        REQUIRE(table.remove(*walker.watch));
        walker.watch.reset();
    } else if (dice() % 2 == 0) {
        walker.interest = static_cast<Interest>(dice() % 8);
        REQUIRE(table.set_interest(*walker.watch, walker.interest));
    } else {
        walker.tier = all_tiers[dice() % all_tiers.size()];
        REQUIRE(table.set_tier(*walker.watch, walker.tier));
    }
}

} // namespace

TEST_CASE("after tens of thousands of changes WSAPoll is asked about the table as it is") {
    constexpr unsigned seed = 11;
    std::mt19937 dice(seed);
    StrictWinsock winsock;
    WsaPoller poller(winsock.api());
    WatchTable table;
    std::vector<Walker> walkers(70);
    for (Walker& walker : walkers) {
        walker.socket = winsock.open();
        winsock[walker.socket].data = dice() % 2 == 0;
        winsock[walker.socket].room = dice() % 2 == 0;
        winsock[walker.socket].half_closed = dice() % 4 == 0;
    }
    for (int turn = 0; turn < 400; ++turn) {
        for (auto changes = dice() % 200; changes > 0; --changes) {
            change(table, walkers[dice() % walkers.size()], dice);
        }
        const auto scope = static_cast<Scope>(dice() % 4);
        const std::vector<Ready> ready = look(poller, table, 0ms, scope);
        std::size_t count = 0;
        for (const Walker& walker : walkers) {
            const std::string word = expected(winsock, walker, scope);
            count += word.empty() ? 0 : 1;
            if (walker.watch) {
                REQUIRE(told(ready, {*walker.watch}) == Words{word});
            }
        }
        REQUIRE(ready.size() == count);
    }
}

TEST_SUITE_END();

} // namespace caesura::testing
