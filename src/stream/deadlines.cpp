#include "stream/deadlines.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

// How often, in the course of an idle limit, acknowledgements are looked at.
constexpr int looks_per_idle_limit = 4;

// How often it is looked at whether the peer has what the system took. Who has all that was there
// at the look before has not been waited for since, however far away he is.
constexpr Duration rest_look = std::chrono::seconds(1);

} // namespace

bool Deadlines::wanted(const ConnectionOptions& options) {
    return options.idle_timeout != forever || options.transfer_timeout != forever ||
           options.min_rate != 0;
}

Deadlines::Deadlines(Reactor& reactor, std::function<Flow()> flow, std::function<void(Error)> over)
    : reactor_(reactor), flow_(std::move(flow)), over_(std::move(over)),
      last_move_(reactor.now()) {}

void Deadlines::set(const ConnectionOptions& options, Instant began) {
    if (idle_ == forever) {
        last_move_ = reactor_.now(); // nobody has kept it
    }
    if (options.min_rate == 0) {
        span_began_ = never;
        queue_waits_ = false;
    } else if (min_rate_ == 0) {
        const Flow flow = flow_();
        if (flow.delivered() != flow.taken) {
            begin_span(flow.delivered(), flow.taken);
        }
    }
    idle_ = options.idle_timeout;
    end_ = after(began, options.transfer_timeout);
    min_rate_ = options.min_rate;
    arm();
}

void Deadlines::handed_over(std::uint64_t before, std::uint64_t taken) {
    moved();
    if (min_rate_ != 0 && span_began_ == never && hears_acknowledgements_) {
        begin_span(before, taken);
        arm();
    }
}

void Deadlines::bytes_wait(bool wait) {
    if (min_rate_ == 0 || wait == queue_waits_) {
        return;
    }
    queue_waits_ = wait;
    const Flow flow = flow_();
    if (wait && span_began_ == never) {
        begin_span(flow.delivered(), flow.taken);
    } else if (!wait && flow.delivered() == flow.taken) {
        span_began_ = never;
    } else if (!wait) {
        look_for_rest(flow.taken);
    }
    arm();
}

void Deadlines::begin_span(std::uint64_t delivered, std::uint64_t taken) {
    span_began_ = reactor_.now();
    delivered_before_ = delivered;
    look_for_rest(taken);
}

void Deadlines::look_for_rest(std::uint64_t taken) {
    rest_looked_ = reactor_.now();
    taken_at_look_ = taken;
}

// The timer is only ever brought forward. Late bytes only move the moment that counts, which it
// finds out when it fires; and one that is due must not be set anew, or it would wait for the next
// turn, and in a queue that runs empty and fills again in every turn, for ever.
void Deadlines::arm() {
    const Instant now = reactor_.now();
    Instant next = std::min({after(last_move_, idle_), end_, after(span_began_, rate_span)});
    if (idle_ != forever && hears_acknowledgements_) {
        next = std::min(next, after(now, idle_ / looks_per_idle_limit));
    }
    if (span_began_ != never && !queue_waits_) {
        next = std::min(next, after(now, rest_look));
    }
    if (next >= due_) {
        return;
    }
    due_ = next;
    reactor_.cancel(timer_);
    timer_ = reactor_.call_at(next, [this] { look(); });
}

void Deadlines::look() {
    due_ = never;
    const Instant now = reactor_.now();
    const Flow flow = flow_();
    follow(flow, now);
    const Error reason = passed(flow, now);
    if (reason == Error::none) {
        arm();
        return;
    }
    const auto over = over_;
    over(reason); // last: may destroy this
}

void Deadlines::follow(const Flow& flow, Instant now) {
    hears_acknowledgements_ = flow.unacknowledged.has_value();
    if (hears_acknowledgements_ && flow.delivered() > delivered_at_look_) {
        delivered_at_look_ = flow.delivered();
        last_move_ = now;
    }
    if (span_began_ == never || queue_waits_) {
        return;
    }
    if (flow.delivered() == flow.taken) {
        span_began_ = never;
    } else if (after(rest_looked_, rest_look) <= now) {
        if (flow.delivered() >= taken_at_look_) {
            begin_span(flow.delivered(), flow.taken);
        }
        look_for_rest(flow.taken);
    }
}

Error Deadlines::passed(const Flow& flow, Instant now) {
    if (end_ <= now) {
        return Error::took_too_long;
    }
    if (after(last_move_, idle_) <= now) {
        return Error::idle_too_long;
    }
    if (after(span_began_, rate_span) <= now) {
        const auto seconds = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::seconds>(now - span_began_).count());
        if ((flow.delivered() - delivered_before_) / seconds < min_rate_) {
            return Error::too_slow;
        }
        span_began_ = now;
        delivered_before_ = flow.delivered();
    }
    return Error::none;
}

} // namespace caesura
