#pragma once

#include "connection/send_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace caesura::testing {

// The queue as one would write it without a thought for cost: one entry for each byte, which says
// where it comes from. It owns no bytes, so that their last use ends in the queue it is a model of.
class NaiveQueue {
public:
    void push(const SharedBytes& bytes) {
        ++pieces_;
        for (const std::byte& byte : bytes.slice()) {
            bytes_.push_back({&byte, nullptr, 0, pieces_});
        }
    }

    void push(const FileRange& range) {
        ++pieces_;
        for (std::uint64_t i = 0; i != range.length; ++i) {
            bytes_.push_back({nullptr, range.file.get(), range.offset + i, pieces_});
        }
    }

    void advance(std::uint64_t count) {
        bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    void clear() { bytes_.clear(); }

    std::size_t size() const { return bytes_.size(); }

    // In what the queue, or its next batch of at most so many bytes, is wrong; empty when it is
    // right.
    const char* difference(const SendQueue& queue, std::uint64_t limit) const {
        if (queue.bytes() != bytes_.size() || queue.empty() != bytes_.empty()) {
            return "how many bytes wait";
        }
        const Batch batch = queue.next(limit);
        if (batch.bytes() != expected_bytes(limit)) {
            return "how many bytes the batch offers";
        }
        if (queue.is_whole(batch) != (batch.bytes() == bytes_.size())) {
            return "whether the batch is all that waits";
        }
        const FileRange* const range = batch.range();
        if ((range != nullptr) != (!bytes_.empty() && bytes_.front().file != nullptr)) {
            return "whether the batch is a range of a file";
        }
        if (range == nullptr) {
            return same_addresses(batch) ? "" : "which bytes the slices are";
        }
        const bool same = batch.slices().empty() && range->length == batch.bytes() &&
                          range->offset == bytes_.front().offset &&
                          range->file.get() == bytes_.front().file;
        return same ? "" : "which range of which file it is";
    }

private:
    struct Byte {
        const std::byte* address = nullptr; // of a byte in memory; null for one in a file
        const File* file = nullptr;
        std::uint64_t offset = 0; // in the file
        std::uint64_t piece = 0;  // counts what was pushed
    };

    // How far a batch from the front may go: the same kind, a range alone, so many pieces.
    std::uint64_t expected_bytes(std::uint64_t limit) const {
        std::uint64_t count = 0;
        std::size_t pieces = 0;
        std::uint64_t piece = 0;
        for (const Byte& byte : bytes_) {
            if (count == limit || (byte.file != nullptr) != (bytes_.front().file != nullptr)) {
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
        auto model = bytes_.begin();
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

    std::deque<Byte> bytes_;
    std::uint64_t pieces_ = 0;
};

} // namespace caesura::testing
