#include "scripted_system.hpp"

#include <algorithm>

namespace caesura::testing {

Result<Accepted> ScriptedSockets::accept(Socket) {
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
    return finished ? Result<std::size_t>(std::size_t{0}) : Failure{Error::would_block};
}

Result<std::size_t> ScriptedSockets::send(Socket socket, std::span<const Slice> slices,
                                          Follows follows) {
    if (!scripted(socket)) {
        return FakeSockets::send(socket, slices, follows);
    }
    const std::size_t count = std::min(room, slices.front().size());
    room -= count;
    return count > 0 ? Result<std::size_t>(count) : Failure{Error::would_block};
}

Failure ScriptedSockets::shut_writes(Socket) {
    fin_sent = true;
    return {};
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
