#include "stream/patience.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

constexpr int looks_per_limit = 4;
// After so little of it what is unacknowledged is looked at for the first time, to have something
// to compare with: not at once, because most waits are over sooner, and a look is a system call.
constexpr int first_look_of_limit = 64;

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
    const Duration pause = limit_ / first_look_of_limit;
    if (!reactor_.reset(timer_, pause)) {
        timer_ = reactor_.call_later(pause, [this] { look(); });
    }
}

void Patience::once_more() {
    since_ = reactor_.now() - limit_;
    timer_ = reactor_.call_later(Duration::zero(), [this] { look(); });
}

void Patience::stop() {
    reactor_.cancel(timer_);
    since_ = never;
}

void Patience::look() {
    const Instant now = reactor_.now();
    const auto before = unacknowledged_;
    unacknowledged_ = reactor_.sockets().unacknowledged(socket_);
    if (unacknowledged_ && (!before || *unacknowledged_ < *before)) {
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
