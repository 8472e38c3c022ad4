#include "win32/winsock_select_poller.hpp"

#include "berkeley/handle.hpp"
#include "strict_winsock.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

namespace caesura::testing {

namespace {

using namespace std::chrono_literals;

using Connect = StrictWinsock::Connect;

} // namespace

TEST_SUITE_BEGIN("win32 select");

// An fd_set as Winsock declares it ends after 64.
TEST_CASE("hundreds of sockets are asked about at once, and each is reported once") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    std::vector<SOCKET> sockets;
    std::vector<WatchId> watches;
    WatchTable table;
    for (int i = 0; i < 300; ++i) {
        sockets.push_back(winsock.open());
        watches.push_back(watch(table, sockets.back(), Interest::read | Interest::write));
        winsock[sockets.back()].room = false;
    }
    for (const std::size_t i :
         {std::size_t{0}, std::size_t{63}, std::size_t{64}, watches.size() - 1}) {
        winsock[sockets[i]].data = true;
        Words expected(watches.size());
        expected[i].push_back('r');
        CHECK(told(look(poller, table, forever), watches) == expected);
        winsock[sockets[i]].data = false;
    }
    for (const SOCKET socket : sockets) {
        winsock[socket].data = true;
        winsock[socket].room = true;
    }
    CHECK(told(look(poller, table, forever), watches) == Words(watches.size(), "rw"));
}

TEST_CASE("with nothing to watch it sleeps, and select is not called") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    WatchTable table;
    CHECK(look(poller, table, 70ms).empty());
    CHECK(winsock.now() == 70ms);
    const WatchId idle = watch(table, winsock.open(), Interest::none);
    CHECK(look(poller, table, 5s).empty());
    REQUIRE(table.set_interest(idle, Interest::write));
    REQUIRE(table.set_tier(idle, Tier::cold));
    CHECK(look(poller, table, 30ms, Scope::hot).empty());
    CHECK(winsock.now() == 5100ms);
    const int sleeps = winsock.sleeps;
    CHECK(look(poller, table, 0ms, Scope::hot).empty());
    CHECK(winsock.sleeps == sleeps);
    CHECK(winsock.selects == 0);
    CHECK(look(poller, table, forever, Scope::cold).size() == 1);
}

// The fake refuses a set that is there but empty, as Windows does.
TEST_CASE("of the three sets those that would be empty are left out, whatever the interest") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    winsock[socket].data = true;
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::none);
    for (unsigned set = 1; set < 8; ++set) {
        const auto interest = static_cast<Interest>(set);
        REQUIRE(table.set_interest(id, interest));
        const bool writes = has(interest, Interest::write | Interest::connect);
        const std::string expected = std::string(has(interest, Interest::read) ? 1 : 0, 'r') +
                                     std::string(writes ? 1 : 0, 'w');
        CHECK(told(look(poller, table, forever), {id}) == Words{expected});
    }
}

TEST_CASE("a wait that Windows ends early is gone on with, in few calls") {
    StrictWinsock winsock;
    winsock.punctuality = 0.9;
    WinsockSelectPoller poller(winsock.api());
    WatchTable table;
    for (const bool empty : {true, false}) {
        if (!empty) {
            watch(table, winsock.open(), Interest::read);
        }
        const Duration start = winsock.now();
        CHECK(look(poller, table, 700ms).empty());
        CHECK(winsock.now() - start >= 700ms);
    }
    CHECK(winsock.selects < 20);
    CHECK(winsock.sleeps < 20);
}

TEST_CASE("a wait by select without limit ends when something comes, however late") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::read);
    winsock.later(3h, [&] { winsock[socket].data = true; });
    CHECK(told(look(poller, table, forever), {id}) == Words{"r"});
    CHECK(winsock.now() == 3h);
}

TEST_CASE("an invalid socket is reported, and the others in the same wait") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    const SOCKET good = winsock.open();
    const SOCKET bad = winsock.open();
    WatchTable table;
    const std::vector<WatchId> watches = {watch(table, bad, Interest::read | Interest::write),
                                          watch(table, good, Interest::read | Interest::write),
                                          watch(table, SOCKET{4711}, Interest::connect)};
    winsock[good].data = true;
    winsock.close(bad);
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(told(look(poller, table, forever), watches) == Words{"!", "rw", "!"});
    }
    winsock[good].data = false;
    winsock[good].room = false;
    CHECK(told(look(poller, table, forever), watches) == Words{"!", "", "!"});
    CHECK(winsock.now() == 0s);
    REQUIRE(table.set_tier(watches[0], Tier::cold));
    CHECK(told(look(poller, table, forever, Scope::cold), watches) == Words{"!", "", ""});
    REQUIRE(table.remove(watches[1]));
    CHECK(told(look(poller, table, forever), watches) == Words{"!", "", "!"});
    REQUIRE(table.remove(watches[0]));
    REQUIRE(table.remove(watches[2]));
    CHECK(look(poller, table, 10ms).empty());
}

// A failed connect shows in the third set and nowhere else ([select] documentation).
TEST_CASE("a failed connect is reported once, with the hint that it is an error") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    std::vector<SOCKET> sockets;
    std::vector<WatchId> watches;
    WatchTable table;
    for (const Interest interest : {Interest::connect, Interest::connect | Interest::read,
                                    Interest::connect | Interest::write, Interest::connect}) {
        sockets.push_back(winsock.open());
        winsock[sockets.back()].connect = Connect::pending;
        watches.push_back(watch(table, sockets.back(), interest));
    }
    CHECK(look(poller, table, 1s).empty());
    winsock.later(2s, [&] {
        for (std::size_t i = 0; i < 3; ++i) {
            winsock[sockets[i]].connect = Connect::failed;
        }
        winsock[sockets[3]].connect = Connect::done;
    });
    CHECK(told(look(poller, table, forever), watches) == Words{"we", "we", "we", "w"});
    CHECK(winsock.now() == 3s);
}

TEST_CASE("a half-close and a reset are readable, and only the latter writable without room") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    winsock[socket].room = false;
    winsock[socket].half_closed = true;
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::read | Interest::write);
    CHECK(told(look(poller, table, forever), {id}) == Words{"r"});
    REQUIRE(table.set_interest(id, Interest::write));
    CHECK(look(poller, table, 10s).empty());
    CHECK(winsock.selects <= 13);
    winsock[socket].reset = true;
    CHECK(told(look(poller, table, forever), {id}) == Words{"w"});
}

TEST_CASE("a failure of select's is told, and nothing is reported with it") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    WatchTable table;
    watch(table, winsock.open(), Interest::write);
    std::vector<Ready> ready;
    for (const int error : {WSAENOBUFS, WSAENETDOWN, WSAENOTSOCK}) {
        const bool all_are_sockets = error == WSAENOTSOCK;
        winsock.next_error = error;
        const Failure failure = poller.wait(table, Scope::all, forever, ready);
        CHECK(failure.native == (all_are_sockets ? 0 : error));
        CHECK(ready.size() == (all_are_sockets ? 1 : 0));
    }
    ready.clear();
    winsock.next_error = WSAEINTR;
    CHECK_FALSE(poller.wait(table, Scope::all, forever, ready));
    CHECK(ready.empty());
}

TEST_CASE("whoever stands in several lists is tried and told as no socket just once") {
    StrictWinsock winsock;
    const SOCKET good = winsock.open();
    const std::vector<SOCKET> sockets = {SOCKET{4711}, good, SOCKET{4715}};
    SocketSelect select;
    CHECK_FALSE(
        select.ask(winsock.api(), {.read = sockets, .write = sockets, .connect = sockets}, 1h));
    CHECK(std::vector<SOCKET>(select.invalid().begin(), select.invalid().end()) ==
          std::vector<SOCKET>{4711, 4715});
    REQUIRE(select.writable().size() == 1);
    CHECK(select.writable()[0] == good);
    CHECK(select.readable().empty());
    CHECK(select.connect_failed().empty());
    CHECK(winsock.now() == 0s);
}

TEST_CASE("what an earlier wait has put in the list is left as it was") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::read | Interest::write);
    std::vector<Ready> ready;
    REQUIRE_FALSE(poller.wait(table, Scope::all, forever, ready));
    winsock[socket].data = true;
    REQUIRE_FALSE(poller.wait(table, Scope::all, forever, ready));
    REQUIRE(ready.size() == 2);
    CHECK(told({ready[0]}, {id}) == Words{"w"});
    CHECK(told({ready[1]}, {id}) == Words{"rw"});
}

TEST_CASE("what does not wake a select that waits is noticed within a second or so") {
    StrictWinsock winsock;
    winsock.select_is_woken = false;
    WinsockSelectPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    winsock[socket].room = false;
    WatchTable table;
    const WatchId id = watch(table, socket, Interest::write);
    winsock.later(2500ms, [&] { winsock[socket].reset = true; });
    CHECK(told(look(poller, table, forever), {id}) == Words{"w"});
    CHECK(winsock.now() <= 3500ms);
    CHECK(winsock.selects <= 4);
}

TEST_CASE("select never takes a socket's new watch for the old one") {
    StrictWinsock winsock;
    WinsockSelectPoller poller(winsock.api());
    const SOCKET socket = winsock.open();
    const SOCKET other = winsock.open();
    winsock[socket].data = true;
    WatchTable table;
    const WatchId old = watch(table, socket, Interest::read);
    REQUIRE(table.set_tier(old, Tier::cold));
    CHECK(told(look(poller, table, forever), {old}) == Words{"r"});
    REQUIRE(table.remove(old));
    const WatchId tenant = watch(table, other, Interest::read); // of the old slot
    const WatchId again = watch(table, socket, Interest::write);
    CHECK(told(look(poller, table, forever), {old, tenant, again}) == Words{"", "", "w"});
    CHECK(look(poller, table, 0ms, Scope::cold).empty());
}

TEST_CASE("the system itself takes more than 64 sockets, and a bad one harms none of them") {
    WinsockSelectPoller poller;
    std::vector<SocketPair> pairs;
    std::vector<WatchId> watches;
    WatchTable table;
    for (int i = 0; i < 70; ++i) {
        Result<SocketPair> pair = this_system().sockets().pair();
        REQUIRE(pair);
        pairs.push_back(std::move(*pair));
        watches.push_back(*table.add(pairs.back().first.get(), Interest::write));
    }
    Words expected(watches.size(), "w");
    CHECK(told(look(poller, table, 60s), watches) == expected);
    pairs[65].first.close();
    expected[65] = "!";
    CHECK(told(look(poller, table, 60s), watches) == expected);
}

TEST_SUITE_END();

} // namespace caesura::testing
