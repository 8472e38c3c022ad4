#include "win32/wsa_poller.hpp"

#include "berkeley/failure.hpp"
#include "berkeley/handle.hpp"
#include "berkeley/wait_limit.hpp"
#include "win32/pollers.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

constexpr Duration parked_period = std::chrono::milliseconds(15);
constexpr Duration connecting_period = std::chrono::milliseconds(50);

constexpr unsigned first_build_that_reports_failed_connects = 19041;

WSAPOLLFD question(const Watch& watch) {
    int events = 0;
    if (has(watch.interest, Interest::read)) {
        events |= POLLRDNORM;
    }
    if (has(watch.interest, Interest::write | Interest::connect)) {
        events |= POLLWRNORM;
    }
    return {.fd = handle_of(watch.socket), .events = static_cast<SHORT>(events), .revents = 0};
}

Ready answer(const Watch& watch, int revents) {
    if ((revents & POLLNVAL) != 0) {
        return {.watch = watch.id, .invalid = true};
    }
    // While connecting there is nothing to report but the end of it, good or bad, and which bits
    // mean a bad one differs (Windows: ERR, HUP and WRNORM; Wine: ERR alone).
    const bool connect_over = has(watch.interest, Interest::connect);
    return {.watch = watch.id,
            .readable = has(watch.interest, Interest::read) &&
                        (revents & (POLLIN | POLLHUP | POLLERR)) != 0,
            .writable = connect_over || (has(watch.interest, Interest::write) &&
                                         (revents & (POLLWRNORM | POLLERR)) != 0),
            .error = (revents & POLLERR) != 0};
}

} // namespace

WsaPoller::WsaPoller(PollApi api)
    : api_(std::move(api)), parked_(SocketProbe::Sign::writable, parked_period),
      connecting_(SocketProbe::Sign::connect_failed, connecting_period) {}

Failure WsaPoller::wait(const WatchTable& table, Scope scope, Duration timeout,
                        std::vector<Ready>& ready) {
    follow(table);
    const std::size_t before = ready.size();
    Instant now = api_.now();
    const Instant deadline = after(now, timeout);
    for (;;) {
        const Instant next = std::min(
            {deadline, after(now, longest_call), parked_.due(scope), connecting_.due(scope)});
        Failure failure = poll(table, scope, until(next, now), ready);
        now = api_.now();
        if (!failure && parked_.due(scope) <= now) {
            failure = look_at_parked(table, scope, now, ready);
        }
        if (!failure && connecting_.due(scope) <= now) {
            failure = look_at_connecting(table, scope, now, ready);
        }
        if (ready.size() != before || failure.error == Error::interrupted) {
            return {};
        }
        if (failure || now >= deadline) {
            return failure;
        }
    }
}

void WsaPoller::follow(const WatchTable& table) {
    follower_.follow(
        table,
        [this] {
            asked_.clear();
            parked_.clear();
            connecting_.clear();
        },
        [this](const Watch& watch) { apply(watch); });
}

void WsaPoller::apply(const Watch& watch) {
    const std::uint32_t slot = watch.id.slot;
    parked_.drop(slot);
    if (watch.interest == Interest::none) {
        asked_.drop(slot);
    } else {
        asked_.put(slot, watch.tier, question(watch));
    }
    if (has(watch.interest, Interest::connect) &&
        api_.build < first_build_that_reports_failed_connects) {
        connecting_.put(slot, watch.tier, handle_of(watch.socket));
    } else {
        connecting_.drop(slot);
    }
}

/// One call. The answers are looked at even when it has counted none.
Failure WsaPoller::poll(const WatchTable& table, Scope scope, Duration timeout,
                        std::vector<Ready>& ready) {
    const int milliseconds = poll_limit(timeout);
    const std::span<WSAPOLLFD> asked = asked_.items(scope);
    if (asked.empty()) {
        if (milliseconds > 0) {
            api_.sleep(static_cast<DWORD>(milliseconds));
        }
        return {};
    }
    const int found = api_.wsa_poll(asked.data(), static_cast<ULONG>(asked.size()), milliseconds);
    if (found == SOCKET_ERROR) {
        const int error = ::WSAGetLastError();
        if (error == WSAENOTSOCK || error == WSAEINVAL) {
            report_invalid(table, scope, ready);
        }
        return failure_from_native(error);
    }
    const std::span<const std::uint32_t> slots = asked_.slots(scope);
    to_park_.clear();
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (asked[i].revents != 0) {
            const Ready told = answer(table.at(slots[i]), asked[i].revents);
            if (told.readable || told.writable || told.invalid) {
                ready.push_back(told);
            } else {
                to_park_.push_back(slots[i]);
            }
        }
    }
    for (const std::uint32_t slot : to_park_) {
        park(table.at(slot));
    }
    return {};
}

void WsaPoller::report_invalid(const WatchTable& table, Scope scope,
                               std::vector<Ready>& ready) const {
    for (const std::uint32_t slot : asked_.slots(scope)) {
        if (!is_socket(api_, asked_.of(slot).fd)) {
            ready.push_back({.watch = table.at(slot).id, .invalid = true});
        }
    }
}

void WsaPoller::park(const Watch& watch) {
    asked_.drop(watch.id.slot);
    parked_.put(watch.id.slot, watch.tier, handle_of(watch.socket));
}

Failure WsaPoller::look_at_parked(const WatchTable& table, Scope scope, Instant now,
                                  std::vector<Ready>& ready) {
    const Failure failure = parked_.look(api_, scope, now);
    for (const SOCKET socket : parked_.found()) {
        const Watch& watch = *table.find(socket_of(socket));
        ready.push_back({.watch = watch.id, .writable = true});
        apply(watch); // back into the array
    }
    for (const SOCKET socket : parked_.invalid()) {
        ready.push_back({.watch = table.find(socket_of(socket))->id, .invalid = true});
    }
    return failure;
}

Failure WsaPoller::look_at_connecting(const WatchTable& table, Scope scope, Instant now,
                                      std::vector<Ready>& ready) {
    const Failure failure = connecting_.look(api_, scope, now);
    const auto report = [&](SOCKET socket, const Ready& told) {
        const WatchId id = table.find(socket_of(socket))->id;
        if (asked_.of(id.slot).revents == 0) { // else WSAPoll has told just now
            ready.push_back(told);
            ready.back().watch = id;
        }
    };
    for (const SOCKET socket : connecting_.found()) {
        report(socket, {.watch = {}, .writable = true, .error = true});
    }
    for (const SOCKET socket : connecting_.invalid()) {
        report(socket, {.watch = {}, .invalid = true});
    }
    return failure;
}

std::unique_ptr<Poller> make_wsa_poller() {
    return std::make_unique<WsaPoller>();
}

} // namespace caesura
