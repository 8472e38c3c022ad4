#include "flow.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

namespace caesura::testing {

namespace {

constexpr std::uint64_t most_taken = 256u << 20;

// Linux delays an acknowledgement by 40 ms at most on such a connection.
constexpr Duration silence = std::chrono::milliseconds(50);

// The finishing steps of the SplitMix64 generator, by Sebastiano Vigna.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

// Sends until would_block; returns how much was taken.
std::uint64_t fill(World& world, Source& source, std::size_t piece) {
    const std::uint64_t before = source.sent;
    while (true) {
        const Result<std::size_t> taken = offer(world, source, piece);
        if (taken.error() == Error::would_block) {
            return source.sent - before;
        }
        require_none(taken.failure());
        REQUIRE(source.sent < most_taken);
        world.time_left();
    }
}

} // namespace

void write_text(std::span<std::byte> room, std::uint64_t seed, std::uint64_t position) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < room.size(); ++i, ++position) {
        if (i == 0 || position % 8 == 0) {
            word = mix((position / 8 + 1) * 0x9e3779b97f4a7c15u + seed);
        }
        room[i] = static_cast<std::byte>(word >> (position % 8 * 8));
    }
}

bool is_clean(const End& end) {
    return !end.failure && !end.error_hint;
}

void check_lost(World& world, const End& end) {
    if (is_clean(end) && world.reads_reset_as_end()) {
        skip_aloud("Wine 8 reads a reset as the end, and its select has no hint that it is none");
        return;
    }
    CHECK_MESSAGE((end.failure ? is_connection_lost(end.failure.error) : end.error_hint),
                  "ended as if all were well, or with: ", describe(end.failure));
}

Result<std::size_t> offer(World& world, Source& source, std::size_t size, Follows follows) {
    std::vector<std::byte> text(size);
    write_text(text, source.seed, source.sent);
    const Slice slice = text;
    Result<std::size_t> taken = world.sockets().send(source.socket, {&slice, 1}, follows);
    if (taken) {
        REQUIRE(*taken >= 1);
        REQUIRE(*taken <= size);
        source.sent += *taken;
    }
    return taken;
}

Result<std::size_t> push(World& world, Source& source, std::size_t size) {
    Result<std::size_t> taken = offer(world, source, size);
    while (taken.error() == Error::would_block) {
        world.await(source.socket, Interest::write);
        taken = offer(world, source, size);
    }
    return taken;
}

Result<std::size_t> take(World& world, Sink& sink, std::size_t room) {
    std::vector<std::byte> got(room);
    Result<std::size_t> count = world.sockets().receive(sink.socket, got);
    if (count) {
        REQUIRE(*count <= room);
        got.resize(*count);
        std::vector<std::byte> expected(*count);
        write_text(expected, sink.seed, sink.received);
        if (got != expected) {
            FAIL("other bytes than were sent, in the ", *count, " after byte ", sink.received);
        }
        sink.received += *count;
    }
    return count;
}

// Not only those that are said to have room are tried again: Linux says so when a third of the
// buffer is free, and takes bytes before.
void saturate(World& world, std::span<Source> sources, std::size_t piece) {
    std::vector<WatchId> watches;
    for (const Source& source : sources) {
        watches.push_back(world.watch(source.socket, Interest::write));
    }
    bool silent = false;
    while (!silent) {
        std::uint64_t taken = 0;
        for (Source& source : sources) {
            taken += fill(world, source, piece);
        }
        silent = world.look(silence).empty() && taken == 0;
    }
    for (const WatchId watch : watches) {
        world.table.remove(watch);
    }
}

void saturate(World& world, Source& source, std::size_t piece) {
    saturate(world, {&source, 1}, piece);
}

void transfer(World& world, Source& source, Sink& sink, std::uint64_t total, std::size_t piece,
              std::size_t room) {
    const Interest sending = source.sent < total ? Interest::write : Interest::none;
    const WatchId writer = world.watch(source.socket, sending);
    const WatchId reader = world.watch(sink.socket, Interest::read);
    while (sink.received < total) {
        for (const Ready& ready : world.look(world.time_left())) {
            const bool writes = ready.watch == writer;
            const auto size = static_cast<std::size_t>(
                std::min<std::uint64_t>(piece, total - std::min(total, source.sent)));
            const Result<std::size_t> moved =
                writes ? offer(world, source, size) : take(world, sink, room);
            if (moved.error() == Error::would_block) {
                continue;
            }
            REQUIRE(value_of(moved) >= 1);
            if (writes && source.sent == total) {
                world.table.set_interest(writer, Interest::none);
            }
        }
    }
    world.table.remove(writer);
    world.table.remove(reader);
}

void make_room(World& world, const Source& source, Sink& sink) {
    const WatchId writer = world.watch(source.socket, Interest::write);
    const WatchId reader = world.watch(sink.socket, Interest::read);
    for (bool room = false; !room;) {
        for (const Ready& ready : world.look(world.time_left())) {
            room = room || (ready.watch == writer && ready.writable);
            if (ready.watch == reader) {
                drain(world, sink);
            }
        }
    }
    world.table.remove(writer);
    world.table.remove(reader);
}

void drain(World& world, Sink& sink) {
    while (true) {
        const Result<std::size_t> got = take(world, sink);
        if (got.error() == Error::would_block) {
            return;
        }
        REQUIRE(value_of(got) >= 1);
        world.time_left();
    }
}

// One receive for each report: were there two, the second might end a stream whose error hint
// nobody has seen.
std::vector<End> read_to_end(World& world, std::span<Sink> sinks) {
    std::vector<std::optional<WatchId>> watches;
    for (const Sink& sink : sinks) {
        watches.emplace_back(world.watch(sink.socket, Interest::read));
    }
    std::vector<End> ends(sinks.size());
    for (std::size_t reading = sinks.size(); reading > 0;) {
        for (const Ready& ready : world.look(world.time_left())) {
            const auto watch = std::find(watches.begin(), watches.end(), ready.watch);
            REQUIRE(watch != watches.end());
            const auto index = static_cast<std::size_t>(watch - watches.begin());
            const Result<std::size_t> got = take(world, sinks[index]);
            if (got.error() == Error::would_block || (got && *got > 0)) {
                continue;
            }
            ends[index] = {got.failure(), ready.error};
            world.table.remove(ready.watch);
            --reading;
        }
    }
    return ends;
}

End read_to_end(World& world, Sink& sink) {
    return read_to_end(world, {&sink, 1}).front();
}

} // namespace caesura::testing
