#include "play.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace caesura::simulation::testing {

SocketOwner listener(Machine& machine, int backlog, const Endpoint* at) {
    Result<SocketOwner> made =
        machine.sockets().listen(at == nullptr ? Endpoint::any(Family::ipv4) : *at, backlog);
    REQUIRE(made);
    return std::move(*made);
}

SocketOwner calling(Machine& from, const Endpoint& to) {
    Result<SocketOwner> made = from.sockets().open(to.family);
    REQUIRE(made);
    REQUIRE(from.sockets().connect(made->get(), to).error == Error::would_block);
    return std::move(*made);
}

Ends link(World& world, Machine& from, Machine& to) {
    const SocketOwner listening = listener(to);
    Endpoint there = *to.sockets().local(listening.get());
    there.address =
        &from == &to ? Endpoint::loopback(Family::ipv4).address : to.address(Family::ipv4).address;
    Ends ends;
    ends.client = calling(from, there);
    for (int tries = 0; tries < 1000 && !ends.server; ++tries) {
        world.pass(a_while);
        if (Result<Accepted> accepted = to.sockets().accept(listening.get())) {
            ends.server = std::move(accepted->socket);
        }
    }
    REQUIRE(ends.server);
    world.pass(a_while);
    REQUIRE_FALSE(from.sockets().connect_outcome(ends.client.get()));
    return ends;
}

Ends link(World& world) {
    return link(world, world.machine(), world.machine());
}

Result<std::size_t> send(Machine& machine, Socket socket, std::uint64_t bytes, char fill) {
    const std::uint64_t share = (bytes + most_slices - 1) / most_slices;
    const std::string page(static_cast<std::size_t>(bytes < 1 << 16 ? bytes : share), fill);
    std::vector<Slice> slices;
    while (bytes > 0) {
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, page.size()));
        slices.push_back(as_slice(page).first(length));
        bytes -= length;
    }
    return machine.sockets().send(socket, slices, Follows::unknown);
}

Result<std::size_t> send(Machine& machine, Socket socket, std::string_view text) {
    const Slice slice = as_slice(text);
    return machine.sockets().send(socket, {&slice, 1}, Follows::unknown);
}

std::uint64_t saturate(World& world, Machine& machine, Socket socket, std::uint64_t piece) {
    std::uint64_t all = 0;
    for (std::uint64_t before = 1; before != all; world.pass(a_while)) {
        before = all;
        while (const Result<std::size_t> taken = send(machine, socket, piece)) {
            all += *taken;
            REQUIRE(all < std::uint64_t{1} << 40);
        }
    }
    return all;
}

Result<std::string> receive(Machine& machine, Socket socket, std::size_t most) {
    std::string room(most, '\0');
    const Result<std::size_t> got =
        machine.sockets().receive(socket, std::as_writable_bytes(std::span(room)));
    if (!got) {
        return got.failure();
    }
    room.resize(*got);
    return room;
}

Heard hear(World& world, Machine& machine, Socket socket) {
    Heard heard;
    std::vector<std::byte> room(1 << 20);
    for (int silent = 0; silent < 2;) {
        const Result<std::size_t> got = machine.sockets().receive(socket, room);
        if (got && *got > 0) {
            heard.bytes += *got;
            silent = 0;
        } else if (got.error() == Error::would_block) {
            world.pass(a_while);
            ++silent;
        } else {
            heard.failure = got.failure();
            heard.ended = true;
            return heard;
        }
    }
    return heard;
}

Ready look(Machine& machine, Socket socket, Interest interest, Duration timeout) {
    WatchTable table;
    REQUIRE(table.add(socket, interest).has_value());
    std::vector<Ready> ready;
    REQUIRE_FALSE(machine.make_poller("")->wait(table, Scope::all, timeout, ready));
    REQUIRE(ready.size() <= 1);
    return ready.empty() ? Ready{} : ready.front();
}

} // namespace caesura::simulation::testing
