#include "strict_winsock.hpp"

#include <doctest/doctest.h>

#include <set>
#include <span>

namespace caesura::testing {

namespace {

int fail_with(int error) {
    ::WSASetLastError(error);
    return SOCKET_ERROR;
}

/// All of the entries; there may be more than the declaration says.
std::span<SOCKET> sockets_of(fd_set* set) {
    return {set->fd_array, set->fd_count};
}

} // namespace

SOCKET StrictWinsock::open() {
    next_ += 4;
    peers_[next_] = {};
    return next_;
}

void StrictWinsock::later(Duration delay, std::function<void()> event) {
    events_.emplace(now_ + delay, std::move(event));
}

PollApi StrictWinsock::api() {
    return {.wsa_poll = [this](WSAPOLLFD* sockets, ULONG count,
                               INT milliseconds) { return wsa_poll(sockets, count, milliseconds); },
            .select = [this](fd_set* read, fd_set* write, fd_set* except,
                             timeval* limit) { return select(read, write, except, limit); },
            .sleep =
                [this](DWORD milliseconds) {
                    ++sleeps;
                    REQUIRE(milliseconds != INFINITE);
                    const Duration end = now_ + std::chrono::milliseconds(milliseconds);
                    while (pass_time(end - now_)) {
                    }
                },
            .now = [this] { return Instant(now_); },
            .build = build};
}

bool StrictWinsock::pass_time(Duration limit) {
    if (limit <= Duration::zero()) {
        return false;
    }
    const Duration end = limit == forever ? forever : now_ + limit;
    const auto next = events_.begin();
    if (next == events_.end() || next->first > end) {
        REQUIRE_MESSAGE(end != forever, "waits for ever for what does not come");
        const auto passed =
            static_cast<Duration::rep>(static_cast<double>(limit.count()) * punctuality);
        now_ += std::max(Duration(passed), Duration(1));
        return false;
    }
    now_ = std::max(now_, next->first);
    const std::function<void()> event = next->second;
    events_.erase(next);
    event();
    return true;
}

int StrictWinsock::check_poll(const WSAPOLLFD* sockets, ULONG count) const {
    if (sockets == nullptr) {
        return WSAEFAULT;
    }
    if (count == 0) {
        return WSAEINVAL;
    }
    bool any = false;
    std::set<SOCKET> seen;
    for (ULONG i = 0; i < count; ++i) {
        REQUIRE_MESSAGE(seen.insert(sockets[i].fd).second, "the same socket twice");
        const int allowed = POLLRDNORM | POLLRDBAND | POLLWRNORM;
        if (sockets[i].fd != INVALID_SOCKET && (sockets[i].events & ~allowed) != 0) {
            return WSAEINVAL;
        }
        any = any || peers_.count(sockets[i].fd) > 0;
    }
    return any ? 0 : error_without_sockets;
}

SHORT StrictWinsock::revents_of(const WSAPOLLFD& entry) const {
    const auto place = peers_.find(entry.fd);
    if (place == peers_.end()) {
        return POLLNVAL;
    }
    const Peer& peer = place->second;
    int revents = 0;
    if (peer.connect == Connect::failed) {
        revents = build < 19041 ? 0 : POLLERR | POLLHUP | POLLWRNORM;
    } else if (peer.reset) {
        revents = POLLERR | POLLHUP | POLLWRNORM;
    } else if (peer.connect == Connect::done) {
        revents = (peer.data ? POLLRDNORM : 0) | (peer.room ? POLLWRNORM : 0) |
                  (peer.half_closed ? POLLHUP : 0);
    }
    return static_cast<SHORT>(revents & (entry.events | POLLERR | POLLHUP));
}

int StrictWinsock::wsa_poll(WSAPOLLFD* sockets, ULONG count, INT milliseconds) {
    ++polls;
    last_milliseconds = milliseconds;
    int error = std::exchange(next_error, 0);
    error = error != 0 ? error : check_poll(sockets, count);
    if (error != 0) {
        return fail_with(error);
    }
    const Duration end =
        milliseconds < 0 ? forever : now_ + std::chrono::milliseconds(milliseconds);
    int found = 0;
    do {
        found = 0;
        for (ULONG i = 0; i < count; ++i) {
            sockets[i].revents = revents_of(sockets[i]);
            // An invalid one is marked, but neither counted nor a reason to return.
            found += sockets[i].revents != 0 && sockets[i].revents != POLLNVAL ? 1 : 0;
        }
    } while (found == 0 && pass_time(end == forever ? forever : end - now_));
    return found;
}

int StrictWinsock::check_select(const std::vector<fd_set*>& sets) const {
    if (sets.empty()) {
        return WSAEINVAL;
    }
    for (fd_set* const set : sets) {
        if (set->fd_count == 0) {
            return WSAEINVAL;
        }
        for (const SOCKET socket : sockets_of(set)) {
            if (peers_.count(socket) == 0) {
                return WSAENOTSOCK;
            }
        }
    }
    return 0;
}

bool StrictWinsock::is_readable(SOCKET socket) const {
    const Peer& peer = peers_.at(socket);
    return peer.connect == Connect::done && (peer.data || peer.half_closed || peer.reset);
}

bool StrictWinsock::is_writable(SOCKET socket) const {
    const Peer& peer = peers_.at(socket);
    return peer.connect == Connect::done && (peer.room || peer.reset);
}

bool StrictWinsock::has_failed(SOCKET socket) const {
    return peers_.at(socket).connect == Connect::failed;
}

int StrictWinsock::keep(fd_set* set, bool (StrictWinsock::*is_ready)(SOCKET) const) const {
    if (set == nullptr) {
        return 0;
    }
    u_int kept = 0;
    for (const SOCKET socket : sockets_of(set)) {
        if ((this->*is_ready)(socket)) {
            sockets_of(set)[kept++] = socket;
        }
    }
    set->fd_count = kept;
    return static_cast<int>(kept);
}

int StrictWinsock::select(fd_set* read, fd_set* write, fd_set* except, const timeval* limit) {
    ++selects;
    std::vector<fd_set*> sets;
    for (fd_set* const set : {read, write, except}) {
        if (set != nullptr) {
            sets.push_back(set);
        }
    }
    int error = std::exchange(next_error, 0);
    error = error != 0 ? error : check_select(sets);
    if (error != 0) {
        return fail_with(error);
    }
    const auto any_ready = [&] {
        const auto any = [&](fd_set* set, bool (StrictWinsock::*is_ready)(SOCKET) const) {
            if (set != nullptr) {
                for (const SOCKET socket : sockets_of(set)) {
                    if ((this->*is_ready)(socket)) {
                        return true;
                    }
                }
            }
            return false;
        };
        return any(read, &StrictWinsock::is_readable) || any(write, &StrictWinsock::is_writable) ||
               any(except, &StrictWinsock::has_failed);
    };
    const Duration end = limit == nullptr ? forever
                                          : now_ + std::chrono::seconds(limit->tv_sec) +
                                                std::chrono::microseconds(limit->tv_usec);
    bool woken = any_ready();
    while (!woken && pass_time(end == forever ? forever : end - now_)) {
        woken = select_is_woken && any_ready();
    }
    return keep(read, &StrictWinsock::is_readable) + keep(write, &StrictWinsock::is_writable) +
           keep(except, &StrictWinsock::has_failed);
}

WatchId watch(WatchTable& table, SOCKET socket, Interest interest) {
    const auto id = table.add(static_cast<Socket>(socket), interest);
    REQUIRE(id.has_value());
    return *id;
}

} // namespace caesura::testing
