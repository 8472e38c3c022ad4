// Sending: what is taken, until nothing more is, and that all of it arrives.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace caesura::testing {

namespace {

// The next bytes of the text in `count` slices of different lengths, none empty.
struct Gathered {
    std::vector<std::byte> text;
    std::vector<Slice> slices;

    Gathered(const Source& source, std::size_t count, std::size_t about) {
        std::vector<std::size_t> sizes;
        for (std::size_t i = 0; i < count; ++i) {
            sizes.push_back(1 + (i * 37 + about) % (2 * about));
        }
        std::size_t total = 0;
        for (const std::size_t size : sizes) {
            total += size;
        }
        text.resize(total);
        write_text(text, source.seed, source.sent);
        Slice rest = text;
        for (const std::size_t size : sizes) {
            slices.push_back(rest.first(size));
            rest = rest.subspan(size);
        }
    }
};

Result<std::size_t> send(World& world, Source& source, const Gathered& gathered) {
    Result<std::size_t> taken =
        world.sockets().send(source.socket, gathered.slices, Follows::unknown);
    if (taken) {
        REQUIRE(*taken >= 1);
        REQUIRE(*taken <= gathered.text.size());
        source.sent += *taken;
    }
    return taken;
}

} // namespace

TEST_SUITE_BEGIN("write");

TEST_CASE("a send into an idle connection takes at least a byte, and what it took arrives") {
    World world;
    const Link link = world.link();
    const std::string_view text = "short";
    const Slice slice = as_slice(text);
    const std::size_t taken =
        value_of(world.sockets().send(link.client.get(), {&slice, 1}, Follows::unknown));
    REQUIRE(taken >= 1);
    REQUIRE(taken <= text.size());
    CHECK(world.hear(link.server.get(), taken) == text.substr(0, taken));
    world.watch(link.server.get(), Interest::read);
    CHECK(world.look(a_moment).empty());
}

TEST_CASE("a thousand sends of one byte arrive in order") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    transfer(world, source, sink, 1000, 1);
    CHECK(source.sent == 1000);
}

TEST_CASE("a sender whose reader does not read is told would-block, and not that it may write") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source); // which ends with a would-block and a silence
    CHECK(source.sent > 0);
    world.watch(link.client.get(), Interest::write);
    CHECK(world.look().empty());
}

TEST_CASE("nothing that was taken before would-block is lost") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    require_none(world.sockets().shut_writes(link.client.get()));
    Sink sink{link.server.get()};
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("room comes back once the reader has read, and the text goes on without a gap") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    for (int round = 0; round < 3; ++round) {
        saturate(world, source);
        make_room(world, source, sink);
        transfer(world, source, sink, source.sent + 300'000);
    }
    CHECK(sink.received == source.sent);
}

TEST_CASE("a send of many megabytes is taken in whole or in part, and what was taken arrives") {
    World world;
    const Link link = world.link();
    constexpr std::size_t size = std::size_t{16} << 20;
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    require_none(offer(world, source, size).failure());
    CHECK(source.sent >= 1);
    transfer(world, source, sink, size, size);
    CHECK(sink.received == size);
}

TEST_CASE("slices are gathered in order, from one to as many as a send may have") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    bool took_several = false;
    for (std::size_t count = 1; count <= most_slices; ++count) {
        const Gathered gathered(source, count, 50);
        Result<std::size_t> taken = send(world, source, gathered);
        while (taken.error() == Error::would_block) { // what came before is not acknowledged yet
            world.await(source.socket, Interest::write);
            taken = send(world, source, gathered);
        }
        took_several = took_several || value_of(taken) > gathered.slices.front().size();
        transfer(world, source, sink, source.sent);
    }
    CHECK(took_several);
}

TEST_CASE("gathered sends that are cut short anywhere lose nothing") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    for (int round = 0; round < 2; ++round) {
        while (true) {
            const Gathered gathered(source, most_slices, 700 + 11 * static_cast<unsigned>(round));
            const Result<std::size_t> taken = send(world, source, gathered);
            if (taken.error() == Error::would_block) {
                break;
            }
            require_none(taken.failure());
            world.time_left();
        }
        transfer(world, source, sink, source.sent);
    }
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("a last piece that its FIN follows arrives with it, by shut_writes") {
    World world;
    const Link link = world.link();
    world.say(link.client.get(), "the last line", Follows::fin);
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(world.hear_all(link.server.get()) == "the last line");
}

TEST_CASE("a last piece that its FIN follows arrives with it, by close") {
    World world;
    Link link = world.link();
    world.say(link.client.get(), "the last line", Follows::fin);
    link.client.close();
    CHECK(world.hear_all(link.server.get()) == "the last line");
}

TEST_CASE("a full buffer whose last piece announced the FIN is delivered whole, by close") {
    World world;
    Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    Sink sink{link.server.get()};
    Result<std::size_t> last = Failure{Error::would_block};
    while (last.error() == Error::would_block) {
        make_room(world, source, sink);
        last = offer(world, source, 1000, Follows::fin);
    }
    require_none(last.failure());
    link.client.close();
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("a close delivers all that was taken before") {
    World world;
    Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    link.client.close();
    Sink sink{link.server.get()};
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("sixteen kilobytes go out a kilobyte at a time, with no wait in between") {
    World world;
    const Link link = world.link();
    if (world.is_fickle()) {
        skip_aloud("this system takes what it likes");
        return;
    }
    // Windows 7 has a limit of half as much by default, and says so.
    const int said = value_of(world.sockets().option(link.client.get(), SocketOption::send_buffer));
    const auto all = static_cast<std::uint64_t>(std::min(said, 16 * 1024));
    CHECK(all >= 8 * 1024);
    Source source{link.client.get()};
    while (source.sent < all) {
        REQUIRE(value_of(offer(world, source, 1024)) == 1024);
    }
    Sink sink{link.server.get()};
    transfer(world, source, sink, source.sent);
    CHECK(sink.received == all);
}

// The same bytes over and over, so that two gigabytes of slices take the memory of 34 megabytes.
TEST_CASE("slices that are longer in sum than a native length are taken as far as they go") {
    World world;
    if (world.kin() == Kin::windows) {
        skip_aloud("Windows keeps a copy of all that one send offers, which is two gigabytes here");
        return;
    }
    const Link link = world.link();
    std::vector<std::byte> page(std::size_t{34} << 20);
    for (std::size_t i = 0; i < page.size(); ++i) {
        page[i] = static_cast<std::byte>(i % 251);
    }
    const std::vector<Slice> slices(most_slices, Slice(page));
    const std::size_t taken =
        value_of(world.sockets().send(link.client.get(), slices, Follows::unknown));
    REQUIRE(taken >= 1);
    REQUIRE(taken / page.size() < most_slices);
    require_none(world.sockets().shut_writes(link.client.get()));
    const std::string heard = world.hear_all(link.server.get());
    CHECK(heard.size() == taken);
    bool right = true;
    for (std::size_t i = 0; i < heard.size(); ++i) {
        right = right && static_cast<std::byte>(heard[i]) == page[i % page.size()];
    }
    CHECK(right);
}

TEST_CASE("a FIN and then a close deliver all that was taken before") {
    World world;
    Link link = world.link();
    Source source{link.client.get()};
    saturate(world, source);
    require_none(world.sockets().shut_writes(link.client.get()));
    link.client.close();
    Sink sink{link.server.get()};
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_SUITE_END();

} // namespace caesura::testing
