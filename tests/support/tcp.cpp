#include "support/tcp.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>

namespace caesura::testing {

namespace {

constexpr Duration patience = std::chrono::seconds(30);

Sockets& sockets() {
    return this_system().sockets();
}

} // namespace

Ready await(Socket socket, Interest interest) {
    const auto poller = this_system().make_poller("");
    WatchTable table;
    REQUIRE(table.add(socket, interest));
    const Instant deadline = after(this_system().clock().now(), patience);
    std::vector<Ready> ready;
    while (ready.empty()) {
        const Duration left = until(deadline, this_system().clock().now());
        REQUIRE(left > Duration::zero());
        REQUIRE_FALSE(poller->wait(table, Scope::all, left, ready));
    }
    return ready.front();
}

SocketOwner listen_on_loopback(Family family) {
    auto listener = sockets().listen(Endpoint::loopback(family), 0);
    REQUIRE(listener);
    return std::move(*listener);
}

Accepted await_connection(Socket listener) {
    for (;;) {
        auto accepted = sockets().accept(listener);
        if (accepted) {
            return std::move(*accepted);
        }
        REQUIRE(accepted.error() == Error::would_block);
        await(listener, Interest::read);
    }
}

SocketOwner connect_to(Socket listener) {
    const auto there = sockets().local(listener);
    REQUIRE(there);
    auto client = sockets().open(there->family);
    REQUIRE(client);
    Failure failure = sockets().connect(client->get(), *there);
    while (failure.error == Error::would_block) {
        await(client->get(), Interest::connect);
        failure = sockets().connect_outcome(client->get());
    }
    REQUIRE_FALSE(failure);
    return std::move(*client);
}

TcpPair make_tcp_pair() {
    const SocketOwner listener = listen_on_loopback();
    SocketOwner client = connect_to(listener.get());
    return {std::move(client), await_connection(listener.get()).socket};
}

std::size_t fill(Socket socket) {
    constexpr std::size_t most = std::size_t{64} << 20;
    const std::vector<std::byte> bytes(1000, std::byte{'x'});
    const Slice slice(bytes);
    std::size_t taken = 0;
    while (taken < most) {
        const auto sent = sockets().send(socket, std::span(&slice, 1), Follows::unknown);
        if (!sent) {
            REQUIRE(sent.error() == Error::would_block);
            break;
        }
        taken += *sent;
    }
    return taken;
}

std::size_t drain(Socket socket) {
    std::array<std::byte, 65536> room;
    std::size_t received = 0;
    for (;;) {
        const auto count = sockets().receive(socket, room);
        if (!count) {
            REQUIRE(count.error() == Error::would_block);
            await(socket, Interest::read);
        } else if (*count == 0) {
            return received;
        } else {
            received += *count;
        }
    }
}

bool has_ipv6() {
    if (sockets().listen(Endpoint::loopback(Family::ipv6), 0)) {
        return true;
    }
    MESSAGE("left out: this machine has no IPv6 loopback");
    return false;
}

} // namespace caesura::testing
