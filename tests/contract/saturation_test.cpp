// Readers that do not read. How many bytes a system takes from their senders is its own affair,
// and differs by orders of magnitude: no case names a number.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace caesura::testing {

namespace {

constexpr int small_buffer = 32 * 1024;
constexpr std::size_t small_piece = 16 * 1024;

// Fifty full default buffers would be hundreds of megabytes.
std::vector<Link> thrifty_links(World& world, std::size_t count) {
    std::vector<Link> links = world.links(count);
    for (const Link& link : links) {
        Sockets& sockets = world.sockets();
        require_none(
            sockets.set_option(link.client.get(), SocketOption::send_buffer, small_buffer));
    }
    return links;
}

std::vector<Socket> sockets_with_room(World& world, std::span<const Source> sources) {
    std::vector<WatchId> watches;
    for (const Source& source : sources) {
        watches.push_back(world.watch(source.socket, Interest::write));
    }
    std::vector<Socket> sockets;
    for (const Ready& ready : world.look(a_moment)) {
        sockets.push_back(world.table.find(ready.watch)->socket);
    }
    for (const WatchId watch : watches) {
        world.table.remove(watch);
    }
    return sockets;
}

} // namespace

TEST_SUITE_BEGIN("saturation");

TEST_CASE("a reader that never reads, then reads, gets everything that was taken") {
    World world;
    Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    saturate(world, source);
    const std::uint64_t taken_at_first = source.sent;
    CHECK(taken_at_first > 0);
    transfer(world, source, sink, taken_at_first + 1'000'000);
    saturate(world, source);
    link.client.close();
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("fifty readers that never read, then read, get everything that was taken") {
    World world;
    std::vector<Link> links = thrifty_links(world, 50);
    std::vector<Source> sources;
    std::vector<Sink> sinks;
    for (const Link& link : links) {
        sources.push_back({link.client.get(), sources.size()});
        sinks.push_back({link.server.get(), sinks.size()});
    }
    saturate(world, sources, small_piece);
    for (const Source& source : sources) {
        REQUIRE(source.sent > 0);
    }
    for (Link& link : links) {
        link.client.close();
    }
    const std::vector<End> ends = read_to_end(world, sinks);
    for (std::size_t i = 0; i < ends.size(); ++i) {
        CHECK(is_clean(ends[i]));
        CHECK(sinks[i].received == sources[i].sent);
    }
}

// Systems may take a little more from the others meanwhile, but not for ever.
TEST_CASE("among fifty full buffers just the one that is read gets room again") {
    World world;
    const std::vector<Link> links = thrifty_links(world, 50);
    std::vector<Source> sources;
    for (const Link& link : links) {
        sources.push_back({link.client.get()});
    }
    std::swap(sources.front(), sources[17]);
    saturate(world, sources, small_piece);
    Sink sink{links[17].server.get()};
    make_room(world, sources.front(), sink);
    std::vector<Socket> with_room;
    while (with_room.size() != 1) {
        saturate(world, std::span(sources).subspan(1), small_piece);
        with_room = sockets_with_room(world, sources);
        const auto one = std::find(with_room.begin(), with_room.end(), sources.front().socket);
        REQUIRE(one != with_room.end());
    }
}

TEST_CASE("a peer that resets while the buffer is full leaves another transfer unharmed") {
    World world;
    std::vector<Link> links = world.links(2);
    Source stuck{links[0].client.get()};
    saturate(world, stuck);
    Source source{links[1].client.get()};
    Sink sink{links[1].server.get()};
    transfer(world, source, sink, 500'000);

    const WatchId watch = world.watch(links[0].client.get(), Interest::write);
    CHECK(world.look().empty());
    links[0].server.abort();
    CHECK(world.wait_for(watch).writable);
    world.table.remove(watch);
    Failure failure = offer(world, stuck).failure();
    while (!failure || failure.error == Error::would_block) {
        world.await(stuck.socket, Interest::write);
        failure = offer(world, stuck).failure();
    }
    CHECK_MESSAGE(is_connection_lost(failure.error), describe(failure));
    transfer(world, source, sink, 1'000'000);
    links[1].client.close();
    CHECK(is_clean(read_to_end(world, sink)));
}

TEST_CASE("both directions can be full at once, and both be emptied") {
    World world;
    const Link link = world.link();
    Source there{link.client.get(), 1};
    Source back{link.server.get(), 2};
    saturate(world, there);
    saturate(world, back);
    Sink at_server{link.server.get(), 1};
    Sink at_client{link.client.get(), 2};
    transfer(world, there, at_server, there.sent);
    transfer(world, back, at_client, back.sent);
    require_none(world.sockets().shut_writes(link.client.get()));
    require_none(world.sockets().shut_writes(link.server.get()));
    CHECK(is_clean(read_to_end(world, at_server)));
    CHECK(is_clean(read_to_end(world, at_client)));
}

TEST_CASE("a FIN behind a full buffer each way takes nothing from the other way") {
    World world;
    if (world.drops_held_back_bytes_at_fin()) {
        skip_aloud("Wine 10 drops what it holds back when a wait sees the peer's FIN");
        return;
    }
    const Link link = world.link();
    Source there{link.client.get(), 1};
    Source back{link.server.get(), 2};
    saturate(world, there);
    saturate(world, back);
    Sink at_server{link.server.get(), 1};
    Sink at_client{link.client.get(), 2};
    require_none(world.sockets().shut_writes(link.client.get()));
    require_none(world.sockets().shut_writes(link.server.get()));
    CHECK(is_clean(read_to_end(world, at_server)));
    CHECK(is_clean(read_to_end(world, at_client)));
    CHECK(at_server.received == there.sent);
    CHECK(at_client.received == back.sent);
}

TEST_CASE("buffers fill and empty many times over without losing a byte") {
    World world;
    const std::vector<Link> links = thrifty_links(world, 1);
    Source source{links[0].client.get()};
    Sink sink{links[0].server.get()};
    for (int round = 0; round < 50; ++round) {
        while (true) {
            const Result<std::size_t> taken = offer(world, source, small_piece);
            if (taken.error() == Error::would_block) {
                break;
            }
            require_none(taken.failure());
            world.time_left();
        }
        transfer(world, source, sink, source.sent);
    }
    CHECK(sink.received == source.sent);
}

TEST_SUITE_END();

} // namespace caesura::testing
