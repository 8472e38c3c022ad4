#pragma once

#include <caesura/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace caesura::simulation {

/// Bytes under way, in order. A long run of one byte is kept as its length, so that a test can send
/// gigabytes of them as the reader of the first report did.
class ByteStore {
public:
    std::uint64_t size() const { return size_; }

    void append(Slice bytes);
    /// Moves the first ones to `room`, which must not be longer than what there is.
    void take(std::span<std::byte> room);
    /// Drops all but the first `count`, if there are more.
    void truncate(std::uint64_t count);

private:
    struct Chunk {
        std::vector<std::byte> bytes; // one, when it is a run
        std::uint64_t length = 0;
        std::uint64_t begin = 0; // so many of them are gone

        bool is_run() const { return bytes.size() != length; }
        std::uint64_t left() const { return length - begin; }
    };

    std::deque<Chunk> chunks_;
    std::uint64_t size_ = 0;
};

} // namespace caesura::simulation
