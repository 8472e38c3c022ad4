#pragma once

#include "connection/send_queue.hpp"

#include <caesura/file.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace caesura::testing {

// A file of any size that nobody may read: a queue must hand on ranges, not look into them.
class UnreadFile : public File {
public:
    explicit UnreadFile(std::uint64_t size) : size_(size) {}

    FileVersion version() const override { return {0, 0, size_, 0}; }
    Failure read(std::uint64_t, std::span<std::byte>) const override {
        return {Error::input_output};
    }

private:
    std::uint64_t size_;
};

// The bytes of a batch of slices, one after the other.
inline std::string text_of(const Batch& batch) {
    std::string text;
    for (const Slice slice : batch.slices()) {
        text += as_text(slice);
    }
    return text;
}

// Takes bytes out of the queue, at most `limit` for each send, until it is empty.
inline std::string drain(SendQueue& queue, std::uint64_t limit) {
    std::string text;
    while (!queue.empty()) {
        const Batch batch = queue.next(limit);
        REQUIRE(batch.bytes() != 0);
        text += text_of(batch);
        queue.advance(batch.bytes());
    }
    return text;
}

} // namespace caesura::testing
