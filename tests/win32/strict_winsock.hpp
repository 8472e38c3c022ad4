#pragma once

#include "support/look.hpp"
#include "win32/poll_api.hpp"

#include <caesura/poller.hpp>

#include <functional>
#include <map>
#include <vector>

namespace caesura::testing {

/// A Winsock to test pollers with, in a time of its own. It refuses what Windows refuses and Wine
/// lets pass, tells what Windows tells and Wine does not, and fails the test when it is asked
/// what Windows has no defined answer to. Grounds: the [WSAPoll] and [select] documentation, and
/// Wine's ws2_32 tests, which are written to pass on Windows.
class StrictWinsock {
public:
    enum class Connect { done, pending, failed };

    struct Peer {
        Connect connect = Connect::done;
        bool data = false;        // bytes, or a connection, wait to be taken
        bool room = true;         // a send would take something
        bool half_closed = false; // the peer's FIN has come, and what was before it is read
        bool reset = false;
    };

    /// A new socket; change its state as the test goes.
    SOCKET open();
    /// Its handle is no socket from now on.
    void close(SOCKET socket) { peers_.erase(socket); }
    Peer& operator[](SOCKET socket) { return peers_.at(socket); }

    /// Does it so much later, during a wait.
    void later(Duration delay, std::function<void()> event);
    Duration now() const { return now_; }

    PollApi api();

    unsigned build = 19045;
    /// What part of each wait passes before Windows says that all of it has (its tick).
    double punctuality = 1.0;
    /// Whether a select that waits already is woken by what happens then (under Wine 10 a reset of
    /// a socket whose buffer is full does not).
    bool select_is_woken = true;
    /// What WSAPoll says when no entry is a socket: what the tests saw, or what is documented.
    int error_without_sockets = WSAENOTSOCK;
    /// When not 0: what the next call fails with.
    int next_error = 0;

    // How often it was called, and how the last time.
    int polls = 0;
    int selects = 0;
    int sleeps = 0;
    int last_milliseconds = 0;

private:
    int wsa_poll(WSAPOLLFD* sockets, ULONG count, INT milliseconds);
    int select(fd_set* read, fd_set* write, fd_set* except, const timeval* limit);

    int check_poll(const WSAPOLLFD* sockets, ULONG count) const;
    int check_select(const std::vector<fd_set*>& sets) const;
    SHORT revents_of(const WSAPOLLFD& entry) const;
    int keep(fd_set* set, bool (StrictWinsock::*is_ready)(SOCKET) const) const;
    bool is_readable(SOCKET socket) const;
    bool is_writable(SOCKET socket) const;
    bool has_failed(SOCKET socket) const;
    /// False when there is nothing left to wait for.
    bool pass_time(Duration limit);

    std::map<SOCKET, Peer> peers_;
    std::multimap<Duration, std::function<void()>> events_;
    Duration now_{};
    SOCKET next_ = 100;
};

WatchId watch(WatchTable& table, SOCKET socket, Interest interest);

} // namespace caesura::testing
