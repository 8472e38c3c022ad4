#pragma once

#include <caesura/reactor.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace caesura {

/// Floor 3: a call at regular times. Ticks belong to a schedule, start + n * interval, that never
/// drifts: a tick that comes late does not delay the next. When the loop was held up for longer
/// than an interval the ticks that fell into that time are not made up for in a burst; the next
/// call is told how many were skipped.
/// Belongs to the reactor's thread, and must not outlive the reactor.
class LoopingCall {
public:
    /// `tick(skipped)`: how many scheduled ticks since the last call were left out.
    LoopingCall(Reactor& reactor, std::function<void(std::uint64_t skipped)> tick);
    ~LoopingCall() { stop(); }
    LoopingCall(const LoopingCall&) = delete;
    LoopingCall& operator=(const LoopingCall&) = delete;

    /// First tick one interval from now; starting anew drops the old schedule. The interval must
    /// be positive.
    void start(Duration interval);
    /// No tick after this. May be called from the tick; so may start, and the destructor.
    void stop();
    bool running() const { return reactor_.pending(timer_); }

private:
    void schedule();
    void fire();

    Reactor& reactor_;
    // Shared, so that it outlives its own call even when that destroys this.
    std::shared_ptr<const std::function<void(std::uint64_t)>> tick_;
    TimerId timer_;
    Instant start_;
    Duration interval_{};
    std::uint64_t next_tick_ = 1;
};

} // namespace caesura
