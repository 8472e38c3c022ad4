#include "stream/outflow.hpp"

#include <algorithm>

namespace caesura {

static_assert(batch_slices_max <= most_slices);

namespace {

// Per turn and connection, so that one fast peer cannot keep the others waiting.
constexpr std::uint32_t share_of_turn = std::uint32_t{4} << 20;
constexpr int sends_per_turn_max = 64; // where a budget makes the pieces small

// After a shortage. Whoever is short of memory may still have some for a small piece (documented
// for WSAENOBUFS: KB 201213 advises at most 64 KiB).
constexpr std::uint32_t first_after_shortage = std::uint32_t{64} << 10;
constexpr std::uint32_t least_after_shortage = std::uint32_t{4} << 10;
// A poller that goes on promising room where there is no memory for it would have the loop spin.
constexpr int empty_promises_max = 16;

// Of a file all that is offered is read anew each time, so no more than this many times what the
// system took at last is offered to one that takes little.
constexpr std::uint32_t file_offer_of_taken = 4;
constexpr std::uint32_t least_of_file = std::uint32_t{16} << 10;
constexpr Duration first_pause = std::chrono::milliseconds(10);
constexpr Duration longest_pause = std::chrono::seconds(1);

} // namespace

Outflow::Outflow(const ConnectionOptions& options, std::size_t piece)
    : allowance_(options, piece), portion_(share_of_turn), file_portion_(share_of_turn) {}

Failure Outflow::hand_over(Sockets& sockets, Socket socket, bool last) {
    std::uint64_t left = share_of_turn;
    int sends_left = sends_per_turn_max;
    while (state_ == State::free && !queue_.empty()) {
        if (left == 0 || sends_left-- == 0) {
            state_ = State::resting;
            break;
        }
        const Batch batch = next(std::min({left, allowance_.piece(), std::uint64_t{portion_}}));
        const auto taken = send(sockets, socket, last, batch);
        if (!taken) {
            return refused(taken.failure());
        }
        left -= *taken;
        sent(*taken, batch);
        allowance_.taken(sockets, socket, taken_);
        queue_.advance(*taken); // last: an owner that is let go of may write, or close
    }
    return {};
}

Batch Outflow::next(std::uint64_t most) const {
    const Batch batch = queue_.next(most);
    const bool is_too_much = batch.range() != nullptr && batch.bytes() > file_portion_;
    return is_too_much ? queue_.next(file_portion_) : batch;
}

void Outflow::sent(std::uint64_t bytes, const Batch& batch) {
    taken_ += bytes;
    pause_ = Duration::zero();
    empty_promises_ = 0;
    portion_ = std::min(share_of_turn, 2 * portion_);
    if (bytes < batch.bytes()) {
        state_ = State::blocked; // a second try would only be told so
        file_portion_ = static_cast<std::uint32_t>(
            std::clamp<std::uint64_t>(file_offer_of_taken * bytes, least_of_file, share_of_turn));
    } else if (batch.range() != nullptr) {
        file_portion_ = std::min(share_of_turn, 2 * file_portion_);
    }
}

Result<std::size_t> Outflow::send(Sockets& sockets, Socket socket, bool last, const Batch& batch) {
    const Follows follows = last && queue_.is_whole(batch) ? Follows::fin : Follows::unknown;
    if (const FileRange* const range = batch.range()) {
        return sockets.send_file(socket, *range, follows);
    }
    return sockets.send(socket, batch.slices(), follows);
}

Failure Outflow::refused(const Failure& failure) {
    if (failure.error == Error::would_block && empty_promises_ >= empty_promises_max) {
        starve();
        return {};
    }
    if (failure.error == Error::would_block) {
        state_ = State::blocked;
        return {};
    }
    if (!is_resource_shortage(failure.error)) {
        return failure;
    }
    starve();
    return {};
}

void Outflow::starve() {
    state_ = State::starved;
    pause_ = pause_ == Duration::zero() ? first_pause : std::min(2 * pause_, longest_pause);
    portion_ = std::clamp(portion_ / 2, least_after_shortage, first_after_shortage);
}

void Outflow::close() {
    state_ = State::closed;
    queue_.clear();
}

} // namespace caesura
