#pragma once

#include <caesura/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace caesura {

/// The most slices in one batch. The seam's limit for one send must be no smaller.
inline constexpr std::size_t batch_slices_max = 64;

/// What one send is to hand over: slices in order, or one range of a file, never both.
/// It owns none of the bytes: its slices are valid until the queue they came from changes.
class Batch {
public:
    /// How many bytes it offers. 0 exactly when the queue was empty.
    std::uint64_t bytes() const { return bytes_; }
    /// None of them empty; none at all where there is a range.
    std::span<const Slice> slices() const { return {slices_.data(), slice_count_}; }
    /// The range, whose length is not 0; nullptr where there is none.
    const FileRange* range() const { return range_.length != 0 ? &range_ : nullptr; }

private:
    friend class SendQueue;

    std::uint64_t bytes_ = 0;
    std::size_t slice_count_ = 0;
    std::array<Slice, batch_slices_max> slices_;
    FileRange range_;
};

/// What a connection has still to hand over, in order: shared bytes and ranges of files. Bytes are
/// never copied or moved: a send that took a part of them moves an offset.
///
/// Invariant: taken < size of the front item <= taken + bytes, or all three are 0; and
/// head <= items. When advance() is over, 2 * head <= items: so the spent items, which own nothing,
/// are never more than the waiting ones, and removing them costs each item one move at most. An
/// empty queue owns no memory.
///
/// An owner whose last use ends in here may call push() and clear(), and nothing else.
class SendQueue {
public:
    SendQueue() = default;
    SendQueue(const SendQueue&) = delete;
    SendQueue& operator=(const SendQueue&) = delete;

    /// Appends; nothing for what is empty. When memory runs out (std::bad_alloc) the queue is as it
    /// was.
    void push(SharedBytes bytes);
    void push(FileRange range);

    /// How many bytes wait.
    std::uint64_t bytes() const { return bytes_; }
    bool empty() const { return bytes_ == 0; }

    /// Drops all of it.
    void clear() noexcept;

    /// What to hand over next: at most `limit` bytes, which must not be 0, and never nothing while
    /// something waits. Allocates nothing.
    Batch next(std::uint64_t limit) const;

    /// Whether `batch`, the latest of next(), is all that waits, so that a FIN can ride on it.
    bool is_whole(const Batch& batch) const { return batch.bytes() == bytes_; }

    /// The first `count` bytes, at most bytes(), were handed over. What is no longer needed is let
    /// go of at once.
    void advance(std::uint64_t count) noexcept;

private:
    using Item = std::variant<SharedBytes, FileRange>;

    void append(Item item, std::uint64_t size);
    bool invariants() const;

    std::vector<Item> items_;
    std::size_t head_ = 0;    // the front item; those before it are spent
    std::uint64_t taken_ = 0; // bytes of the front item that were handed over
    std::uint64_t bytes_ = 0; // bytes that wait
};

} // namespace caesura
