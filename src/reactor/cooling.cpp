#include "reactor/cooling.hpp"

#include <algorithm>

namespace caesura {

namespace {

constexpr std::uint32_t least_silence = 1'000; // ms; likewise below
constexpr std::uint32_t longest_gap = 15'000;

// How long the hand takes to go round, and how far it goes at most in one turn, so that a turn does
// not get long.
constexpr Duration round = std::chrono::milliseconds(250);
constexpr Duration::rep stride_max = 4096;

} // namespace

std::uint32_t Cooling::milliseconds(Instant now) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
}

Tier Cooling::tier_when_heard(const Record& record) {
    return record.kind == Kind::warm ? Tier::warm : Tier::hot;
}

void Cooling::admit(WatchId watch, Instant now) {
    if (watch.slot >= records_.size()) {
        records_.resize(watch.slot + std::size_t{1});
    }
    records_[watch.slot] = {.heard = milliseconds(now), .gap = 0, .kind = Kind::hot};
}

void Cooling::heard(WatchId watch, Instant now) {
    Record& record = records_[watch.slot];
    const std::uint32_t gap = std::min(milliseconds(now) - record.heard, longest_gap);
    record.gap = std::max(gap, record.gap - record.gap / 4);
    warm_up(watch, record, now);
}

void Cooling::heed(WatchId watch, Instant now) {
    warm_up(watch, records_[watch.slot], now);
}

void Cooling::set_warm(WatchId watch, bool warm, Instant now) {
    Record& record = records_[watch.slot];
    const Kind kind = warm ? Kind::warm : Kind::hot;
    if (record.kind != kind && record.kind != Kind::pinned) {
        record.kind = kind;
        watches_.set_tier(watch, warm ? Tier::warm : Tier::hot);
        record.heard = milliseconds(now);
    }
}

void Cooling::pin(WatchId watch) {
    records_[watch.slot].kind = Kind::pinned;
}

void Cooling::warm_up(WatchId watch, Record& record, Instant now) {
    record.heard = milliseconds(now);
    if (watches_.at(watch.slot).tier == Tier::cold) {
        watches_.set_tier(watch, tier_when_heard(record));
    }
}

void Cooling::tend(Instant now) {
    const std::size_t slots = watches_.slot_count();
    if (!on_ || watches_.size() < fewest) {
        return;
    }
    // As many slots as the time that has passed is worth, and what is left of it counts the next
    // time.
    tended_ = std::max(tended_, now - round);
    const Duration each =
        std::max<Duration>(round / static_cast<Duration::rep>(slots), Duration(1));
    const Duration::rep stride = std::min<Duration::rep>((now - tended_) / each, stride_max);
    tended_ += stride * each;
    const std::uint32_t time = milliseconds(now);
    for (Duration::rep i = 0; i < stride; ++i) {
        hand_ = hand_ + 1 < slots ? hand_ + 1 : 0;
        examine(static_cast<std::uint32_t>(hand_), time);
    }
}

void Cooling::examine(std::uint32_t slot, std::uint32_t now) {
    const Watch& watch = watches_.at(slot);
    if (watch.tier == Tier::cold || watch.interest == Interest::none ||
        has(watch.interest, Interest::connect)) {
        return;
    }
    Record& record = records_[slot];
    const std::uint32_t silence = now - record.heard;
    if (record.kind == Kind::pinned || silence <= std::max(least_silence, 4 * record.gap)) {
        return;
    }
    if (!sockets_.peer(watch.socket)) {
        record.kind = Kind::pinned;
        return;
    }
    watches_.set_tier(watch.id, Tier::cold);
}

void Cooling::switch_on(bool on) {
    on_ = on;
    if (on) {
        return;
    }
    while (!watches_.slots(Tier::cold).empty()) {
        const std::uint32_t slot = watches_.slots(Tier::cold).back();
        watches_.set_tier(watches_.at(slot).id, tier_when_heard(records_[slot]));
    }
}

} // namespace caesura
