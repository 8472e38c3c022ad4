#include "stream/deadlines.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

bool Deadlines::wanted(const ConnectionOptions& options) {
    return options.idle_timeout != forever || options.transfer_timeout != forever ||
           options.min_rate != 0;
}

Deadlines::Deadlines(Reactor& reactor, const ConnectionOptions& options, Instant began,
                     std::function<std::uint64_t()> delivered, std::function<void(Error)> over)
    : reactor_(reactor), idle_(options.idle_timeout), end_(after(began, options.transfer_timeout)),
      min_rate_(options.min_rate), delivered_(std::move(delivered)), over_(std::move(over)),
      last_move_(reactor.now()) {
    arm();
}

void Deadlines::bytes_wait(bool wait) {
    if (min_rate_ == 0 || wait == (span_began_ != never)) {
        return;
    }
    span_began_ = wait ? reactor_.now() : never;
    delivered_before_ = wait ? delivered_() : 0;
    arm();
}

// Late bytes only move the moment that counts; the timer finds that out when it fires.
void Deadlines::arm() {
    const Instant next = std::min({after(last_move_, idle_), end_, after(span_began_, rate_span)});
    reactor_.cancel(timer_);
    if (next != never) {
        timer_ = reactor_.call_at(next, [this] { look(); });
    }
}

void Deadlines::look() {
    const Error reason = passed(reactor_.now());
    if (reason == Error::none) {
        arm();
        return;
    }
    const auto over = std::move(over_);
    over(reason); // last: may destroy this
}

Error Deadlines::passed(Instant now) {
    if (end_ <= now) {
        return Error::took_too_long;
    }
    if (after(last_move_, idle_) <= now) {
        return Error::idle_too_long;
    }
    if (after(span_began_, rate_span) <= now) {
        const std::uint64_t delivered = delivered_();
        const auto seconds = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::seconds>(now - span_began_).count());
        if ((delivered - delivered_before_) / seconds < min_rate_) {
            return Error::too_slow;
        }
        span_began_ = now;
        delivered_before_ = delivered;
    }
    return Error::none;
}

} // namespace caesura
