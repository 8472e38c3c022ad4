// Options, pairs, owners, and what the system can tell of bytes under way.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <utility>

namespace caesura::testing {

TEST_SUITE_BEGIN("option");

TEST_CASE("switches are read back as they were set") {
    World world;
    const Link link = world.link();
    for (const SocketOption option : {SocketOption::no_delay, SocketOption::keep_alive}) {
        for (const int value : {1, 0, 1}) {
            require_none(world.sockets().set_option(link.client.get(), option, value));
            CHECK(value_of(world.sockets().option(link.client.get(), option)) == value);
        }
    }
    world.say(link.client.get(), "works");
    CHECK(world.hear(link.server.get(), 5) == "works");
}

// Linux doubles what is set, systems round and clamp: no equality.
TEST_CASE("buffer sizes follow what is set, in the system's own measure") {
    World world;
    const Link link = world.link();
    for (const SocketOption option : {SocketOption::send_buffer, SocketOption::receive_buffer}) {
        CHECK(value_of(world.sockets().option(link.client.get(), option)) > 0);
        require_none(world.sockets().set_option(link.client.get(), option, 10'000));
        const int small = value_of(world.sockets().option(link.client.get(), option));
        require_none(world.sockets().set_option(link.client.get(), option, 80'000));
        const int large = value_of(world.sockets().option(link.client.get(), option));
        CHECK(small >= 4096);
        CHECK(small < large);
    }
}

TEST_CASE("options and addresses of a socket that is gone are refused") {
    World world;
    SocketOwner owner = world.open();
    const Socket gone = owner.get();
    owner.close();
    const auto says_gone = [](Error error) {
        return error == Error::bad_descriptor || error == Error::not_a_socket;
    };
    Sockets& sockets = world.sockets();
    CHECK(says_gone(sockets.set_option(gone, SocketOption::no_delay, 1).error));
    CHECK(says_gone(sockets.option(gone, SocketOption::send_buffer).error()));
    CHECK(says_gone(sockets.local(gone).error()));
    CHECK(says_gone(sockets.peer(gone).error()));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("unacknowledged");

TEST_CASE("bytes that a stalled reader holds up are counted, and none when it has read all") {
    World world;
    const Link link = world.link();
    if (!world.sockets().unacknowledged(link.client.get())) {
        skip_aloud("this system cannot tell (Windows: no call is documented)");
        return;
    }
    const auto left = [&] { return world.sockets().unacknowledged(link.client.get()).value_or(0); };
    CHECK(left() == 0);
    Source source{link.client.get()};
    saturate(world, source);
    CHECK(left() > 0);
    CHECK(left() <= source.sent);
    Sink sink{link.server.get()};
    transfer(world, source, sink, source.sent);
    const auto wait_for_none = [&] {
        while (left() > 0) { // the last acknowledgement may be delayed, and no event announces it
            world.look(std::chrono::milliseconds(1));
        }
    };
    wait_for_none();
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(is_clean(read_to_end(world, sink)));
    wait_for_none();
}

TEST_CASE("bytes that have come and were not received are counted, and none that were") {
    World world;
    const Link link = world.link();
    const auto waiting = [&] { return world.sockets().unread(link.server.get()); };
    REQUIRE(waiting() == 0U);
    world.say(link.client.get(), "twelve bytes");
    while (waiting() < 12U) { // they may come in pieces, the first of which is announced alone
        world.look(std::chrono::milliseconds(1));
    }
    CHECK(waiting() == 12U);
    CHECK(world.hear(link.server.get(), 6) == "twelve");
    CHECK(waiting() == 6U);
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(world.hear_all(link.server.get()) == " bytes");
    CHECK(waiting() == 0U); // the end is no byte
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("linger");

TEST_CASE("a close that lingers closes, or says that it has not and leaves all as it is") {
    World world;
    Link link = world.link();
    const Socket closing = link.client.release();
    const Failure failure = world.sockets().close_lingering(closing, std::chrono::seconds(1));
    if (failure) {
        CHECK_MESSAGE((failure.error == Error::would_block ||
                       failure.error == Error::operation_not_supported),
                      describe(failure));
        world.say(closing, "open");
        CHECK(world.hear(link.server.get(), 4) == "open");
        world.sockets().abort(closing);
        return;
    }
    CHECK(world.hear_all(link.server.get()).empty());
    const Error again = world.sockets().close_lingering(closing, std::chrono::seconds(1)).error;
    CHECK((again == Error::bad_descriptor || again == Error::not_a_socket));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("pair");

TEST_CASE("a pair carries bytes both ways, and to nobody else") {
    World world;
    const SocketPair pair = world.pair();
    const SocketPair other = world.pair();
    world.watch(other.first.get(), Interest::read);
    world.watch(other.second.get(), Interest::read);
    world.say(pair.first.get(), "there");
    CHECK(world.hear(pair.second.get(), 5) == "there");
    world.say(pair.second.get(), "back");
    CHECK(world.hear(pair.first.get(), 4) == "back");
    CHECK(world.look().empty());
}

TEST_CASE("an idle pair is writable and not readable") {
    World world;
    const SocketPair pair = world.pair();
    std::array<std::byte, 1> room{};
    for (const Socket socket : {pair.first.get(), pair.second.get()}) {
        CHECK(world.sockets().receive(socket, room).error() == Error::would_block);
        const Ready ready = world.await(socket, Interest::read | Interest::write);
        CHECK(ready.writable);
        CHECK_FALSE(ready.readable);
    }
}

// A wake-up that does not fit is one that is pending already.
TEST_CASE("a pair that nobody reads says would-block in the end, and wakes its reader") {
    World world;
    const SocketPair pair = world.pair();
    Source source{pair.first.get()};
    saturate(world, source, 4096);
    CHECK(world.await(pair.second.get(), Interest::read).readable);
    Sink sink{pair.second.get()};
    transfer(world, source, sink, source.sent);
    world.await(pair.first.get(), Interest::write);
}

TEST_CASE("when one of a pair is closed the other is at its end") {
    World world;
    SocketPair pair = world.pair();
    world.say(pair.first.get(), "bye");
    pair.first.close();
    CHECK(world.hear_all(pair.second.get()) == "bye");
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("owner");

TEST_CASE("an owner closes what it owns when it goes, when it is assigned over, and never twice") {
    World world;
    std::vector<Link> links = world.links(3);
    {
        const SocketOwner gone = std::move(links[0].client);
        CHECK_FALSE(links[0].client);
    }
    CHECK(world.hear_all(links[0].server.get()).empty());
    links[1].client = std::move(links[2].client);
    CHECK(world.hear_all(links[1].server.get()).empty());
    world.say(links[1].client.get(), "moved");
    CHECK(world.hear(links[2].server.get(), 5) == "moved");
    links[1].client.close();
    links[1].client.close();
    links[1].client.abort();
    CHECK(world.hear_all(links[2].server.get()).empty());
}

TEST_CASE("a socket given away by its owner stays open") {
    World world;
    Link link = world.link();
    const Socket bare = link.client.release();
    CHECK_FALSE(link.client);
    link.client.close();
    world.say(bare, "open");
    CHECK(world.hear(link.server.get(), 4) == "open");
    world.sockets().close(bare);
    CHECK(world.hear_all(link.server.get()).empty());
}

TEST_SUITE_END();

} // namespace caesura::testing
