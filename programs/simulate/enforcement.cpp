#include "simulate/enforcement.hpp"

#include <utility>

namespace caesura {

namespace {

// Over which a rate is measured: see ConnectionOptions::min_rate.
constexpr std::uint64_t span_seconds = 30;
constexpr Duration span = std::chrono::seconds(span_seconds);

} // namespace

Enforcement::Enforcement(const ConnectionOptions& options,
                         std::shared_ptr<const Testimony> testimony, Instant began)
    : options_(options), testimony_(std::move(testimony)),
      end_(after(began, options.transfer_timeout)) {
    idle_.begin(after(began, options.idle_timeout));
}

std::optional<std::string_view> Enforcement::look(const TurnLook& turn) {
    if (end_ <= turn.before) {
        return "a connection takes longer than it may";
    }
    if (stands_too_long(turn)) {
        return "a connection is idle for longer than it may be";
    }
    if (is_too_slow(turn)) {
        return "a peer takes less than the least rate";
    }
    if (is_too_full(turn)) {
        return "more is queued than may be";
    }
    return std::nullopt;
}

bool Enforcement::Wait::is_over(const TurnLook& turn, Duration step) {
    if (due == never || turn.before < due) {
        return false;
    }
    if (!std::exchange(is_second, true)) {
        due = after(turn.after, step);
        return false;
    }
    return true;
}

// In the first step the library may find, as late as at its end, that bytes had arrived which were
// seen to have by others before. In the second there are no more of these.
bool Enforcement::stands_too_long(const TurnLook& turn) {
    if (std::exchange(moves_, testimony_->moves()) != testimony_->moves()) {
        idle_.begin(after(turn.after, options_.idle_timeout));
    }
    return idle_.is_over(turn, options_.idle_timeout);
}

// When nothing more is written, bytes that wait have waited without a break. In the first step the
// span ends that was under way, and in the second the next one, all of which is then behind us: in
// it no more arrived than in both steps.
bool Enforcement::is_too_slow(const TurnLook& turn) {
    if (options_.min_rate == 0 || !turn.is_done || turn.queued == 0) {
        span_ = {};
        return false;
    }
    if (span_.due == never) {
        span_.begin(after(turn.after, span));
        delivered_before_ = testimony_->bytes_delivered();
    }
    if (!span_.is_over(turn, span)) {
        return false;
    }
    span_ = {};
    return testimony_->bytes_delivered() - delivered_before_ < span_seconds * options_.min_rate;
}

// Whenever a connection settles, which it does in each turn in which it was written to.
bool Enforcement::is_too_full(const TurnLook& turn) {
    const std::uint64_t before = std::exchange(queued_before_, turn.queued);
    return options_.queue_limit != 0 && turn.queued > options_.queue_limit &&
           before > options_.queue_limit && turn.queued <= before;
}

} // namespace caesura
