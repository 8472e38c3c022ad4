#pragma once

#include <caesura/reactor.hpp>
#include <caesura/tcp.hpp>

#include <cstdint>
#include <functional>

namespace caesura {

/// The limits of one connection that hold from its beginning until our FIN is out and only the
/// peer's is awaited: on silence, on its whole life, and on how slow it may be. One timer for all.
class Deadlines {
public:
    /// How long the least rate is measured over.
    static constexpr Duration rate_span = std::chrono::seconds(30);

    /// Whether the options have any of these limits.
    static bool wanted(const ConnectionOptions& options);

    /// `over` is called with idle_too_long, took_too_long or too_slow, once; it may destroy this.
    /// `delivered` says how many bytes the peer has by now, as far as the system can tell.
    Deadlines(Reactor& reactor, const ConnectionOptions& options, Instant began,
              std::function<std::uint64_t()> delivered, std::function<void(Error)> over);
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;
    ~Deadlines() { reactor_.cancel(timer_); }

    /// Bytes have moved, either way.
    void moved() { last_move_ = reactor_.now(); }
    /// Whether bytes wait for the peer: only while they do can it be too slow.
    void bytes_wait(bool wait);

private:
    void look();
    void arm();
    Error passed(Instant now);

    Reactor& reactor_;
    const Duration idle_;
    const Instant end_;
    const std::uint64_t min_rate_; // 0 = none
    std::function<std::uint64_t()> delivered_;
    std::function<void(Error)> over_;
    TimerId timer_;
    Instant last_move_;
    Instant span_began_ = never; // while bytes wait and there is a least rate
    std::uint64_t delivered_before_ = 0;
};

} // namespace caesura
