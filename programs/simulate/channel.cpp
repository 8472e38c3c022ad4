#include "simulate/channel.hpp"

#include <utility>
#include <vector>

namespace caesura {

namespace {

Sockets& sockets() {
    return this_system().sockets();
}

} // namespace

void wait_for(Poller& poller, Socket socket, Interest interest, Duration limit) {
    WatchTable table;
    static_cast<void>(table.add(socket, interest));
    std::vector<Ready> ready;
    // What keeps a wait from being one is told better by the call that is tried next.
    static_cast<void>(poller.wait(table, Scope::all, limit, ready));
}

Channel::Channel(SocketOwner socket)
    : socket_(std::move(socket)), poller_(this_system().make_poller({})) {
    // A question and its answer: nothing is to wait for an acknowledgement.
    static_cast<void>(sockets().set_option(socket_.get(), SocketOption::no_delay, 1));
}

Channel::Channel(std::uint16_t port) : poller_(this_system().make_poller({})) {
    auto opened = sockets().open(Family::ipv4);
    if (!opened) {
        return; // without a socket every call fails
    }
    socket_ = std::move(*opened);
    Failure failure = sockets().connect(socket_.get(), Endpoint::loopback(Family::ipv4, port));
    while (failure.error == Error::would_block) {
        wait_for(*poller_, socket_.get(), Interest::connect, forever);
        failure = sockets().connect_outcome(socket_.get());
    }
    static_cast<void>(sockets().set_option(socket_.get(), SocketOption::no_delay, 1));
}

Failure Channel::send(Slice bytes) {
    while (!bytes.empty()) {
        const auto sent = sockets().send(socket_.get(), {&bytes, 1}, Follows::unknown);
        if (sent) {
            bytes = bytes.subspan(*sent);
        } else if (sent.error() == Error::would_block) {
            wait_for(*poller_, socket_.get(), Interest::write, forever);
        } else {
            return sent.failure();
        }
    }
    return {};
}

Failure Channel::receive(std::span<std::byte> room) {
    while (!room.empty()) {
        const auto received = sockets().receive(socket_.get(), room);
        if (received && *received == 0) {
            return {Error::connection_reset, 0};
        }
        if (received) {
            room = room.subspan(*received);
        } else if (received.error() == Error::would_block) {
            wait_for(*poller_, socket_.get(), Interest::read, forever);
        } else {
            return received.failure();
        }
    }
    return {};
}

} // namespace caesura
