#include "connection/pieces.hpp"
#include "connection/send_queue.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>

using namespace caesura;
using testing::UnreadFile;

namespace {

// The queue as one would write it without a thought for cost: one entry for each byte, which says
// where it comes from.
struct ModelByte {
    const std::byte* address = nullptr; // of a byte in memory; null for one in a file
    std::shared_ptr<const File> file;
    std::uint64_t offset = 0; // in the file
    std::uint64_t piece = 0;  // counts what was pushed
};

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
            model_.clear();
        }
    }

    void push_bytes() {
        // Mostly small ones, so that many wait; sometimes an empty one.
        const std::size_t offset = below(300);
        const SharedBytes part = bytes_.part(offset, below(below(10) == 0 ? 200 : 4));
        queue_.push(part);
        ++pieces_;
        for (const std::byte& byte : part.slice()) {
            model_.push_back({&byte, nullptr, 0, pieces_});
        }
    }

    void push_range() {
        const FileRange range{files_[below(2)], below(900), below(60)};
        queue_.push(range);
        ++pieces_;
        for (std::uint64_t i = 0; i != range.length; ++i) {
            model_.push_back({nullptr, range.file, range.offset + i, pieces_});
        }
    }

    // As sends do (a part of one batch) or, less often, anything up to all that waits.
    void advance() {
        const std::size_t most =
            below(4) == 0 ? model_.size()
                          : static_cast<std::size_t>(queue_.next(1 + below(300)).bytes());
        const std::size_t count = below(most + 1);
        queue_.advance(count);
        model_.erase(model_.begin(), model_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    void compare() {
        REQUIRE(queue_.bytes() == model_.size());
        REQUIRE(queue_.empty() == model_.empty());
        const std::uint64_t limit = 1 + below(below(2) == 0 ? 20 : 2000);
        const Batch batch = queue_.next(limit);
        REQUIRE(batch.bytes() == expected_bytes(limit));
        REQUIRE(queue_.is_whole(batch) == (batch.bytes() == model_.size()));
        REQUIRE((batch.range() != nullptr) == (!model_.empty() && model_.front().file));
        if (const FileRange* range = batch.range()) {
            REQUIRE(batch.slices().empty());
            REQUIRE(range->length == batch.bytes());
            REQUIRE(range->offset == model_.front().offset);
            REQUIRE(range->file == model_.front().file);
        } else {
            REQUIRE(same_addresses(batch));
        }
    }

    // How far a batch from the front may go: the same kind, a range alone, so many pieces.
    std::uint64_t expected_bytes(std::uint64_t limit) const {
        std::uint64_t count = 0;
        std::size_t pieces = 0;
        std::uint64_t piece = 0;
        for (const ModelByte& byte : model_) {
            if (count == limit || (byte.file != nullptr) != (model_.front().file != nullptr)) {
                break;
            }
            if (byte.piece != piece) {
                piece = byte.piece;
                ++pieces;
                if (pieces > (byte.file ? 1 : batch_slices_max)) {
                    break;
                }
            }
            ++count;
        }
        return count;
    }

    bool same_addresses(const Batch& batch) const {
        auto model = model_.begin();
        for (const Slice slice : batch.slices()) {
            if (slice.empty()) {
                return false;
            }
            for (const std::byte& byte : slice) {
                if (model->address != &byte) {
                    return false;
                }
                ++model;
            }
        }
        return true;
    }

    std::mt19937 random_;
    SharedBytes bytes_;
    std::array<std::shared_ptr<const File>, 2> files_;
    SendQueue queue_;
    std::deque<ModelByte> model_;
    std::uint64_t pieces_ = 0;
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
