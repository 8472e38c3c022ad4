#include "stream/patience.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

constexpr int looks_per_limit = 4;

} // namespace

Patience::Patience(Reactor& reactor, Call over) : reactor_(reactor), over_(std::move(over)) {}

void Patience::wait(Socket socket, Duration limit) {
    if (limit == forever) {
        stop();
        return;
    }
    if (since_ != never && limit == limit_) {
        return;
    }
    socket_ = socket;
    limit_ = limit;
    since_ = reactor_.now();
    unacknowledged_.reset();
    const Duration pause = limit_ / looks_per_limit;
    if (!reactor_.reset(timer_, pause)) {
        timer_ = reactor_.call_later(pause, [this] { look(); });
    }
}

void Patience::stop() {
    reactor_.cancel(timer_);
    since_ = never;
}

void Patience::look() {
    const Instant now = reactor_.now();
    const auto before = unacknowledged_;
    unacknowledged_ = reactor_.sockets().unacknowledged(socket_);
    if (before && unacknowledged_ && *unacknowledged_ < *before) {
        since_ = now;
    }
    const Duration left = until(after(since_, limit_), now);
    if (left == Duration::zero()) {
        since_ = never;
        over_();
        return;
    }
    timer_ = reactor_.call_later(std::min(left, limit_ / looks_per_limit), [this] { look(); });
}

} // namespace caesura
