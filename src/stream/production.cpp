#include "stream/production.hpp"

#include <algorithm>

namespace caesura {

namespace {

// How often a pull producer is asked in one turn, so that others get theirs while the system takes
// whatever it writes.
constexpr int asked_per_turn_max = 16;

} // namespace

Production::Word Production::word(std::uint64_t queued, std::uint64_t written,
                                  const ConnectionOptions& marks, Instant now) {
    switch (state_) {
    case State::running:
        if (queued <= marks.queue_high) {
            return Word::nothing;
        }
        state_ = State::paused;
        return Word::pause;
    case State::paused:
        if (queued > std::min(marks.queue_low, marks.queue_high)) {
            return Word::nothing;
        }
        state_ = State::running;
        return Word::resume;
    case State::waiting:
        break;
    }
    // Who wrote nothing when asked is not asked again until somebody has.
    if (queued > 0 || written == written_) {
        return Word::nothing;
    }
    if (has_had_its_share(now)) {
        return Word::resume_later;
    }
    written_ = written;
    return Word::resume;
}

// The instant is the same throughout a turn.
bool Production::has_had_its_share(Instant now) {
    if (now != turn_) {
        turn_ = now;
        asked_ = 0;
    }
    return ++asked_ > asked_per_turn_max;
}

void Production::say(const std::shared_ptr<Producer>& producer, Word word) {
    const std::shared_ptr<Producer> kept = producer;
    if (word == Word::pause) {
        kept->pause_producing();
    } else if (word == Word::resume) {
        kept->resume_producing();
    }
}

} // namespace caesura
