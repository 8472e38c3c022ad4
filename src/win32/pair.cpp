#include "win32/pair.hpp"

#include "berkeley/handle.hpp"
#include "win32/native.hpp"

#include <caesura/endpoint.hpp>

#include <chrono>

namespace caesura {

namespace {

/// How long one attempt may take; on a loopback it takes well under a millisecond.
constexpr Duration patience = std::chrono::seconds(2);
constexpr int most_attempts = 4;
constexpr int most_strangers = 16;

enum class Event { connection, outcome };

/// Waits until the event can have happened. False when the deadline has passed.
bool wait_for(Event event, Socket socket, Duration deadline) {
    const Duration left = deadline - native::now();
    if (left <= Duration::zero()) {
        return false;
    }
    fd_set asked;
    FD_ZERO(&asked);
    FD_SET(handle_of(socket), &asked);
    fd_set failed =
        asked; // the only set that a connect's failure shows in ([select] documentation)
    const auto microseconds = round_up<std::chrono::microseconds>(left, 999'999);
    timeval limit{0, static_cast<long>(microseconds)};
    const bool accepting = event == Event::connection;
    ::select(0, accepting ? &asked : nullptr, accepting ? nullptr : &asked,
             accepting ? nullptr : &failed, &limit);
    return true;
}

Failure wait_until_connected(Sockets& sockets, Socket socket, Duration deadline) {
    while (wait_for(Event::outcome, socket, deadline)) {
        const Failure failure = sockets.connect_outcome(socket);
        if (failure.error != Error::would_block) {
            return failure;
        }
    }
    return {Error::timed_out};
}

Result<SocketPair> connected_pair(Sockets& sockets, Duration deadline) {
    // Exclusive, as every listener of ours is, so nobody else can be listening here.
    const auto listener = sockets.listen(Endpoint::loopback(Family::ipv4), 1);
    if (!listener) {
        return listener.failure();
    }
    const auto there = sockets.local(listener->get());
    auto first = sockets.open(Family::ipv4);
    if (!there || !first) {
        return there ? first.failure() : there.failure();
    }
    Failure failure = sockets.connect(first->get(), *there);
    if (failure.error == Error::would_block) {
        failure = wait_until_connected(sockets, first->get(), deadline);
    }
    if (failure) {
        return failure;
    }
    const auto here = sockets.local(first->get());
    if (!here) {
        return here.failure();
    }
    auto second = accept_from(sockets, listener->get(), *here, deadline);
    if (!second) {
        return second.failure();
    }
    for (const Socket socket : {first->get(), second->get()}) {
        if (const Failure slow = sockets.set_option(socket, SocketOption::no_delay, 1)) {
            return slow;
        }
    }
    return SocketPair{std::move(*first), std::move(*second)};
}

} // namespace

Result<SocketOwner> accept_from(Sockets& sockets, Socket listener, const Endpoint& wanted,
                                Duration deadline) {
    int strangers = 0;
    do {
        auto accepted = sockets.accept(listener);
        if (accepted && accepted->peer == wanted) {
            return std::move(accepted->socket);
        }
        if (accepted && ++strangers == most_strangers) {
            return Failure{Error::connection_aborted};
        }
        if (!accepted && accepted.error() != Error::would_block) {
            return accepted.failure();
        }
    } while (wait_for(Event::connection, listener, deadline));
    return Failure{Error::timed_out};
}

namespace native {

// Windows has no socketpair, and its AF_UNIX needs a file and a system of 2018.
Result<SocketPair> pair(Sockets& sockets) {
    for (int attempt = 1;; ++attempt) {
        auto pair = connected_pair(sockets, now() + patience);
        if (pair || attempt == most_attempts || is_resource_shortage(pair.error())) {
            return pair;
        }
    }
}

} // namespace native

} // namespace caesura
