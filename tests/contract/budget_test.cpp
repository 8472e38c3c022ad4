// The hand-off budget: what a system keeps unsent of what it has taken. No case names a number of
// a system's own; what it may keep is computed from what was asked for and what it says.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

namespace caesura::testing {

namespace {

constexpr std::size_t segment_buffer = 64 * 1024;
constexpr int readers_buffer = 32 * 1024; // which Linux doubles
constexpr std::size_t budgets[] = {16 * 1024, 64 * 1024, 256 * 1024};

// A link whose reader's system keeps little, so that what the sender's keeps can be told.
Link link_to_small_reader(World& world, Socket listener) {
    Link link;
    link.client = world.open();
    require_none(world.sockets().set_option(link.client.get(), SocketOption::receive_buffer,
                                            readers_buffer));
    require_none(world.connect(link.client.get(), world.local(listener)));
    link.server = std::move(world.accept(listener).socket);
    return link;
}

struct Budgeted {
    Link link;         // whose server is the sender
    std::size_t piece; // the longest that it may offer
};

Budgeted budgeted_by_listener(World& world, std::size_t budget) {
    const SocketOwner listener = world.listener();
    const std::size_t piece = value_of(world.sockets().limit_unsent(listener.get(), budget));
    return {link_to_small_reader(world, listener.get()), piece};
}

Budgeted budgeted_by_itself(World& world, std::size_t budget) {
    const SocketOwner listener = world.listener();
    Link link = link_to_small_reader(world, listener.get());
    const std::size_t piece = value_of(world.sockets().limit_unsent(link.server.get(), budget));
    return {std::move(link), piece};
}

// A send of more than this finds some systems' own end of a send (see limit_unsent).
std::size_t offered(std::size_t piece) {
    return std::min<std::size_t>(piece, 1'000'000);
}

// How much may lie unsent: what was asked for, a piece where a system takes it whole, a segment.
std::uint64_t most_unsent(std::size_t budget, std::size_t piece) {
    const bool taken_whole = piece != std::numeric_limits<std::size_t>::max();
    return budget + (taken_whole ? piece : 0) + segment_buffer;
}

void check_promise(World& world, const Budgeted& budgeted, std::size_t budget) {
    const Link& link = budgeted.link;
    Source source{link.server.get()};
    saturate(world, source, offered(budgeted.piece));
    CAPTURE(budget);
    CAPTURE(source.sent);
    const std::uint64_t most = most_unsent(budget, budgeted.piece);
    if (const auto unsent = world.sockets().unsent(link.server.get())) {
        CHECK(*unsent <= most);
        CHECK(*unsent <= source.sent);
        return;
    }
    // The reader's share is what its system says at most; Linux, below Wine, doubles both buffers.
    const auto readers = static_cast<std::uint64_t>(
        value_of(world.sockets().option(link.client.get(), SocketOption::receive_buffer)));
    CHECK(source.sent <= 2 * readers + budget + most);
}

} // namespace

TEST_SUITE_BEGIN("budget");

TEST_CASE("a listener's budget bounds what lies unsent for a reader that never reads") {
    World world;
    for (const std::size_t budget : budgets) {
        check_promise(world, budgeted_by_listener(world, budget), budget);
    }
}

TEST_CASE("a connection's own budget bounds what lies unsent for a reader that never reads") {
    World world;
    for (const std::size_t budget : budgets) {
        check_promise(world, budgeted_by_itself(world, budget), budget);
    }
}

TEST_CASE("a budget holds less back than none") {
    World world;
    const auto taken_with = [&](std::size_t budget) {
        const Budgeted budgeted = budgeted_by_listener(world, budget);
        Source source{budgeted.link.server.get()};
        saturate(world, source, offered(budgeted.piece));
        return source.sent;
    };
    constexpr std::size_t budget = 64 * 1024;
    const std::uint64_t budgeted = taken_with(budget);
    const std::uint64_t by_default = taken_with(0);
    if (by_default <= 2 * readers_buffer + budget + segment_buffer) {
        skip_aloud("by default this system takes no more than it may with a budget");
        return;
    }
    CHECK(budgeted < by_default);
}

TEST_CASE("what was taken within a budget arrives, and the rest after it") {
    World world;
    for (const std::size_t budget : budgets) {
        const Budgeted budgeted = budgeted_by_listener(world, budget);
        Source source{budgeted.link.server.get()};
        Sink sink{budgeted.link.client.get()};
        saturate(world, source, offered(budgeted.piece));
        transfer(world, source, sink, source.sent + 1'000'000, offered(budgeted.piece));
        require_none(world.sockets().shut_writes(source.socket));
        CHECK(is_clean(read_to_end(world, sink)));
        CHECK(sink.received == source.sent);
    }
}

TEST_CASE("a budget below one segment works, slowly") {
    World world;
    for (const std::size_t budget : {std::size_t{1}, std::size_t{1000}}) {
        const Budgeted budgeted = budgeted_by_listener(world, budget);
        CHECK(budgeted.piece >= 1);
        Source source{budgeted.link.server.get()};
        Sink sink{budgeted.link.client.get()};
        transfer(world, source, sink, 5000, offered(budgeted.piece));
        CHECK(sink.received == source.sent);
    }
}

TEST_CASE("a budget beyond what an option can say is refused, and changes nothing") {
    World world;
    const SocketOwner listener = world.listener();
    const std::size_t piece = value_of(world.sockets().limit_unsent(listener.get(), budgets[0]));
    for (const std::size_t absurd :
         {std::size_t{1} << 31, std::numeric_limits<std::size_t>::max()}) {
        CHECK(world.sockets().limit_unsent(listener.get(), absurd).error() ==
              Error::invalid_argument);
    }
    check_promise(world, {link_to_small_reader(world, listener.get()), piece}, budgets[0]);
    value_of(world.sockets().limit_unsent(listener.get(), (std::size_t{1} << 31) - 1));
}

TEST_CASE("a budget can be raised while its buffer is full, and makes room") {
    World world;
    const Budgeted budgeted = budgeted_by_itself(world, 16 * 1024);
    Source source{budgeted.link.server.get()};
    saturate(world, source, offered(budgeted.piece));
    const std::uint64_t before = source.sent;
    const std::size_t piece = value_of(world.sockets().limit_unsent(source.socket, 512 * 1024));
    saturate(world, source, offered(piece));
    CHECK(source.sent > before);
}

TEST_CASE("unsent bytes are unacknowledged ones, and none once all was read") {
    World world;
    const Budgeted budgeted = budgeted_by_listener(world, 64 * 1024);
    Source source{budgeted.link.server.get()};
    Sink sink{budgeted.link.client.get()};
    if (!world.sockets().unsent(source.socket)) {
        skip_aloud("this system cannot tell what it has not sent");
        CHECK_FALSE(world.sockets().unacknowledged(source.socket));
        return;
    }
    CHECK(world.sockets().unsent(source.socket) == std::uint64_t{0});
    saturate(world, source);
    CHECK(*world.sockets().unsent(source.socket) > 0);
    CHECK(*world.sockets().unsent(source.socket) <= *world.sockets().unacknowledged(source.socket));
    require_none(world.sockets().shut_writes(source.socket)); // our FIN is no byte
    CHECK(*world.sockets().unsent(source.socket) <= source.sent);
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(world.sockets().unsent(source.socket) == std::uint64_t{0});
}

TEST_CASE("the round trip over the loopback is short, where it is known") {
    World world;
    const Link link = world.link();
    Source source{link.server.get()};
    Sink sink{link.client.get()};
    transfer(world, source, sink, 100'000);
    const auto round_trip = world.sockets().round_trip(link.server.get());
    if (!round_trip) {
        skip_aloud("this system cannot tell how far a peer is");
        return;
    }
    CHECK(*round_trip > Duration::zero());
    CHECK(*round_trip < std::chrono::seconds(10));
}

TEST_SUITE_END();

} // namespace caesura::testing
