// One direction ends, the other lives on.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

void check_at_end(World& world, Socket socket) {
    world.await(socket, Interest::read);
    std::array<std::byte, 16> room{};
    CHECK(value_of(world.receive(socket, room)) == 0);
}

} // namespace

TEST_SUITE_BEGIN("half-close");

TEST_CASE("who has sent its FIN still hears the other") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "question");
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(world.hear_all(link.server.get()) == "question");
    world.say(link.server.get(), "answer");
    CHECK(world.hear(link.client.get(), 6) == "answer");
    require_none(world.sockets().shut_writes(link.server.get()));
    check_at_end(world, link.client.get());
    check_at_end(world, link.server.get());
}

TEST_CASE("both ends may send their FIN at once") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "ping");
    world.say(link.server.get(), "pong");
    require_none(world.sockets().shut_writes(link.client.get()));
    require_none(world.sockets().shut_writes(link.server.get()));
    CHECK(world.hear_all(link.client.get()) == "pong");
    CHECK(world.hear_all(link.server.get()) == "ping");
}

TEST_CASE("a long answer to a peer that has finished arrives whole") {
    World world;
    const Link link = world.link();
    require_none(world.sockets().shut_writes(link.client.get()));
    check_at_end(world, link.server.get());
    Source source{link.server.get()};
    Sink sink{link.client.get()};
    transfer(world, source, sink, 3'000'000);
    require_none(world.sockets().shut_writes(link.server.get()));
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("a FIN behind a full buffer comes after all that was taken") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    require_none(world.sockets().shut_writes(link.client.get()));
    world.say(link.server.get(), "go on");
    CHECK(world.hear(link.client.get(), 5) == "go on");
    Sink sink{link.server.get()};
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("a second FIN does no harm, whatever it is answered") {
    World world;
    const Link link = world.link();
    require_none(world.sockets().shut_writes(link.client.get()));
    const Failure again = world.sockets().shut_writes(link.client.get());
    CHECK((!again || is_connection_lost(again.error) || again.error == Error::not_connected));
    world.say(link.server.get(), "still");
    CHECK(world.hear(link.client.get(), 5) == "still");
    check_at_end(world, link.server.get());
}

TEST_CASE("after its FIN a socket refuses to send, as a broken pipe") {
    World world;
    const Link link = world.link();
    require_none(world.sockets().shut_writes(link.client.get()));
    Source source{link.client.get()};
    for (int i = 0; i < 2; ++i) {
        const Failure failure = offer(world, source, 1).failure();
        CHECK(name_of(failure.error) == name_of(Error::broken_pipe));
        CHECK(failure.native != 0);
    }
    CHECK(world.hear_all(link.server.get()).empty());
}

// Winsock reports the peer's FIN whether asked or not, and cannot be told to be silent about it;
// then a loop that waits for room in a full buffer would turn without end.
TEST_CASE("waiting for room after the peer's FIN is waiting, no storm of reports") {
    World world;
    const Link link = world.link();
    require_none(world.sockets().shut_writes(link.client.get()));
    check_at_end(world, link.server.get());
    Source source{link.server.get()};
    saturate(world, source);

    const WatchId writer = world.watch(link.server.get(), Interest::write);
    const Instant start = world.clock().now();
    int waits = 0;
    std::size_t reports = 0;
    while (world.clock().now() - start < a_moment) {
        reports += world.look(a_moment).size();
        ++waits;
    }
    CHECK(reports == 0);
    CHECK(waits <= 3);
    world.table.remove(writer);

    if (world.drops_held_back_bytes_at_fin()) {
        skip_aloud("Wine 10 drops what it holds back when a wait sees the peer's FIN");
        return;
    }
    Sink sink{link.client.get()};
    make_room(world, source, sink);
    transfer(world, source, sink, source.sent + 100'000);
    CHECK(sink.received == source.sent);
}

TEST_CASE("a finished peer without interest is not reported") {
    World world;
    const Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    require_none(world.sockets().shut_writes(link.client.get()));
    world.wait_for(watch);
    REQUIRE(world.table.set_interest(watch, Interest::none));
    CHECK(world.look(a_moment).empty());
    REQUIRE(world.table.set_interest(watch, Interest::read));
    CHECK(world.wait_for(watch).readable);
}

TEST_SUITE_END();

} // namespace caesura::testing
