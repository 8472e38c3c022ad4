#include "scripted_system.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace caesura::testing {

Result<Accepted> ScriptedSockets::accept(Socket) {
    if (accept_failure != Error::none) {
        return Failure{accept_failure};
    }
    if (callers == 0) {
        return Failure{Error::would_block};
    }
    --callers;
    return Accepted{made(), Endpoint::loopback(Family::ipv4)};
}

Failure ScriptedSockets::connect(Socket, const Endpoint&) {
    connects.push_back(clock->now());
    return {connect_answer};
}

Result<std::size_t> ScriptedSockets::receive(Socket socket, std::span<std::byte> into) {
    if (!scripted(socket)) {
        return FakeSockets::receive(socket, into);
    }
    check_open(socket);
    ++receives;
    if (endless) {
        return into.size();
    }
    return finished ? Result<std::size_t>(std::size_t{0}) : Failure{Error::would_block};
}

Result<std::size_t> ScriptedSockets::send(Socket socket, std::span<const Slice> slices,
                                          Follows follows) {
    if (!scripted(socket)) {
        return FakeSockets::send(socket, slices, follows);
    }
    check_open(socket);
    ++sends;
    if (send_failure != Error::none) {
        return Failure{send_failure};
    }
    std::size_t count = 0;
    for (const Slice slice : slices) {
        count += std::min(room - count, slice.size());
    }
    room -= count;
    return count > 0 ? Result<std::size_t>(count) : Failure{Error::would_block};
}

Failure ScriptedSockets::shut_writes(Socket socket) {
    check_open(socket);
    fin_sent = true;
    return {};
}

std::optional<std::uint64_t> ScriptedSockets::unacknowledged(Socket socket) {
    check_open(socket);
    return not_acknowledged;
}

void ScriptedSockets::check_open(Socket socket) const {
    const std::string number = std::to_string(static_cast<std::uint64_t>(socket));
    for (const std::string& call : calls) {
        CHECK(call != "close " + number);
        CHECK(call != "abort " + number);
    }
}

void ScriptedStage::pass(Duration duration) {
    const Instant end = now() + duration;
    while (now() < end) {
        reactor.run_once(end - now());
    }
}

void ScriptedStage::announce(int socket, FakeSystem::Sign sign) {
    system.announce(static_cast<Socket>(socket), sign);
    reactor.run_once(Duration::zero());
}

} // namespace caesura::testing
