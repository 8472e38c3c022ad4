#include "connection/naive_queue.hpp"
#include "connection/send_queue.hpp"
#include "connection/unread_file.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>

using namespace caesura;
using testing::NaiveQueue;
using testing::UnreadFile;

namespace {

// Drives a queue and its model with the same random operations, and compares them after each.
// A seed means the same everywhere: only raw numbers of the engine are used, because standard
// libraries differ in distributions, and never two in one list of arguments.
class Rehearsal {
public:
    explicit Rehearsal(std::uint32_t seed) : random_(seed) {
        const std::string text(300, 'x');
        bytes_ = SharedBytes(text);
        files_ = {std::make_shared<UnreadFile>(1000), std::make_shared<UnreadFile>(1000)};
    }

    void run(int operations) {
        for (int i = 0; i != operations; ++i) {
            operate();
            compare();
        }
    }

private:
    std::size_t below(std::size_t bound) { return random_() % bound; }

    void operate() {
        const std::size_t choice = below(100);
        if (choice < 40) {
            push_bytes();
        } else if (choice < 50) {
            push_range();
        } else if (choice < 99) {
            advance();
        } else {
            queue_.clear();
            naive_.clear();
        }
    }

    void push_bytes() {
        // Mostly small ones, so that many wait; sometimes an empty one.
        const std::size_t offset = below(300);
        const SharedBytes part = bytes_.part(offset, below(below(10) == 0 ? 200 : 4));
        queue_.push(part);
        naive_.push(part);
    }

    void push_range() {
        const FileRange range{files_[below(2)], below(900), below(60)};
        queue_.push(range);
        naive_.push(range);
    }

    // As sends do (a part of one batch) or, less often, anything up to all that waits.
    void advance() {
        const std::size_t most =
            below(4) == 0 ? naive_.size()
                          : static_cast<std::size_t>(queue_.next(1 + below(300)).bytes());
        const std::size_t count = below(most + 1);
        queue_.advance(count);
        naive_.advance(count);
    }

    void compare() {
        const std::uint64_t limit = 1 + below(below(2) == 0 ? 20 : 2000);
        REQUIRE(std::string(naive_.difference(queue_, limit)) == "");
    }

    std::mt19937 random_;
    SharedBytes bytes_;
    std::array<std::shared_ptr<const File>, 2> files_;
    SendQueue queue_;
    NaiveQueue naive_;
};

} // namespace

TEST_CASE("a queue does what a naive one does, whatever is pushed and taken") {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Rehearsal(seed).run(500);
    }
}

TEST_CASE("a queue of 400,000 pieces is worked off piece by piece") {
    // Nothing here looks at a clock: if each step moved all that waits, this would run into the
    // limit of the whole test program.
    SendQueue queue;
    const SharedBytes byte(std::string(1, 'x'));
    constexpr int pieces = 400'000;
    for (int i = 0; i != pieces; ++i) {
        queue.push(byte);
    }
    for (int i = 0; i != pieces; ++i) {
        queue.advance(1);
        queue.push(byte);
    }
    CHECK(queue.bytes() == pieces);
    for (int i = 0; i != pieces; ++i) {
        queue.advance(1);
    }
    CHECK(queue.empty());
}
