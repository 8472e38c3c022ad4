#include "simulation/byte_store.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace caesura::simulation {

namespace {

constexpr std::size_t shortest_run = 64 * 1024;
constexpr std::size_t usual_chunk = 64 * 1024;

bool is_one_byte(Slice bytes) {
    return std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

} // namespace

void ByteStore::append(Slice bytes) {
    if (bytes.empty()) {
        return;
    }
    size_ += bytes.size();
    if (bytes.size() >= shortest_run && is_one_byte(bytes)) {
        chunks_.push_back({{bytes.front()}, bytes.size(), 0});
        return;
    }
    const bool fits = !chunks_.empty() && !chunks_.back().is_run() &&
                      chunks_.back().length + bytes.size() <= usual_chunk;
    Chunk& chunk = fits ? chunks_.back() : chunks_.emplace_back();
    chunk.bytes.insert(chunk.bytes.end(), bytes.begin(), bytes.end());
    chunk.length = chunk.bytes.size();
}

void ByteStore::take(std::span<std::byte> room) {
    assert(room.size() <= size_);
    size_ -= room.size();
    while (!room.empty()) {
        Chunk& chunk = chunks_.front();
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), chunk.left()));
        if (chunk.is_run()) {
            std::fill_n(room.begin(), count, chunk.bytes.front());
        } else {
            std::copy_n(chunk.bytes.begin() + static_cast<std::ptrdiff_t>(chunk.begin), count,
                        room.begin());
        }
        room = room.subspan(count);
        chunk.begin += count;
        if (chunk.left() == 0) {
            chunks_.pop_front();
        }
    }
}

void ByteStore::truncate(std::uint64_t count) {
    while (size_ > count) {
        Chunk& chunk = chunks_.back();
        const std::uint64_t excess = std::min(size_ - count, chunk.left());
        size_ -= excess;
        if (excess == chunk.left()) {
            chunks_.pop_back();
        } else if (chunk.is_run()) {
            chunk.length -= excess;
        } else {
            chunk.length -= excess;
            chunk.bytes.resize(static_cast<std::size_t>(chunk.length));
        }
    }
}

} // namespace caesura::simulation
