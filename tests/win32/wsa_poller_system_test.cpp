// The same promises as those that the strict fake is asked for, put to the system itself: Wine too
// raises a POLLHUP that cannot be masked.

#include "win32/wsa_poller.hpp"

#include "berkeley/handle.hpp"
#include "support/look.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

#include <ws2tcpip.h>

#include <vector>

namespace caesura::testing {

namespace {

using namespace std::chrono_literals;

constexpr Duration long_time = 60s;

/// The system, and how often it was called.
struct Counter {
    PollApi api() {
        PollApi system = system_poll_api();
        PollApi counting = system;
        counting.wsa_poll = [this, system](WSAPOLLFD* sockets, ULONG count, INT milliseconds) {
            ++calls;
            return system.wsa_poll(sockets, count, milliseconds);
        };
        counting.select = [this, system](fd_set* read, fd_set* write, fd_set* except,
                                         timeval* limit) {
            ++calls;
            return system.select(read, write, except, limit);
        };
        counting.sleep = [this, rest = system.sleep](DWORD milliseconds) {
            ++calls;
            rest(milliseconds);
        };
        return counting;
    }

    int calls = 0;
};

SocketPair connected_pair() {
    Result<SocketPair> pair = this_system().sockets().pair();
    REQUIRE(pair);
    return std::move(*pair);
}

/// Sends until there is no more room.
void fill(Socket socket) {
    const std::vector<char> chunk(65536);
    int sent = 0;
    while (sent != SOCKET_ERROR) {
        sent = ::send(handle_of(socket), chunk.data(), static_cast<int>(chunk.size()), 0);
    }
    REQUIRE(::WSAGetLastError() == WSAEWOULDBLOCK);
}

/// Takes what is there to take.
void drain(Socket socket) {
    std::vector<char> room(65536);
    int got = 0;
    do {
        got = ::recv(handle_of(socket), room.data(), static_cast<int>(room.size()), 0);
        REQUIRE(got != 0);
    } while (got != SOCKET_ERROR);
    REQUIRE(::WSAGetLastError() == WSAEWOULDBLOCK);
}

/// A loopback port that is taken, by a socket that does not listen: who connects to it is refused.
struct Deserted {
    Deserted() {
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int length = sizeof address;
        REQUIRE(::bind(handle_of(owner.get()), get(), length) == 0);
        REQUIRE(::getsockname(handle_of(owner.get()), get(), &length) == 0);
    }

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&address); }

    SocketOwner owner = std::move(*this_system().sockets().open(Family::ipv4));
    sockaddr_in address{};
};

} // namespace

TEST_SUITE_BEGIN("win32 wsapoll");

TEST_CASE("the system's unmaskable POLLHUP does not make a loop spin, and room is reported") {
    Counter counter;
    WsaPoller poller(counter.api());
    const SocketPair pair = connected_pair();
    const Socket ours = pair.first.get();
    WatchTable table;
    const WatchId id = *table.add(ours, Interest::read);
    fill(ours);
    REQUIRE(::shutdown(handle_of(pair.second.get()), SD_SEND) == 0);
    CHECK(told(look(poller, table, long_time), {id}) == Words{"r"}); // the FIN has come
    REQUIRE(table.set_interest(id, Interest::write));

    // The buffers may still grow, or the other end's fill; when they have, nothing is ready.
    const Instant deadline = after(this_system().clock().now(), long_time);
    while (counter.calls = 0, !look(poller, table, 300ms).empty()) {
        REQUIRE(this_system().clock().now() < deadline);
        fill(ours);
    }
    CHECK(counter.calls <= 300 / 10 * 2 + 10);

    // Not all that was sent need be awaited: Wine 10 loses what it hoards when a half-close comes.
    Words words;
    do {
        REQUIRE(this_system().clock().now() < deadline);
        drain(pair.second.get());
        words = told(look(poller, table, 20ms), {id});
    } while (words == Words{""});
    CHECK(words == Words{"w"});
}

TEST_CASE("a refusal that WSAPoll hides is found by the system's select") {
    const PollApi system = system_poll_api();
    PollApi older = system;
    older.build = 7601;
    older.wsa_poll = [system](WSAPOLLFD* sockets, ULONG count, INT milliseconds) {
        int found = system.wsa_poll(sockets, count, std::min(milliseconds, 10));
        for (ULONG i = 0; i < count; ++i) {
            if ((sockets[i].revents & POLLERR) != 0) {
                sockets[i].revents = 0;
                --found;
            }
        }
        return found;
    };
    WsaPoller poller(older);
    const SocketOwner socket = std::move(*this_system().sockets().open(Family::ipv4));
    Deserted deserted;
    REQUIRE(::connect(handle_of(socket.get()), deserted.get(), sizeof deserted.address) ==
            SOCKET_ERROR);
    REQUIRE(::WSAGetLastError() == WSAEWOULDBLOCK);
    WatchTable table;
    const WatchId id = *table.add(socket.get(), Interest::connect);
    CHECK(told(look(poller, table, long_time), {id}) == Words{"we"});
}

TEST_SUITE_END();

} // namespace caesura::testing
