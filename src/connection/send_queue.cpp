#include "connection/send_queue.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace caesura {
namespace {

std::uint64_t size_of(const std::variant<SharedBytes, FileRange>& item) {
    if (const FileRange* range = std::get_if<FileRange>(&item)) {
        return range->length;
    }
    return std::get<SharedBytes>(item).size();
}

} // namespace

void SendQueue::push(SharedBytes bytes) {
    const std::uint64_t size = bytes.size();
    append(std::move(bytes), size);
}

void SendQueue::push(FileRange range) {
    assert(range.file || range.length == 0);
    const std::uint64_t size = range.length;
    append(std::move(range), size);
}

void SendQueue::append(Item item, std::uint64_t size) {
    assert(size <= std::numeric_limits<std::uint64_t>::max() - bytes_ - taken_);
    if (size == 0) {
        return;
    }
    items_.push_back(std::move(item));
    bytes_ += size;
    assert(invariants());
}

void SendQueue::clear() noexcept {
    std::vector<Item> dropped;
    dropped.swap(items_);
    head_ = 0;
    taken_ = 0;
    bytes_ = 0;
    assert(invariants());
} // their owners are let go of here, when the queue is in order

Batch SendQueue::next(std::uint64_t limit) const {
    assert(limit > 0);
    Batch batch;
    std::uint64_t skip = taken_;
    for (std::size_t at = head_; at != items_.size() && batch.bytes_ != limit; ++at) {
        const std::uint64_t count = std::min(size_of(items_[at]) - skip, limit - batch.bytes_);
        if (const FileRange* range = std::get_if<FileRange>(&items_[at])) {
            if (batch.slice_count_ == 0) {
                batch.range_ = {range->file, range->offset + skip, count};
                batch.bytes_ = count;
            }
            break;
        }
        if (batch.slice_count_ == batch_slices_max) {
            break;
        }
        // Both fit: they lie within one piece of memory.
        batch.slices_[batch.slice_count_++] =
            std::get<SharedBytes>(items_[at])
                .slice()
                .subspan(static_cast<std::size_t>(skip), static_cast<std::size_t>(count));
        batch.bytes_ += count;
        skip = 0;
    }
    return batch;
}

void SendQueue::advance(std::uint64_t count) noexcept {
    assert(count <= bytes_);
    bytes_ -= count;
    taken_ += count;
    std::size_t spent = head_;
    while (head_ != items_.size() && taken_ >= size_of(items_[head_])) {
        taken_ -= size_of(items_[head_]);
        ++head_;
    }
    if (head_ == items_.size()) {
        clear();
        return;
    }
    // One owner at a time, with the queue in order: it may append to it, or clear it.
    for (; spent < head_; ++spent) {
        const Item let_go = std::exchange(items_[spent], Item());
    }
    if (head_ > items_.size() / 2) {
        items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
    assert(invariants() && head_ <= items_.size() / 2);
}

bool SendQueue::invariants() const {
    if (items_.empty()) {
        return items_.capacity() == 0 && head_ == 0 && taken_ == 0 && bytes_ == 0;
    }
    return head_ < items_.size() && taken_ < size_of(items_[head_]) &&
           size_of(items_[head_]) <= taken_ + bytes_;
}

} // namespace caesura
