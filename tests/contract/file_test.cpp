// Sending from files. Those of the cases are made up, so that they can be of any length.

#include "flow.hpp"
#include "world.hpp"

#include <caesura/file.hpp>

#include <doctest/doctest.h>

#include <memory>

namespace caesura::testing {

namespace {

// Holds the text of a seed, however long; of another version from some offset on.
class TextFile final : public File {
public:
    TextFile(std::uint64_t seed, std::uint64_t size) : TextFile(seed, size, size) {}
    TextFile(std::uint64_t seed, std::uint64_t size, std::uint64_t changed_from)
        : seed_(seed), size_(size), changed_from_(changed_from) {}

    FileVersion version() const override { return {1, seed_, size_, 0}; }
    Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
        if (offset > size_ || room.size() > size_ - offset) {
            return {Error::invalid_argument};
        }
        write_text(room, seed_, offset);
        return {offset + room.size() > changed_from_ ? Error::file_changed : Error::none};
    }

private:
    std::uint64_t seed_;
    std::uint64_t size_;
    std::uint64_t changed_from_;
};

// One send of the text from where the source is, to `end`.
Result<std::size_t> offer_file(World& world, Source& source, const std::shared_ptr<File>& file,
                               std::uint64_t end, Follows follows = Follows::unknown) {
    const FileRange range{file, source.sent, end - source.sent};
    Result<std::size_t> taken = world.sockets().send_file(source.socket, range, follows);
    if (taken) {
        REQUIRE(*taken >= 1);
        REQUIRE(*taken <= range.length);
        source.sent += *taken;
    }
    return taken;
}

// Sends the range from where both are, and reads until `end` has come. When nothing can be read,
// it may be the sender who has something to do next, or the reader.
void transfer_file(World& world, Source& source, Sink& sink, std::uint64_t end,
                   Follows follows = Follows::unknown) {
    const auto file = std::make_shared<TextFile>(source.seed, end);
    const WatchId writer = world.watch(source.socket, Interest::write);
    const WatchId reader = world.watch(sink.socket, Interest::read);
    while (sink.received < end) {
        if (source.sent < end) {
            const Failure failure = offer_file(world, source, file, end, follows).failure();
            if (failure.error != Error::would_block) {
                require_none(failure);
            }
        } else {
            world.table.set_interest(writer, Interest::none);
        }
        const Result<std::size_t> got = take(world, sink);
        if (got.error() == Error::would_block) {
            world.look(world.time_left());
        } else {
            REQUIRE(value_of(got) >= 1);
        }
    }
    world.table.remove(writer);
    world.table.remove(reader);
}

} // namespace

TEST_SUITE_BEGIN("file");

TEST_CASE("a range of a file arrives as the file holds it") {
    World world;
    const Link link = world.link();
    Source source{link.client.get(), 1, 1000};
    Sink sink{link.server.get(), 1, 1000};
    transfer_file(world, source, sink, 700'000);
    CHECK(source.sent == 700'000);
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == 700'000);
}

TEST_CASE("a range that begins beyond four gigabytes is sent from there") {
    World world;
    const Link link = world.link();
    constexpr std::uint64_t start = (std::uint64_t{5} << 32) + 7;
    Source source{link.client.get(), 1, start};
    Sink sink{link.server.get(), 1, start};
    transfer_file(world, source, sink, start + 100'000);
    CHECK(sink.received == start + 100'000);
}

TEST_CASE("a range longer than any call can carry is taken in parts") {
    World world;
    const Link link = world.link();
    constexpr std::uint64_t size = std::uint64_t{6} << 30;
    const auto file = std::make_shared<TextFile>(1, size);
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    for (int part = 0; part < 3; ++part) {
        Result<std::size_t> taken = offer_file(world, source, file, size);
        while (taken.error() == Error::would_block) { // the last part is not acknowledged yet
            world.await(source.socket, Interest::write);
            taken = offer_file(world, source, file, size);
        }
        CHECK(value_of(taken) < size);
        while (sink.received < source.sent) {
            world.await(link.server.get(), Interest::read);
            drain(world, sink);
        }
    }
    CHECK(sink.received == source.sent);
}

TEST_CASE("the FIN that follows a range comes after its last byte") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    constexpr std::uint64_t end = 200'001;
    transfer_file(world, source, sink, end, Follows::fin);
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == end);
}

TEST_CASE("a file that has changed is answered with that, and nothing of it was taken") {
    World world;
    const Link link = world.link();
    const FileRange range{std::make_shared<TextFile>(1, 1000, 0), 0, 1000};
    for (const Follows follows : {Follows::unknown, Follows::fin}) {
        const Error error = world.sockets().send_file(link.client.get(), range, follows).error();
        CHECK(name_of(error) == name_of(Error::file_changed));
    }
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(world.hear_all(link.server.get()).empty());
}

TEST_CASE(
    "a file that changes while it is sent is sent no further, and then said to have changed") {
    World world;
    const Link link = world.link();
    constexpr std::uint64_t size = std::uint64_t{1} << 40;
    constexpr std::uint64_t changed_from = 300'000;
    const auto file = std::make_shared<TextFile>(1, size, changed_from);
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    Failure failure;
    while (!failure || failure.error == Error::would_block) {
        failure = offer_file(world, source, file, size).failure();
        drain(world, sink);
        world.look(std::chrono::milliseconds(1)); // room or bytes: either may be next
    }
    CHECK(name_of(failure.error) == name_of(Error::file_changed));
    CHECK(source.sent > 0);
    CHECK(source.sent <= changed_from);
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("of a range that the file does not have nothing is sent") {
    World world;
    const Link link = world.link();
    const auto file = std::make_shared<TextFile>(1, 1000);
    for (const std::uint64_t offset : {std::uint64_t{1000}, std::uint64_t{5000}}) {
        const FileRange range{file, offset, 10};
        const Error error =
            world.sockets().send_file(link.client.get(), range, Follows::unknown).error();
        CHECK(name_of(error) == name_of(Error::invalid_argument));
    }
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(world.hear_all(link.server.get()).empty());
}

TEST_CASE("slices and ranges of files take turns in one stream") {
    World world;
    const Link link = world.link();
    Source source{link.client.get()};
    Sink sink{link.server.get()};
    for (std::uint64_t end = 0; end < 500'000;) {
        end += 30'000;
        transfer(world, source, sink, end);
        end += 90'000;
        transfer_file(world, source, sink, end);
    }
    CHECK(sink.received == source.sent);
}

TEST_CASE(
    "a file for a reader that does not read is taken to would-block, and arrives in the end") {
    World world;
    const Link link = world.link();
    constexpr std::uint64_t most = std::uint64_t{64} << 20;
    const auto file = std::make_shared<TextFile>(1, most);
    Source source{link.client.get()};
    Failure failure;
    while (!failure) {
        failure = offer_file(world, source, file, most).failure();
        REQUIRE(source.sent < most);
    }
    CHECK(name_of(failure.error) == name_of(Error::would_block));
    Sink sink{link.server.get()};
    transfer_file(world, source, sink, source.sent + 300'000);
    require_none(world.sockets().shut_writes(link.client.get()));
    CHECK(is_clean(read_to_end(world, sink)));
    CHECK(sink.received == source.sent);
}

TEST_CASE("a file sent to a peer that has reset is a lost connection") {
    World world;
    Link link = world.link();
    link.server.abort();
    world.await(link.client.get(), Interest::read);
    const auto file = std::make_shared<TextFile>(1, std::uint64_t{1} << 40);
    Source source{link.client.get()};
    Failure failure;
    while (!failure || failure.error == Error::would_block) {
        failure = offer_file(world, source, file, file->size()).failure();
        world.look(std::chrono::milliseconds(1)); // no event tells that the send was in vain
    }
    CHECK_MESSAGE(is_connection_lost(failure.error), describe(failure));
}

TEST_SUITE_END();

} // namespace caesura::testing
