#include "scripted_system.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

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
    if (receive_failure != Error::none) {
        return Failure{receive_failure};
    }
    if (endless) {
        return into.size();
    }
    if (!words.empty()) {
        const std::size_t count = std::min(into.size(), words.size());
        const auto bytes = as_slice(words);
        std::copy_n(bytes.begin(), count, into.begin());
        words.erase(0, count);
        return count;
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
    std::size_t offered = 0;
    for (const Slice slice : slices) {
        offered += slice.size();
    }
    most_offered = std::max(most_offered, offered);
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

Result<std::size_t> ScriptedSockets::send_file(Socket socket, const FileRange& range, Follows) {
    check_open(socket);
    offered_of_files.push_back(range.length);
    const auto count = std::min(room, static_cast<std::size_t>(range.length));
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

std::optional<std::uint64_t> ScriptedSockets::unsent(Socket socket) {
    check_open(socket);
    return not_sent;
}

Result<std::size_t> ScriptedSockets::limit_unsent(Socket socket, std::size_t bytes) {
    limits.push_back(std::to_string(bytes) + " on " +
                     std::to_string(static_cast<std::uint64_t>(socket)));
    if (limit_failure != Error::none) {
        return Failure{limit_failure};
    }
    return bytes == 0 ? std::numeric_limits<std::size_t>::max()
                      : std::max<std::size_t>(bytes / 2, 1);
}

Failure ScriptedSockets::set_option(Socket socket, SocketOption option, int) {
    check_open(socket);
    options.push_back(option);
    return {};
}

void ScriptedSockets::check_open(Socket socket) const {
    const std::string number = std::to_string(static_cast<std::uint64_t>(socket));
    for (const std::string& call : calls) {
        CHECK(call != "close " + number);
        CHECK(call != "abort " + number);
    }
}

ScriptedHall::ScriptedHall(std::shared_ptr<Troupe> players, const ConnectionOptions& options,
                           std::size_t room)
    : troupe(std::move(players)) {
    auto made = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe,
                           ListenOptions{.connection = options});
    REQUIRE(made);
    listener = std::move(*made);
    sockets().callers = 1;
    sockets().room = room;
    stage.announce(listener_number, FakeSystem::Sign::readable);
    REQUIRE(troupe->roles.size() == 1);
}

void ScriptedHall::make_room(std::size_t bytes) {
    sockets().room = bytes;
    announce(FakeSystem::Sign::writable);
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
