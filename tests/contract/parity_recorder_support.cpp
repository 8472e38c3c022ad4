#include "parity_scenarios.hpp"

#include <doctest/doctest.h>

#include <span>
#include <utility>

namespace caesura::testing {

namespace {

constexpr Duration patience = std::chrono::seconds(10);
constexpr Duration arrival = std::chrono::milliseconds(60); // an acknowledgement may take 40

} // namespace

Recorder::Recorder(System& system, std::string_view poller)
    : system_(system), poller_(system.make_poller(poller)) {
    REQUIRE(poller_ != nullptr);
}

void Recorder::note(std::string_view call, const Failure& failure, std::string_view answer) {
    std::string line(call);
    line += ": ";
    line += failure ? name_of(failure.error) : answer.empty() ? "done" : answer;
    if (failure) {
        line += " " + std::to_string(failure.native);
    }
    lines_.push_back(std::move(line));
}

Ready Recorder::wait(Socket socket, Interest interest, Duration limit) {
    WatchTable table;
    REQUIRE(table.add(socket, interest).has_value());
    const Instant deadline = after(system_.clock().now(), limit);
    std::vector<Ready> ready;
    while (ready.empty() && system_.clock().now() < deadline) {
        const Duration left = until(deadline, system_.clock().now());
        REQUIRE_FALSE(poller_->wait(table, Scope::all, left, ready));
    }
    return ready.empty() ? Ready{} : ready.front();
}

SocketOwner Recorder::open() {
    Result<SocketOwner> made = sockets().open(Family::ipv4);
    note("open", made.failure());
    return made ? std::move(*made) : SocketOwner();
}

SocketOwner Recorder::listen() {
    Result<SocketOwner> made = sockets().listen(Endpoint::loopback(Family::ipv4), 0);
    note("listen", made.failure());
    return made ? std::move(*made) : SocketOwner();
}

/// Whether a connect is over at once or later is a matter of time.
void Recorder::connect(Socket socket, const Endpoint& peer) {
    Failure outcome = sockets().connect(socket, peer);
    const Instant deadline = after(system_.clock().now(), patience);
    while (outcome.error == Error::would_block && system_.clock().now() < deadline) {
        wait(socket, Interest::connect, patience);
        outcome = sockets().connect_outcome(socket);
    }
    note("connect", outcome);
}

SocketOwner Recorder::accept(Socket listener) {
    wait(listener, Interest::read, patience);
    Result<Accepted> accepted = sockets().accept(listener);
    note("accept", accepted.failure());
    return accepted ? std::move(accepted->socket) : SocketOwner();
}

void Recorder::send(Socket socket, std::string_view text) {
    const Slice slice = as_slice(text);
    const auto taken = sockets().send(socket, {&slice, 1}, Follows::unknown);
    note("send", taken.failure(), taken && *taken == text.size() ? "all" : "some");
}

void Recorder::receive(Socket socket, std::size_t most) {
    std::string room(most, '\0');
    const auto got = sockets().receive(socket, std::as_writable_bytes(std::span(room)));
    room.resize(got ? *got : 0);
    note("receive", got.failure(), got ? "'" + room + "'" : "");
}

void Recorder::finish(Socket socket) {
    note("finish", sockets().shut_writes(socket));
}

void Recorder::peer(Socket socket) {
    note("peer", sockets().peer(socket).failure());
}

void Recorder::resize(Socket socket, SocketOption option, int value) {
    note("resize to " + std::to_string(value), sockets().set_option(socket, option, value));
    const Result<int> told = sockets().option(socket, option);
    const int size = told ? *told : value;
    note("size", told.failure(), size == value ? "as set" : size > value ? "more" : "less");
}

void Recorder::close(SocketOwner& owner) {
    owner.close();
    note("close", {});
}

void Recorder::abort(SocketOwner& owner) {
    owner.abort();
    note("abort", {});
}

void Recorder::await(Socket socket, Interest interest) {
    const Ready ready = wait(socket, interest, patience);
    std::string answer = ready.readable ? "readable " : "";
    answer += ready.writable ? "writable " : "";
    answer += ready.error ? "error " : "";
    answer += ready.invalid ? "invalid " : "";
    note("await", {}, answer.empty() ? "in vain" : answer);
}

void Recorder::saturate(Socket socket) {
    const std::string piece(65'536, 's');
    const Slice slice = as_slice(piece);
    for (bool more = true; more;) {
        more = false;
        while (sockets().send(socket, {&slice, 1}, Follows::unknown)) {
            more = true;
        }
        pause();
    }
    note("saturate", {});
}

void Recorder::drain(Socket socket) {
    std::vector<std::byte> room(1 << 18);
    while (wait(socket, Interest::read, 2 * arrival).readable) {
        const auto got = sockets().receive(socket, room);
        if (!got || *got == 0) {
            note("drained", got.failure(), "the end");
            return;
        }
    }
    note("drained", {}, "no end");
}

void Recorder::send_until_failure(Socket socket) {
    const Instant deadline = after(system_.clock().now(), patience);
    Failure failure;
    while (!failure && system_.clock().now() < deadline) {
        const Slice slice = as_slice("x");
        failure = sockets().send(socket, {&slice, 1}, Follows::unknown).failure();
        pause();
    }
    note("send until it fails", failure);
}

void Recorder::pause() {
    std::vector<Ready> ready;
    const Instant end = after(system_.clock().now(), arrival);
    while (system_.clock().now() < end) {
        REQUIRE_FALSE(
            poller_->wait(WatchTable(), Scope::all, until(end, system_.clock().now()), ready));
    }
}

Endpoint Recorder::local(Socket socket) const {
    const Result<Endpoint> here = sockets().local(socket);
    REQUIRE(here);
    return *here;
}

} // namespace caesura::testing
