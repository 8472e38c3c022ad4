// Calls on what is no socket, or no socket yet, and shortages. Each is answered, with the reason.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

// The reason of each call that has one.
std::vector<Failure> reasons(World& world, Socket socket) {
    Sockets& sockets = world.sockets();
    std::array<std::byte, 1> room{};
    Source source{socket};
    return {
        sockets.receive(socket, room).failure(),
        offer(world, source, 1).failure(),
        sockets.shut_writes(socket),
        sockets.accept(socket).failure(),
        sockets.connect(socket, Endpoint::loopback(Family::ipv4)),
        sockets.connect_outcome(socket),
    };
}

bool says_gone(Error error) {
    return error == Error::bad_descriptor || error == Error::not_a_socket;
}

} // namespace

TEST_SUITE_BEGIN("gone");

TEST_CASE("whatever is asked of a socket that is gone, the answer is that it is gone") {
    World world;
    SocketOwner owner = world.open();
    const Socket gone = owner.get();
    owner.close();
    for (const Failure& reason : reasons(world, gone)) {
        CHECK_MESSAGE(says_gone(reason.error), describe(reason));
        CHECK(reason.native != 0);
    }
    CHECK(world.sockets().unacknowledged(gone) == std::nullopt);
    CHECK(world.sockets().unread(gone) == std::nullopt);
}

TEST_CASE("whatever is asked of the number that is no socket's, the answer is that it is none") {
    World world;
    for (const Failure& reason : reasons(world, Socket::none)) {
        CHECK_MESSAGE(says_gone(reason.error), describe(reason));
    }
    CHECK(world.sockets().unacknowledged(Socket::none) == std::nullopt);
    CHECK(says_gone(world.sockets().local(Socket::none).error()));
}

TEST_CASE("a socket that never connected can neither be read nor written nor finished") {
    World world;
    const SocketOwner socket = world.open();
    std::array<std::byte, 1> room{};
    CHECK(name_of(world.sockets().receive(socket.get(), room).error()) ==
          name_of(Error::not_connected));
    Source source{socket.get()};
    const Error writing = offer(world, source, 1).error();
    CHECK_MESSAGE((writing == Error::not_connected || is_connection_lost(writing)),
                  name_of(writing)); // Linux: a broken pipe; Wine: a reset
    CHECK(name_of(world.sockets().shut_writes(socket.get()).error) ==
          name_of(Error::not_connected));
}

TEST_CASE("a socket that has failed to read and write before its connect connects all the same") {
    World world;
    const SocketOwner listener = world.listener();
    const SocketOwner socket = world.open();
    std::array<std::byte, 1> room{};
    CHECK_FALSE(world.sockets().receive(socket.get(), room));
    Source source{socket.get()};
    CHECK_FALSE(offer(world, source, 1));
    require_none(world.connect(socket.get(), world.local(listener.get())));
    world.say(socket.get(), "late");
    CHECK(world.hear(world.accept(listener.get()).socket.get(), 4) == "late");
}

TEST_CASE("a call on a socket that is gone harms no other") {
    World world;
    const Link link = world.link();
    SocketOwner owner = world.open();
    const Socket gone = owner.get();
    owner.close();
    CHECK(reasons(world, gone).size() == 6);
    world.say(link.client.get(), "there");
    CHECK(world.hear(link.server.get(), 5) == "there");
    CHECK(world.sockets().accept(world.listener().get()).error() == Error::would_block);
}

namespace {

// Opens sockets until there are no more, or too many to go on; says why there are no more.
Failure hoard_sockets(World& world, std::vector<SocketOwner>& hoard) {
    constexpr std::size_t most = 30'000;
    hoard.reserve(most);
    while (hoard.size() < most) {
        Result<SocketOwner> one = world.sockets().open(Family::ipv4);
        if (!one) {
            return one.failure();
        }
        hoard.push_back(std::move(*one));
    }
    return {};
}

} // namespace

// A system may keep one in reserve for an accept, hence the three clients.
TEST_CASE("when sockets run out that is said, and who waits to be accepted goes on waiting") {
    World world;
    if (world.kin() == Kin::windows) {
        skip_aloud("Windows has no limit of a process's that could be reached (documented)");
        return;
    }
    if (CAESURA_SANITIZED) {
        skip_aloud("a sanitizer needs descriptors of its own");
        return;
    }
    const SocketOwner listener = world.listener();
    std::vector<SocketOwner> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(world.open());
        require_none(world.connect(clients.back().get(), world.local(listener.get())));
        world.say(clients.back().get(), "here");
    }
    const WatchId watch = world.watch(listener.get(), Interest::read);
    world.wait_for(watch);
    std::vector<SocketOwner> hoard;
    const Failure shortage = hoard_sockets(world, hoard);
    if (!shortage) {
        skip_aloud("thirty thousand sockets are not too many here");
        return;
    }
    std::vector<Accepted> accepted;
    Failure refusal;
    while (!refusal && accepted.size() < clients.size()) {
        Result<Accepted> one = world.sockets().accept(listener.get());
        if (one.error() == Error::would_block) {
            world.look(std::chrono::milliseconds(1));
            continue;
        }
        refusal = one.failure();
        if (one) {
            accepted.push_back(std::move(*one));
        }
    }
    const Failure pairing = world.sockets().pair().failure();
    const std::vector<Ready> ready = world.look();
    hoard.clear(); // before anything is printed, which may need a descriptor
    CHECK(is_resource_shortage(shortage.error));
    CHECK(is_resource_shortage(refusal.error));
    CHECK(is_resource_shortage(pairing.error));
    CHECK(refusal.native != 0);
    CHECK(only_report(ready, watch).has_value());

    world.table.remove(watch);
    while (accepted.size() < clients.size()) {
        accepted.push_back(world.accept(listener.get()));
    }
    for (const Accepted& one : accepted) {
        CHECK(world.hear(one.socket.get(), 4) == "here");
    }
}

TEST_SUITE_END();

} // namespace caesura::testing
