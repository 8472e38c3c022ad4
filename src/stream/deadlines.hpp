#pragma once

#include <caesura/reactor.hpp>
#include <caesura/tcp.hpp>

#include <cstdint>
#include <functional>
#include <optional>

namespace caesura {

/// The limits of one connection that hold from its beginning until our FIN is out and only the
/// peer's is awaited: on silence, on its whole life, and on how slow it may be. One timer for all.
class Deadlines {
public:
    /// How long the least rate is measured over.
    static constexpr Duration rate_span = std::chrono::seconds(30);

    /// How far a connection's output has come.
    struct Flow {
        std::uint64_t taken; // by the system, in bytes
        std::optional<std::uint64_t> unacknowledged; // of these, where it can tell

        std::uint64_t delivered() const { return taken - unacknowledged.value_or(0); }
    };

    /// Whether the options have any of these limits.
    static bool wanted(const ConnectionOptions& options);

    /// `over` is called with idle_too_long, took_too_long or too_slow; it may destroy this, or say
    /// by set() that it goes on.
    Deadlines(Reactor& reactor, std::function<Flow()> flow, std::function<void(Error)> over);
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;
    ~Deadlines() { reactor_.cancel(timer_); }

    /// The limits of the options from now on; what has begun goes on.
    void set(const ConnectionOptions& options, Instant began);
    /// Bytes have moved, either way. (What is acknowledged meanwhile is found out here.)
    void moved() { last_move_ = reactor_.now(); }
    /// The system has `taken` bytes in all, `before` of them before now.
    void handed_over(std::uint64_t before, std::uint64_t taken);
    /// Whether bytes wait in the queue. While they do, or lie with the system from one look to the
    /// next, can the peer be too slow.
    void bytes_wait(bool wait);

private:
    void look();
    void arm();
    void follow(const Flow& flow, Instant now);
    Error passed(const Flow& flow, Instant now);
    void begin_span(std::uint64_t delivered, std::uint64_t taken);
    void look_for_rest(std::uint64_t taken);

    Reactor& reactor_;
    std::function<Flow()> flow_;
    std::function<void(Error)> over_;
    Duration idle_ = forever;
    Instant end_ = never;
    std::uint64_t min_rate_ = 0; // 0 = none
    TimerId timer_;
    Instant due_ = never; // when that fires; never: it is not set
    Instant last_move_;
    std::uint64_t delivered_at_look_ = 0;
    bool hears_acknowledgements_ = true; // until a look finds that the system does not tell
    bool queue_waits_ = false;
    Instant span_began_ = never; // while bytes wait and there is a least rate
    std::uint64_t delivered_before_ = 0;
    Instant rest_looked_{}; // in the course of a span
    std::uint64_t taken_at_look_ = 0;
};

} // namespace caesura
