// Connections that are cut off, by us or by the peer. An end counts as a reset when a call says
// so, or when a receive of 0 came with the poller's error hint, which is all that Wine 8 gives.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

namespace {

// Sends until the system says why not. The first send after the peer's close succeeds everywhere:
// it is what brings the reset about.
Failure send_until_failure(World& world, Source& source) {
    while (true) {
        const Result<std::size_t> taken = offer(world, source, 1);
        if (taken.error() == Error::would_block) {
            world.await(source.socket, Interest::write);
        } else if (!taken) {
            return taken.failure();
        }
        world.look(std::chrono::milliseconds(1)); // no event tells that the send was in vain
    }
}

} // namespace

TEST_SUITE_BEGIN("abort");

TEST_CASE("an abort is a reset to the reader, never a clean end") {
    World world;
    Link link = world.link();
    link.client.abort();
    CHECK_FALSE(link.client);
    Sink sink{link.server.get()};
    check_lost(world, read_to_end(world, sink));
}

TEST_CASE("an abort is a lost connection to who sends") {
    World world;
    Link link = world.link();
    link.client.abort();
    world.await(link.server.get(), Interest::read);
    Source source{link.server.get()};
    const Failure failure = send_until_failure(world, source);
    CHECK_MESSAGE(is_connection_lost(failure.error), describe(failure));
    CHECK(failure.native != 0);
}

TEST_CASE("an abort after bytes is a reset, whether or not they still come") {
    World world;
    Link link = world.link();
    Source source{link.client.get()};
    require_none(offer(world, source, 1000).failure());
    world.await(link.server.get(), Interest::read);
    link.client.abort();
    Sink sink{link.server.get()};
    check_lost(world, read_to_end(world, sink));
    CHECK(sink.received <= source.sent);
}

TEST_CASE("an abort with a full buffer drops it: the reader sees a reset, no end") {
    World world;
    Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    link.client.abort();
    Sink sink{link.server.get()};
    check_lost(world, read_to_end(world, sink));
    CHECK(sink.received < source.sent);
}

TEST_CASE("an abort after our FIN is still an abort") {
    World world;
    Link link = world.link();
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(world.hear_all(link.server.get()).empty());
    link.client.abort();
    Source source{link.server.get()};
    const Failure failure = send_until_failure(world, source);
    CHECK_MESSAGE(is_connection_lost(failure.error), describe(failure));
}

TEST_CASE("a reset while the buffer is full wakes the writer, and its send says so") {
    World world;
    Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    link.server.abort();
    CHECK(world.await(link.client.get(), Interest::write).writable);
    const Failure failure = send_until_failure(world, source);
    CHECK_MESSAGE(is_connection_lost(failure.error), describe(failure));
}

TEST_CASE("a reset is reported to a reader that waits") {
    World world;
    Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    CHECK(world.look().empty());
    link.client.abort();
    CHECK(world.wait_for(watch).readable);
}

// By the contract a reset on every system; but what was taken before it may still come, or not.
TEST_CASE("a close with unread input is no clean end to the peer, and a short stream at most") {
    World world;
    Link link = world.link();
    world.say(link.client.get(), "never read");
    world.await(link.server.get(), Interest::read);
    Source source{link.server.get()};
    saturate(world, source);
    link.server.close();
    Sink sink{link.client.get()};
    check_lost(world, read_to_end(world, sink));
    CHECK(sink.received <= source.sent);
}

TEST_CASE("who sends to a peer that has closed is told in the end that it is gone") {
    World world;
    Link link = world.link();
    link.server.close();
    CHECK(world.hear_all(link.client.get()).empty());
    Source source{link.client.get()};
    const Failure failure = send_until_failure(world, source);
    CHECK_MESSAGE(is_connection_lost(failure.error), describe(failure));
    CHECK(failure.native != 0);
}

TEST_CASE("an aborted listener and an aborted idle socket are simply gone") {
    World world;
    SocketOwner listener = world.listener();
    const Endpoint there = world.local(listener.get());
    listener.abort();
    SocketOwner socket = world.open();
    socket.abort();
    CHECK_FALSE(socket);
    const SocketOwner late = world.open();
    CHECK(world.connect(late.get(), there).error == Error::connection_refused);
}

TEST_CASE("an abort harms no other connection of the same listener") {
    World world;
    std::vector<Link> links = world.links(2);
    links[0].server.abort();
    Sink cut{links[0].client.get()};
    check_lost(world, read_to_end(world, cut));
    Source source{links[1].server.get()};
    Sink sink{links[1].client.get()};
    transfer(world, source, sink, 100'000);
}

TEST_SUITE_END();

} // namespace caesura::testing
