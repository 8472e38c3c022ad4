#pragma once

#include "connection/send_queue.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace caesura::testing {

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
