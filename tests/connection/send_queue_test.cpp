#include "connection/pieces.hpp"
#include "connection/send_queue.hpp"
#include "connection/unread_file.hpp"

#include <caesura/sockets.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <vector>

using namespace caesura;
using testing::drain;
using testing::text_of;
using testing::UnreadFile;

namespace {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t gib = std::uint64_t{1} << 30;

// One batch must fit into one send of the seam.
static_assert(batch_slices_max <= most_slices);

SharedBytes bytes_of(const char* text) {
    return SharedBytes(std::string(text));
}

// Bytes whose owner can be asked how many share it.
struct Counted {
    std::shared_ptr<const std::string> owner;
    SharedBytes bytes() const { return {owner, as_slice(*owner)}; }
};

Counted counted(std::string text) {
    return {std::make_shared<const std::string>(std::move(text))};
}

// "ab", "cde", "f", "ghijkl": what the tests of cuts cut.
const std::string whole_text = "abcdefghijkl";

void push_whole(SendQueue& queue) {
    for (const char* piece : {"ab", "cde", "f", "ghijkl"}) {
        queue.push(bytes_of(piece));
    }
}

} // namespace

TEST_CASE("an empty queue offers nothing and is small") {
    const SendQueue queue;
    CHECK(queue.empty());
    CHECK(queue.bytes() == 0);
    CHECK(queue.next(1).bytes() == 0);
    CHECK(queue.next(no_limit).slices().empty());
    CHECK(queue.next(no_limit).range() == nullptr);
    CHECK(sizeof(SendQueue) <= sizeof(std::vector<int>) + 3 * sizeof(std::uint64_t));
}

TEST_CASE("what is empty is not queued") {
    SendQueue queue;
    queue.push(SharedBytes());
    queue.push(FileRange());
    queue.push(FileRange{std::make_shared<UnreadFile>(7), 7, 0});
    CHECK(queue.empty());
    queue.push(bytes_of("a"));
    queue.push(SharedBytes());
    queue.push(bytes_of("b"));
    CHECK(queue.next(no_limit).slices().size() == 2);
}

TEST_CASE("pieces go out in the order they came, gathered into one batch") {
    SendQueue queue;
    push_whole(queue);
    CHECK(queue.bytes() == whole_text.size());
    const Batch batch = queue.next(no_limit);
    CHECK(batch.slices().size() == 4);
    CHECK(batch.bytes() == whole_text.size());
    CHECK(text_of(batch) == whole_text);
    CHECK(queue.bytes() == whole_text.size()); // looking takes nothing
}

TEST_CASE("a batch keeps to its limit and is never empty while bytes wait") {
    for (std::uint64_t limit = 1; limit <= whole_text.size() + 1; ++limit) {
        CAPTURE(limit);
        SendQueue queue;
        push_whole(queue);
        const Batch batch = queue.next(limit);
        CHECK(text_of(batch) == whole_text.substr(0, limit));
        CHECK(batch.bytes() == text_of(batch).size());
        for (const Slice slice : batch.slices()) {
            CHECK(!slice.empty());
        }
    }
}

TEST_CASE("whatever part of the bytes is taken, the rest follows") {
    for (std::uint64_t cut = 0; cut <= whole_text.size(); ++cut) {
        for (std::uint64_t second = 0; cut + second <= whole_text.size(); ++second) {
            CAPTURE(cut);
            CAPTURE(second);
            SendQueue queue;
            push_whole(queue);
            queue.advance(cut);
            queue.advance(second);
            CHECK(queue.bytes() == whole_text.size() - cut - second);
            CHECK(text_of(queue.next(no_limit)) == whole_text.substr(cut + second));
            CHECK(drain(queue, no_limit) == whole_text.substr(cut + second));
            CHECK(queue.empty());
        }
    }
}

TEST_CASE("bytes taken one by one are the bytes that were pushed") {
    SendQueue queue;
    push_whole(queue);
    CHECK(drain(queue, 1) == whole_text);
    CHECK(queue.empty());
}

TEST_CASE("bytes pushed behind a piece that is half gone follow it") {
    for (std::uint64_t cut = 0; cut <= whole_text.size(); ++cut) {
        CAPTURE(cut);
        SendQueue queue;
        push_whole(queue);
        queue.advance(cut);
        queue.push(bytes_of("tail"));
        CHECK(queue.bytes() == whole_text.size() - cut + 4);
        CHECK(drain(queue, 5) == whole_text.substr(cut) + "tail");
    }
}

TEST_CASE("a batch gathers no more slices than one send may have") {
    SendQueue queue;
    std::string all;
    for (int i = 0; i != 150; ++i) {
        const std::string piece(1 + static_cast<std::size_t>(i) % 3,
                                static_cast<char>('a' + i % 26));
        queue.push(SharedBytes(piece));
        all += piece;
    }
    const Batch batch = queue.next(no_limit);
    CHECK(batch.slices().size() == batch_slices_max);
    CHECK(!queue.is_whole(batch));
    CHECK(text_of(batch) == all.substr(0, batch.bytes()));
    CHECK(drain(queue, no_limit) == all);
}

TEST_CASE("a batch is known to be all that waits exactly when it is") {
    SendQueue queue;
    push_whole(queue);
    CHECK(!queue.is_whole(queue.next(whole_text.size() - 1)));
    CHECK(queue.is_whole(queue.next(whole_text.size())));
    queue.push(FileRange{std::make_shared<UnreadFile>(3), 0, 3});
    CHECK(!queue.is_whole(queue.next(no_limit)));
    queue.advance(whole_text.size());
    CHECK(!queue.is_whole(queue.next(2)));
    CHECK(queue.is_whole(queue.next(no_limit)));
    queue.push(bytes_of("x"));
    CHECK(!queue.is_whole(queue.next(no_limit)));
}

TEST_CASE("a range of a file keeps its place between bytes, and no batch holds both") {
    const auto file = std::make_shared<UnreadFile>(100);
    SendQueue queue;
    queue.push(bytes_of("head"));
    queue.push(FileRange{file, 10, 20});
    queue.push(FileRange{file, 0, 5});
    queue.push(bytes_of("tail"));
    CHECK(queue.bytes() == 33);

    Batch batch = queue.next(no_limit);
    CHECK(text_of(batch) == "head");
    CHECK(batch.range() == nullptr);
    queue.advance(4);

    batch = queue.next(no_limit);
    CHECK(batch.slices().empty());
    REQUIRE(batch.range() != nullptr);
    CHECK(batch.range()->file == file);
    CHECK(batch.range()->offset == 10);
    CHECK(batch.range()->length == 20);
    queue.advance(7);

    batch = queue.next(8);
    REQUIRE(batch.range() != nullptr);
    CHECK(batch.range()->offset == 17);
    CHECK(batch.range()->length == 8);
    CHECK(batch.bytes() == 8);
    queue.advance(13);

    batch = queue.next(no_limit);
    REQUIRE(batch.range() != nullptr);
    CHECK(batch.range()->offset == 0);
    CHECK(batch.range()->length == 5);
    queue.advance(6); // one byte beyond: it is the first of the tail

    batch = queue.next(no_limit);
    CHECK(text_of(batch) == "ail");
    CHECK(queue.is_whole(batch));
}

TEST_CASE("a range of a file may be longer than 4 GiB") {
    const auto file = std::make_shared<UnreadFile>(20 * gib);
    SendQueue queue;
    queue.push(FileRange{file, 5 * gib, 9 * gib + 3});
    queue.push(bytes_of("end"));
    CHECK(queue.bytes() == 9 * gib + 6);
    CHECK(queue.next(no_limit).bytes() == 9 * gib + 3);
    CHECK(queue.next(6 * gib).bytes() == 6 * gib);

    queue.advance(4 * gib + 1);
    const Batch batch = queue.next(no_limit);
    REQUIRE(batch.range() != nullptr);
    CHECK(batch.range()->offset == 9 * gib + 1);
    CHECK(batch.range()->length == 5 * gib + 2);

    queue.advance(5 * gib + 2);
    CHECK(text_of(queue.next(no_limit)) == "end");
}

TEST_CASE("what was handed over is let go of at once, what was not is kept") {
    const Counted first = counted("first");
    const Counted second = counted("second");
    const auto file = std::make_shared<const UnreadFile>(8);
    SendQueue queue;
    queue.push(first.bytes());
    queue.push(FileRange{file, 0, 8});
    queue.push(second.bytes());
    CHECK(first.owner.use_count() == 2);

    queue.advance(4);
    CHECK(first.owner.use_count() == 2);
    queue.advance(1);
    CHECK(first.owner.use_count() == 1);
    CHECK(file.use_count() == 2);
    queue.advance(8);
    CHECK(file.use_count() == 1);
    CHECK(second.owner.use_count() == 2);
    queue.clear();
    CHECK(second.owner.use_count() == 1);
}

TEST_CASE("a cleared queue is empty and can be used again") {
    SendQueue queue;
    push_whole(queue);
    queue.advance(3);
    queue.clear();
    CHECK(queue.empty());
    CHECK(queue.next(no_limit).bytes() == 0);
    push_whole(queue);
    CHECK(drain(queue, no_limit) == whole_text);
}

TEST_CASE("a queue that dies lets go of what it held") {
    const Counted poem = counted("poem");
    {
        SendQueue queue;
        queue.push(poem.bytes());
        queue.push(poem.bytes());
        queue.advance(5);
        CHECK(poem.owner.use_count() == 2);
    }
    CHECK(poem.owner.use_count() == 1);
}

TEST_CASE("a thousand queues of one poem share one copy of it, also when parts of it are gone") {
    constexpr std::size_t size = 16U << 20;
    const Counted poem = counted(std::string(size, 'p'));
    const std::byte* const start = as_slice(*poem.owner).data();
    std::vector<SendQueue> queues(1000);
    for (SendQueue& queue : queues) {
        queue.push(poem.bytes());
    }
    CHECK(poem.owner.use_count() == 1001);
    for (std::size_t i = 0; i != queues.size(); ++i) {
        const std::size_t taken = i * 16'000;
        queues[i].advance(taken);
        const Batch batch = queues[i].next(no_limit);
        REQUIRE(batch.slices().size() == 1);
        REQUIRE(batch.slices()[0].data() == start + taken);
        REQUIRE(batch.slices()[0].size() == size - taken);
    }
    CHECK(poem.owner.use_count() == 1001);
    for (SendQueue& queue : queues) {
        queue.advance(queue.bytes());
    }
    CHECK(poem.owner.use_count() == 1);
}
