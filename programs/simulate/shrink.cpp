#include "simulate/shrink.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace caesura {

namespace {

using simulation::FaultSet;

// Each improvement makes the limits narrower, so there is an end; should it be far away, this is
// nearer.
constexpr std::uint64_t tries_max = 5000;

/// A reason without its numbers, which may change while the reason stays what it is.
std::string kind_of(std::string reason) {
    std::erase_if(reason, [](char letter) { return letter >= '0' && letter <= '9'; });
    return reason;
}

class Shrinker {
public:
    Shrinker(std::uint64_t seed, const Limits& limits,
             const std::function<RunResult(std::uint64_t, const Limits&)>& run)
        : seed_(seed), run_(run), best_{limits, run(seed, limits), 1} {}

    /// Until nothing gets narrower: what one step takes away may let another take more.
    Shrunk shrink() {
        std::uint64_t before = 0;
        do {
            before = improvements_;
            shorten();
            drop_fruitless();
            drop_classes();
            drop_clients();
            drop_faults();
        } while (improvements_ != before);
        return std::move(best_);
    }

private:
    /// Whether it still fails so; then that is the best so far.
    bool fails(const Limits& limits) {
        if (course_ == Course::called_off || best_.tries == tries_max) {
            return false;
        }
        ++best_.tries;
        RunResult result = run_(seed_, limits);
        course_ = result.course;
        if (!result.failure ||
            (best_.result.failure && kind_of(*result.failure) != kind_of(*best_.result.failure))) {
            return false;
        }
        best_.limits = limits;
        best_.result = std::move(result);
        ++improvements_;
        return true;
    }

    void drop_clients() {
        Limits limits = best_.limits;
        constexpr std::size_t most = 20;
        for (std::size_t count = 0; count < std::min(best_.limits.clients_max, most); ++count) {
            limits.clients_max = count;
            if (fails(limits)) {
                return;
            }
        }
    }

    /// Those that did not fire in it cannot matter; if their absence does all the same, they stay.
    void drop_fruitless() {
        FaultSet fruitful = best_.limits.faults;
        for (std::size_t i = 0; i < fruitful.size(); ++i) {
            fruitful.set(i, fruitful.test(i) && best_.result.tallies[i].active);
        }
        try_faults(fruitful);
    }

    void drop_classes() {
        for (std::size_t kind = 0; kind < simulation::fault_class_count; ++kind) {
            FaultSet without = best_.limits.faults;
            for (const auto& facts : simulation::all_faults()) {
                if (static_cast<std::size_t>(facts.kind) == kind) {
                    without.reset(static_cast<std::size_t>(facts.fault));
                }
            }
            try_faults(without);
        }
    }

    void drop_faults() {
        for (std::size_t i = 0; i < best_.limits.faults.size(); ++i) {
            FaultSet without = best_.limits.faults;
            try_faults(without.reset(i));
        }
    }

    void try_faults(const FaultSet& faults) {
        if (faults != best_.limits.faults) {
            Limits limits = best_.limits;
            limits.faults = faults;
            fails(limits);
        }
    }

    /// As few turns with faults as do.
    void shorten() {
        std::uint64_t enough = std::min(best_.limits.turns_max, best_.result.turns);
        std::uint64_t too_few = 0;
        Limits limits = best_.limits;
        while (too_few + 1 < enough) {
            limits.turns_max = too_few + (enough - too_few) / 2;
            if (fails(limits)) {
                enough = limits.turns_max;
            } else {
                too_few = limits.turns_max;
            }
        }
    }

    std::uint64_t seed_;
    const std::function<RunResult(std::uint64_t, const Limits&)>& run_;
    Shrunk best_;
    std::uint64_t improvements_ = 0;
    Course course_ = Course::ended; // of the latest
};

} // namespace

Shrunk shrink(std::uint64_t seed, const Limits& limits,
              const std::function<RunResult(std::uint64_t seed, const Limits& limits)>& run) {
    return Shrinker(seed, limits, run).shrink();
}

} // namespace caesura
