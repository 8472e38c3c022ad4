#include <caesura/simulation/send_buffer.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace caesura::simulation {

std::uint64_t SendBuffer::limit() const {
    std::uint64_t bytes = policy_.limit;
    if (policy_.rule == SendRule::whole_sends && !limit_set_) {
        if (policy_.backlog == Backlog::larger) {
            bytes = std::max(bytes, policy_.ideal_backlog);
        } else if (policy_.backlog == Backlog::ideal) {
            bytes = policy_.ideal_backlog;
        }
    }
    return std::min(bytes, pressed_);
}

void SendBuffer::set_limit(std::uint64_t bytes) {
    policy_.limit = bytes;
    limit_set_ = true;
}

/// Bytes below the limit.
std::uint64_t SendBuffer::room() const {
    return limit() > charged_ ? limit() - charged_ : 0;
}

/// Never more than the limit, as BSD sees to.
std::uint64_t SendBuffer::low_water() const {
    return std::min(policy_.low_water, limit());
}

void SendBuffer::take(std::uint64_t bytes) {
    charged_ += bytes;
    unsent_ += bytes;
}

std::uint64_t SendBuffer::send(std::uint64_t offered) {
    assert(offered > 0);
    std::uint64_t taken = 0;
    switch (policy_.rule) {
    case SendRule::share:
        if (unsent_ < unsent_low_water_) {
            const std::uint64_t to_mark = unsent_low_water_ - unsent_;
            const std::uint64_t most = unsent_low_water_ == none ? none : to_mark + segment_buffer;
            taken = std::min({offered, room(), most});
        }
        break;
    case SendRule::low_water:
        taken = room() < std::min(offered, low_water()) ? 0 : std::min(offered, room());
        break;
    case SendRule::whole_sends:
        taken = room() > 0 ? offered : 0;
        break;
    case SendRule::hold_back:
        taken = room() > 0 ? offered : 0;
        break;
    }
    if (std::exchange(takes_next_whole_, false)) {
        taken = offered;
    }
    if (taken > 0) {
        take(taken);
        if (policy_.rule == SendRule::whole_sends) {
            sends_.push_back(taken);
        }
    }
    return taken;
}

bool SendBuffer::completes_at_once(std::uint64_t offered) {
    assert(policy_.rule == SendRule::whole_sends && offered > 0);
    const bool at_once = room() > 0 || sends_.size() <= 1;
    take(offered);
    sends_.push_back(offered);
    return at_once;
}

void SendBuffer::acknowledged(std::uint64_t bytes) {
    if (policy_.rule != SendRule::whole_sends) {
        charged_ -= bytes;
        return;
    }
    acknowledged_of_oldest_ += bytes;
    while (!sends_.empty() && acknowledged_of_oldest_ >= sends_.front()) {
        charged_ -= sends_.front();
        acknowledged_of_oldest_ -= sends_.front();
        sends_.pop_front();
    }
}

void SendBuffer::dropped(std::uint64_t bytes) {
    assert(policy_.rule == SendRule::hold_back && bytes <= unsent_);
    charged_ -= bytes;
    unsent_ -= bytes;
}

void SendBuffer::clear() {
    charged_ = 0;
    unsent_ = 0;
    sends_.clear();
    acknowledged_of_oldest_ = 0;
}

std::uint64_t SendBuffer::held_back() const {
    return policy_.rule == SendRule::hold_back && charged_ > limit() ? charged_ - limit() : 0;
}

bool SendBuffer::writable() const {
    switch (policy_.rule) {
    case SendRule::share:
        return unsent_ < unsent_low_water_ && room() > 0 && room() >= charged_ / 2;
    case SendRule::low_water:
        return room() > 0 && room() >= low_water();
    case SendRule::whole_sends:
        return room() > 0;
    case SendRule::hold_back:
        break;
    }
    return room() > 0 && room() >= charged_ / 2;
}

} // namespace caesura::simulation
