#include "send-probe/fill.hpp"

namespace caesura::probe {

namespace {

// A poller that says "room" so often without any would go on for ever.
constexpr int most_spurious = 1000;

class Filler {
public:
    Filler(Bench& bench, Socket sender, std::size_t size, const FillLimits& limits)
        : bench_(bench), sender_(sender), size_(size), limits_(limits),
          deadline_(after(bench.now(), limits.time)) {}

    Fill run(Duration settle) {
        int spurious = 0;
        while (burst() && settle != Duration::zero() && spurious < most_spurious) {
            const std::uint64_t before = done_.bytes;
            const bool writable = bench_.wait(sender_, Interest::write, settle).writable;
            // Linux takes more before it says so.
            const bool goes_on = burst();
            if (done_.bytes != before) {
                ++done_.cleared;
            } else if (!writable || !goes_on) {
                break;
            } else {
                ++spurious;
            }
            if (!goes_on) {
                break;
            }
        }
        return done_;
    }

private:
    // Sends until it blocks. False when there is no sense in going on after that.
    bool burst() {
        while (true) {
            if (const auto end = limit_reached()) {
                done_.end = *end;
                return false;
            }
            const Result<std::size_t> taken = bench_.send(sender_, size_);
            if (!taken) {
                done_.failure = taken.failure();
                done_.end =
                    taken.error() == Error::would_block ? FillEnd::blocked : FillEnd::failed;
                if (!done_.first_block_at) {
                    done_.first_block_at = done_.bytes;
                }
                return done_.end == FillEnd::blocked;
            }
            if (!done_.first) {
                done_.first = *taken;
            }
            if (*taken < size_ && !done_.first_short) {
                done_.first_short = *taken;
            }
            done_.bytes += *taken;
            ++done_.calls;
        }
    }

    std::optional<FillEnd> limit_reached() const {
        if (done_.bytes >= limits_.bytes || size_ > limits_.bytes - done_.bytes) {
            return FillEnd::total_limit;
        }
        if (done_.calls >= limits_.calls) {
            return FillEnd::calls;
        }
        constexpr std::uint64_t sometimes = 256; // a clock has its price
        if (done_.calls % sometimes != sometimes - 1) {
            return std::nullopt;
        }
        bench_.check_interruption();
        return bench_.now() >= deadline_ ? std::optional(FillEnd::time) : std::nullopt;
    }

    Bench& bench_;
    Socket sender_;
    std::size_t size_;
    FillLimits limits_;
    Instant deadline_;
    Fill done_;
};

} // namespace

std::string Fill::note() const {
    switch (end) {
    case FillEnd::blocked:
        return {};
    case FillEnd::total_limit:
        return "cut: total limit";
    case FillEnd::calls:
        return "cut: calls";
    case FillEnd::time:
        return "cut: time";
    case FillEnd::failed:
        break;
    }
    return "failed: " + describe(failure);
}

Fill fill(Bench& bench, Socket sender, std::size_t size, const FillLimits& limits,
          Duration settle) {
    return Filler(bench, sender, size, limits).run(settle);
}

} // namespace caesura::probe
