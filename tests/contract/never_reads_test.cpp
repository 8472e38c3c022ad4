// The experiment with which this library began: a reader of a tutorial stalled a client, to see
// "would block", and found that his system took 1.5 GB at once and called it sent.

#include "flow.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace caesura::testing {

namespace {

constexpr std::size_t usual_budget = 64 * 1024;
constexpr std::size_t small_send = 1000;
constexpr std::size_t huge_send = 32 * 1024 * 1024;

// A sender, and a client of it that never reads, with a small buffer of its own.
struct Stalled {
    Link link;
    std::size_t piece; // the longest that the sender may offer

    Stalled(World& world, std::size_t budget) {
        const SocketOwner listener = world.listener();
        piece = value_of(world.sockets().limit_unsent(listener.get(), budget));
        link.client = world.open();
        require_none(world.sockets().set_option(link.client.get(), SocketOption::receive_buffer,
                                                static_cast<int>(usual_budget)));
        require_none(world.connect(link.client.get(), world.local(listener.get())));
        link.server = std::move(world.accept(listener.get()).socket);
    }
    Socket sender() const { return link.server.get(); }
    Socket reader() const { return link.client.get(); }
};

// What one system takes for it.
struct Taken {
    std::uint64_t by_small_sends;
    std::uint64_t by_first_huge_send;
    std::uint64_t by_huge_sends;
};

Taken taken_with(World& world, std::size_t budget) {
    const Stalled small(world, budget);
    Source drop{small.sender()};
    saturate(world, drop, std::min(small_send, small.piece));
    const Stalled huge(world, budget);
    Source flood{huge.sender()};
    const std::size_t offered = std::min(huge_send, huge.piece);
    const std::size_t first = value_of(offer(world, flood, offered));
    saturate(world, flood, offered);
    return {drop.sent, first, flood.sent};
}

std::string in_words(const Taken& taken) {
    return "small sends " + std::to_string(taken.by_small_sends) + ", the first huge one " +
           std::to_string(taken.by_first_huge_send) + ", huge ones in all " +
           std::to_string(taken.by_huge_sends);
}

} // namespace

TEST_SUITE_BEGIN("a client that never reads");

TEST_CASE("a client that never reads: what is taken for it") {
    World world;
    const Taken by_default = taken_with(world, 0);
    const Taken budgeted = taken_with(world, usual_budget);
    MESSAGE("by default:    " << in_words(by_default));
    MESSAGE("with a budget: " << in_words(budgeted));
    // What the budget allows, and what the client's own system holds; Linux doubles both.
    constexpr std::uint64_t most = 2 * (2 * usual_budget) + usual_budget / 2 + 64 * 1024;
    CHECK(budgeted.by_small_sends <= most);
    CHECK(budgeted.by_huge_sends <= most);
    if (by_default.by_huge_sends <= most) {
        skip_aloud("by default this system takes no more than it may with a budget");
        return;
    }
    CHECK(budgeted.by_huge_sends < by_default.by_huge_sends);
}

TEST_CASE("a client that never reads, then reads: the rest goes on from where it stopped") {
    World world;
    const Stalled stalled(world, usual_budget);
    const std::size_t offered = std::min(huge_send, stalled.piece);
    Source source{stalled.sender()};
    Sink sink{stalled.reader()};
    saturate(world, source, offered);
    const std::uint64_t before = source.sent;
    make_room(world, source, sink);
    CHECK(value_of(push(world, source, offered)) > 0);
    transfer(world, source, sink, before + 4'000'000, offered);
    CHECK(sink.received == source.sent);
}

TEST_CASE("a client that never reads, then reads after we have closed, gets all that was taken") {
    World world;
    Stalled stalled(world, usual_budget);
    Source source{stalled.sender()};
    saturate(world, source, std::min(huge_send, stalled.piece));
    stalled.link.server.close();
    Sink sink{stalled.reader()};
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("while a hundred clients never read, another one is served") {
    World world;
    std::vector<Stalled> stalled;
    std::vector<Source> sources;
    for (int i = 0; i < 100; ++i) {
        stalled.emplace_back(world, usual_budget);
        sources.push_back({stalled.back().sender()});
    }
    saturate(world, sources, std::min(usual_piece, stalled.front().piece));
    const Stalled other(world, usual_budget);
    Source source{other.sender()};
    Sink sink{other.reader()};
    transfer(world, source, sink, 4'000'000, std::min(huge_send, other.piece));
    CHECK(sink.received == source.sent);
}

TEST_SUITE_END();

} // namespace caesura::testing
