#pragma once

#include <caesura/sockets.hpp>
#include <caesura/tcp.hpp>

#include <cstdint>

namespace caesura {

/// How much of what one connection hands over may lie unsent in the system: little at first, more
/// only by progress, so that a reader that never reads is worth its budget and no more.
///
/// Who has taken `first_look` bytes is looked at, and again whenever it has taken twice as many:
/// - A near reader gets a bounded send buffer, which stays in the processor's caches: measured, it
///   halves the cost of a byte (docs/SEND-BUFFERS.md). It ends the system's own tuning for good.
/// - A far one keeps that tuning: a bounded buffer would be all that is ever under way to it. Its
///   budget is doubled, up to `most`: with less, a sender that is woken late leaves the way empty
///   now and then (measured at 100 ms: 0.92 of the throughput without a budget, and 1.04 so).
/// - Where the system cannot tell how far a reader is (Windows), the same, for there the budget is
///   all that is ever under way to it.
/// What is earned comes out of a pool, and goes back at the end.
class Allowance {
public:
    static constexpr std::uint64_t first_look = std::uint64_t{512} << 10;
    static constexpr std::size_t near_buffer = std::size_t{256} << 10;
    static constexpr Duration near = std::chrono::microseconds(500);
    static constexpr std::size_t most = std::size_t{1} << 20;

    /// `piece` is what limit_unsent has answered to the options' budget.
    Allowance(const ConnectionOptions& options, std::size_t piece);
    Allowance(const Allowance&) = delete;
    Allowance& operator=(const Allowance&) = delete;
    ~Allowance() { give_back(); }

    /// The most bytes that one send may offer; at least 1.
    std::uint64_t piece() const { return piece_; }

    /// Whether there is a budget.
    bool is_limited() const { return limit_ != 0; }

    /// A new budget, in place of what was and of what was earned by the `total` bytes taken so far.
    /// When it cannot be set all stays as it was.
    Failure set_limit(Sockets& sockets, Socket socket, std::size_t bytes, std::uint64_t total);

    /// The system has taken `total` bytes by now.
    void taken(Sockets& sockets, Socket socket, std::uint64_t total) {
        if (total >= next_look_) {
            look(sockets, socket, total);
        }
    }

private:
    void look(Sockets& sockets, Socket socket, std::uint64_t total);
    bool earn(Sockets& sockets, Socket socket, std::size_t bytes);
    void earn_buffer(Sockets& sockets, Socket socket);
    void give_back();

    UnsentPool& pool_;
    std::uint64_t earned_ = 0; // of the pool
    std::uint64_t next_look_;
    std::size_t limit_; // 0 = none, and nothing to earn
    std::size_t piece_;
};

} // namespace caesura
