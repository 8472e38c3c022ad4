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
constexpr Duration first_pause = std::chrono::milliseconds(10);
constexpr Duration longest_pause = std::chrono::seconds(1);

} // namespace

Outflow::Outflow(const ConnectionOptions& options, std::size_t piece)
    : allowance_(options, piece), portion_(share_of_turn) {}

Failure Outflow::hand_over(Sockets& sockets, Socket socket, bool last) {
    std::uint64_t left = share_of_turn;
    int sends_left = sends_per_turn_max;
    while (state_ == State::free && !queue_.empty()) {
        if (left == 0 || sends_left-- == 0) {
            state_ = State::blocked;
            break;
        }
        const Batch batch =
            queue_.next(std::min({left, allowance_.piece(), std::uint64_t{portion_}}));
        const auto sent = send(sockets, socket, last, batch);
        if (!sent) {
            return refused(sent.failure());
        }
        if (*sent < batch.bytes()) {
            state_ = State::blocked; // a second try would only be told so
        }
        left -= *sent;
        taken_ += *sent;
        pause_ = Duration::zero();
        empty_promises_ = 0;
        portion_ = std::min(share_of_turn, 2 * portion_);
        allowance_.taken(sockets, socket, taken_);
        queue_.advance(*sent); // last: an owner that is let go of may write, or close
    }
    return {};
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
