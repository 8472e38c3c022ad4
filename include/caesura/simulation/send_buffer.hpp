#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace caesura::simulation {

/// By which rule a system decides what it takes of a send. The letters are the rules' names in
/// docs/SIMULATOR.md, where each has its ground.
enum class SendRule : std::uint8_t {
    /// Linux (L1, L2): as much as fits, so counts are short; writable again when a third is free.
    share,
    /// BSD (B2, B3): as much as fits, but nothing when less than the low-water mark would.
    low_water,
    /// Windows (W1, W3, W6, W8, W10): a send whole, however long, while below the limit; released
    /// when that whole send has been acknowledged.
    whole_sends,
    /// Wine 10: a send whole while Linux below has room; the rest is held back, and until that has
    /// gone nothing more is taken.
    hold_back
};

/// What the limit of whole_sends follows while nobody has set it (W2). Which of the two Windows
/// has is not documented.
enum class Backlog : std::uint8_t {
    fixed,  // nothing: the default
    larger, // the larger of the default and the ideal send backlog
    ideal   // the ideal send backlog alone, down to 0 (hypothesis H2)
};

/// The figures of a rule. Bytes.
struct SendPolicy {
    SendRule rule = SendRule::share;
    /// Taken and not yet acknowledged, beyond which a send would block.
    std::uint64_t limit = 0;
    /// low_water only.
    std::uint64_t low_water = 1;
    /// whole_sends only: the ideal send backlog (documented: 0 to 16 MB, by what is under way and
    /// by memory), and what it is to the limit.
    std::uint64_t ideal_backlog = 0;
    Backlog backlog = Backlog::fixed;
};

/// What a system keeps of what was sent until it is acknowledged: numbers of bytes, never bytes.
/// It never acts by itself: whoever moves the bytes says what was transmitted and acknowledged.
class SendBuffer {
public:
    explicit SendBuffer(const SendPolicy& policy) : policy_(policy) {}

    /// A non-blocking send of so many bytes, at least 1: how many are taken; 0: would block.
    std::uint64_t send(std::uint64_t offered);
    /// The next send is taken whole, whatever its length and the limit.
    void take_next_whole() { takes_next_whole_ = true; }
    /// An overlapped or blocking one, which is always taken: whether it completes at once or pends
    /// (W9, documented: KB 214397). whole_sends only.
    bool completes_at_once(std::uint64_t offered);

    /// So many of the bytes taken are on their way.
    void transmitted(std::uint64_t bytes) { unsent_ -= bytes; }
    /// So many of those have been acknowledged.
    void acknowledged(std::uint64_t bytes);
    /// So many of the last bytes taken, none of them on its way, are dropped. hold_back only.
    void dropped(std::uint64_t bytes);
    /// All that was taken is dropped.
    void clear();

    /// Whether a poller reports room.
    bool writable() const;
    /// Bytes taken, not yet on their way.
    std::uint64_t unsent() const { return unsent_; }
    /// Bytes that count against the limit, and that memory is held for.
    std::uint64_t charged() const { return charged_; }
    /// Bytes that the program holds back itself, and that end with it (hold_back only).
    std::uint64_t held_back() const;

    /// The limit in force.
    std::uint64_t limit() const;
    /// Somebody has set it; with whole_sends it follows no ideal backlog from then on (documented).
    void set_limit(std::uint64_t bytes);
    void set_ideal_backlog(std::uint64_t bytes) { policy_.ideal_backlog = bytes; }
    /// share only: at most so many bytes lie unsent when more is taken (TCP_NOTSENT_LOWAT).
    void set_unsent_low_water(std::uint64_t bytes) { unsent_low_water_ = bytes; }
    /// For as long as memory is short the limit counts as no more than this (seen on Linux).
    void press(std::uint64_t bytes) { pressed_ = bytes; }

private:
    static constexpr std::uint64_t none = ~std::uint64_t{0};
    /// What Linux fills up, once it has begun to, although the low-water mark is passed meanwhile.
    static constexpr std::uint64_t segment_buffer = std::uint64_t{64} * 1024;

    std::uint64_t room() const;
    std::uint64_t low_water() const;
    void take(std::uint64_t bytes);

    SendPolicy policy_;
    std::uint64_t charged_ = 0;
    std::uint64_t unsent_ = 0;
    std::uint64_t unsent_low_water_ = none;
    std::uint64_t pressed_ = none;
    bool limit_set_ = false;
    bool takes_next_whole_ = false;
    std::deque<std::uint64_t> sends_; // whole_sends: the length of each, the oldest first
    std::uint64_t acknowledged_of_oldest_ = 0;
};

} // namespace caesura::simulation
