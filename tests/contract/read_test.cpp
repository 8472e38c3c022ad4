// Receiving: what comes, in which order, and how it ends.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace caesura::testing {

TEST_SUITE_BEGIN("read");

TEST_CASE("bytes can be read one at a time, in order, then would-block") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "caesura");
    for (const char letter : std::string_view("caesura")) {
        CHECK(world.hear(link.server.get(), 1) == std::string(1, letter));
    }
    std::array<std::byte, 1> room{};
    const Result<std::size_t> none = world.sockets().receive(link.server.get(), room);
    CHECK(none.error() == Error::would_block);
}

TEST_CASE("a huge room takes what is there, and leaves the rest of the room alone") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "little");
    std::vector<std::byte> room(std::size_t{64} << 20, std::byte{42});
    std::size_t filled = 0;
    while (filled < 6) {
        world.await(link.server.get(), Interest::read);
        filled += value_of(world.receive(link.server.get(), std::span(room).subspan(filled)));
    }
    CHECK(as_text(std::span(room).first(filled)) == "little");
    CHECK(
        std::all_of(room.begin() + 6, room.end(), [](std::byte b) { return b == std::byte{42}; }));
}

TEST_CASE("an end of stream without bytes is 0, and stays 0") {
    World world;
    const Link link = world.link();
    require_none(world.sockets().shut_writes(link.client.get()));
    world.await(link.server.get(), Interest::read);
    std::array<std::byte, 16> room{};
    for (int i = 0; i < 3; ++i) {
        CHECK(value_of(world.receive(link.server.get(), room)) == 0);
    }
}

TEST_CASE("the end of a stream comes after its bytes") {
    World world;
    Link link = world.link();
    world.say(link.client.get(), "all there is");
    link.client.close();
    CHECK(world.hear_all(link.server.get()) == "all there is");
}

TEST_CASE("bytes and end that came together are read one after the other") {
    World world;
    Link link = world.link();
    const WatchId watch = world.watch(link.server.get(), Interest::read);
    world.say(link.client.get(), "ab", Follows::fin);
    link.client.close();
    CHECK(world.wait_for(watch).readable);
    CHECK(world.hear(link.server.get(), 1) == "a");
    CHECK(world.wait_for(watch).readable);
    CHECK(world.hear(link.server.get(), 1) == "b");
    CHECK(world.wait_for(watch).readable);
    std::array<std::byte, 1> room{};
    CHECK(value_of(world.receive(link.server.get(), room)) == 0);
}

TEST_CASE("a long text arrives byte for byte, however small the room") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    for (const std::size_t room : {1u, 7u, 1460u, 65536u}) {
        transfer(world, source, sink, source.sent + 64 * room, usual_piece, room);
    }
    CHECK(sink.received == source.sent);
}

TEST_CASE("texts in both directions at once do not meet") {
    World world;
    const Link link = world.link();
    Source there{link.client.get(), 1};
    Source back{link.server.get(), 2};
    Sink at_server{link.server.get(), 1};
    Sink at_client{link.client.get(), 2};
    for (std::uint64_t goal = 100'000; goal <= 1'000'000; goal += 100'000) {
        transfer(world, there, at_server, goal);
        transfer(world, back, at_client, goal);
    }
    CHECK(at_server.received == at_client.received);
}

TEST_CASE("texts of neighbouring connections do not mix") {
    World world;
    const std::vector<Link> links = world.links(8);
    std::vector<Source> sources;
    std::vector<Sink> sinks;
    for (const Link& link : links) {
        sources.push_back({link.client.get(), sources.size()});
        sinks.push_back({link.server.get(), sinks.size()});
    }
    for (int round = 0; round < 20; ++round) {
        for (Source& source : sources) {
            require_none(push(world, source, 1000).failure());
        }
    }
    for (const Link& link : links) {
        require_none(world.sockets().shut_writes(link.client.get()));
    }
    for (const End& end : read_to_end(world, sinks)) {
        CHECK(is_clean(end));
    }
    for (std::size_t i = 0; i < links.size(); ++i) {
        CHECK(sinks[i].received == sources[i].sent);
    }
}

TEST_CASE("after a reset nothing more comes, and nothing pauses, however often one reads") {
    World world;
    Link link = world.link();
    link.client.abort();
    Sink sink{link.server.get()};
    check_lost(world, read_to_end(world, sink));
    std::array<std::byte, 8> room{};
    for (int i = 0; i < 3; ++i) {
        const Result<std::size_t> more = world.sockets().receive(link.server.get(), room);
        CHECK((more ? *more == 0 : is_connection_lost(more.error())));
    }
}

TEST_CASE("bytes that wait can be read although our own FIN has gone out behind them") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "waiting");
    world.await(link.server.get(), Interest::read);
    require_none(world.sockets().shut_writes(link.server.get()));
    CHECK(world.hear_all(link.client.get()).empty());
    CHECK(world.hear(link.server.get(), 7) == "waiting");
    world.say(link.client.get(), "more");
    CHECK(world.hear(link.server.get(), 4) == "more");
}

TEST_SUITE_END();

} // namespace caesura::testing
