#pragma once

#include "connection/send_queue.hpp"
#include "stream/allowance.hpp"

#include <caesura/sockets.hpp>

#include <cstdint>

namespace caesura {

/// The bytes of one connection on their way from the program to the system: what waits, what stands
/// between it and the system, and how much may be offered at once.
///
/// An owner of bytes whose last use ends in here may write or close, as anybody may at any time.
class Outflow {
public:
    enum class State : std::uint8_t {
        free,    // nothing known: try
        blocked, // the system's buffer is full: an event will come
        resting, // has had its share of this turn: an event will come, if the system takes more
        starved, // the system is short of memory, or says again and again that there is room where
                 // there is none: try again after pause(), for no event will tell when
        closed
    };

    Outflow(const ConnectionOptions& options, std::size_t piece);

    SendQueue& queue() { return queue_; }
    const SendQueue& queue() const { return queue_; }
    State state() const { return state_; }
    /// How many bytes the system has taken in all.
    std::uint64_t taken() const { return taken_; }
    /// While starved: how long to wait. Longer each time, up to a second.
    Duration pause() const { return pause_; }

    Failure set_limit(Sockets& sockets, Socket socket, std::size_t bytes) {
        return allowance_.set_limit(sockets, socket, bytes, taken_);
    }

    /// Hands over what the system takes, at most one turn's share. `last`: the program has written
    /// its last, and our FIN follows. A failure is one that ends the connection; a pause of any
    /// kind is none, and shows in state().
    Failure hand_over(Sockets& sockets, Socket socket, bool last);

    /// The poller says that there is room.
    void writable() {
        empty_promises_ += state_ == State::blocked ? 1 : 0;
        leave(State::blocked);
        leave(State::resting);
    }
    /// Whether an event of the poller's is awaited.
    bool awaits_room() const { return state_ == State::blocked || state_ == State::resting; }
    /// Whatever the system said, it is to be asked once more.
    void try_again() { state_ = state_ == State::closed ? State::closed : State::free; }
    /// Whether there is a budget.
    bool is_limited() const { return allowance_.is_limited(); }
    /// The pause of a shortage is over.
    void retry() { leave(State::starved); }
    /// Drops what waits; nothing is handed over from now on.
    void close();

private:
    void leave(State state) {
        if (state_ == state) {
            state_ = State::free;
        }
    }
    Batch next(std::uint64_t most) const;
    Result<std::size_t> send(Sockets& sockets, Socket socket, bool last, const Batch& batch);
    void sent(std::uint64_t bytes, const Batch& batch);
    Failure refused(const Failure& failure);
    void starve();

    SendQueue queue_;
    Allowance allowance_;
    std::uint64_t taken_ = 0;
    Duration pause_{};       // since the last shortage that nothing was taken after; else zero
    std::uint32_t portion_;  // the most to offer at once: small after a shortage
    std::uint32_t file_portion_; // of a file: small while the system takes little at once
    int empty_promises_ = 0; // of room, since the system last took anything
    State state_ = State::free;
};

} // namespace caesura
