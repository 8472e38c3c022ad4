#include <caesura/looping_call.hpp>

#include <cassert>
#include <utility>

namespace caesura {

LoopingCall::LoopingCall(Reactor& reactor, std::function<void(std::uint64_t)> tick)
    : reactor_(reactor),
      tick_(std::make_shared<const std::function<void(std::uint64_t)>>(std::move(tick))) {}

void LoopingCall::start(Duration interval) {
    assert(interval > Duration::zero());
    stop();
    start_ = reactor_.now();
    interval_ = interval;
    next_tick_ = 1;
    schedule();
}

void LoopingCall::stop() {
    reactor_.cancel(timer_);
}

void LoopingCall::schedule() {
    const auto ticks = static_cast<Duration::rep>(next_tick_);
    const bool overflows = ticks > Duration::max() / interval_;
    timer_ =
        reactor_.call_at(overflows ? never : after(start_, ticks * interval_), [this] { fire(); });
}

void LoopingCall::fire() {
    const auto due = static_cast<std::uint64_t>((reactor_.now() - start_) / interval_);
    assert(due >= next_tick_);
    const std::uint64_t skipped = due - next_tick_;
    next_tick_ = due + 1;
    // Before the tick, which may stop this, start it anew, or destroy it.
    schedule();
    const auto tick = tick_;
    (*tick)(skipped);
}

} // namespace caesura
