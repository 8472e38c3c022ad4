#include "simulate/testimony.hpp"

#include <algorithm>
#include <string>

namespace caesura {

namespace {

/// Nothing that passes, with or without a timer.
bool is_final(const Failure& failure) {
    return failure && failure.error != Error::would_block && !is_resource_shortage(failure.error);
}

} // namespace

void Testimony::connected(const Failure& failure) {
    if (is_final(failure)) {
        told_.push_back(failure);
    }
}

void Testimony::received(const Result<std::size_t>& bytes) {
    if (!bytes) {
        if (is_final(bytes.failure())) {
            told_.push_back(bytes.failure());
            is_cut_off_ = true;
        }
    } else if (*bytes == 0) {
        is_ended_ = true;
    } else {
        received_ += *bytes;
        ++moves_;
        received_after_fin_ += is_shut_ ? *bytes : 0;
        is_owed_ = false;
    }
}

void Testimony::sent(const Result<std::size_t>& bytes) {
    if (bytes) {
        sent_ += *bytes;
        ++moves_;
    } else if (is_final(bytes.failure())) {
        told_.push_back(bytes.failure());
        is_cut_off_ = true;
        is_unheard_ = true;
    }
}

void Testimony::unacknowledged(std::optional<std::uint64_t> bytes) {
    const std::uint64_t delivered = sent_ - std::min(bytes.value_or(0), sent_);
    if (delivered > delivered_) {
        delivered_ = delivered;
        ++moves_;
    }
    is_owed_ = is_owed_ || bytes.value_or(0) > 0;
}

// The library looks at what is unacknowledged each time that it has read more than the limit, and
// goes on only when there is some: whoever reads on without a look does not keep to the limit.
void Testimony::asks_to_read() {
    is_unheard_ = false;
    judge_.require(!drain_bytes_ || received_after_fin_ <= *drain_bytes_ || is_owed_,
                   "a peer that goes on talking is listened to without limit");
}

bool Testimony::was_told(const Failure& failure) const {
    return std::find(told_.begin(), told_.end(), failure) != told_.end();
}

// The library closes within the call that hears of a final failure, and of several (a send fails,
// and the read that looks for last words as well) it tells one. What may come in between are the
// program's own doings in a callback for these last words: an abort, or an exception. Failures that
// the library finds by itself have no number.
void Testimony::check(const Outcome& outcome) const {
    judge_.require(outcome.sent == sent_, "an outcome counts other bytes than the system took");
    judge_.require(outcome.received == received_,
                   "an outcome counts other bytes than the system gave");
    const bool is_own_doing =
        outcome.ending == Ending::aborted || outcome.failure.error == Error::callback_threw;
    const bool has_to_be_told = (is_cut_off_ && !is_own_doing) || outcome.failure.native != 0;
    judge_.require(!has_to_be_told || was_told(outcome.failure),
                   "an outcome says what the system never said: " + describe(outcome));
}

// Only the end that was read already can be a reason not to read again.
void Testimony::check_heard() const {
    judge_.require(!is_unheard_ || is_ended_,
                   "a send failed, and what the peer had said before was not read");
}

} // namespace caesura
