#include <caesura/simulation/fault.hpp>

#include "simulation/fault_events.hpp"
#include "simulation/network.hpp"

#include <algorithm>
#include <cassert>

namespace caesura::simulation {

namespace {

// Of two runs one has a class on, and of two faults of it one is active.
constexpr std::uint64_t class_on_once_in = 2;
constexpr std::uint64_t active_once_in = 2;
// Between the most often and the most seldom that an active one fires lie so many doublings.
constexpr std::uint64_t doublings = 4;

constexpr Duration coarse_tick = std::chrono::microseconds(15'625); // documented: Windows' default
constexpr Duration wrap = std::chrono::milliseconds(std::uint64_t{1} << 32);
constexpr Duration before_wrap = std::chrono::seconds(1);

} // namespace

// Not the seed itself: the world's own chances are drawn from that.
Faults::Faults(Network& network, std::uint64_t seed) : network_(network), random_(~seed) {
    for (Knob& one : knobs_) {
        one.random = random_.split();
    }
}

Faults::~Faults() = default;

void Faults::draw(std::uint64_t seed, const FaultSet& among) {
    assert(phase_ == Phase::off);
    network_.trace.note(network_.now, 0, "draw", 0, seed);
    Random draws(seed);
    std::array<bool, fault_class_count> is_on{};
    for (bool& one : is_on) {
        one = draws.one_in(class_on_once_in);
    }
    for (const FaultFacts& facts : all_faults()) {
        Knob& one = knob(facts.fault);
        one.random = draws.split();
        one.tally.drawn = is_on[static_cast<std::size_t>(facts.kind)];
        const bool active = one.random.one_in(active_once_in) && one.tally.drawn;
        one.once_in = std::uint64_t{facts.least_once_in} << one.random.below(doublings);
        one.tally.active = active && among.test(static_cast<std::size_t>(facts.fault));
    }
    random_ = draws.split();
    turn_on();
}

/// What was on is told of until something else is.
void Faults::forget_calmed() {
    if (phase_ == Phase::calm) {
        for (Knob& one : knobs_) {
            one.tally.drawn = one.tally.active = false;
            one.plan.reset();
        }
    }
}

void Faults::set(Fault fault, std::uint64_t once_in) {
    network_.trace.note(network_.now, 0, "set-fault", static_cast<std::uint64_t>(fault), once_in);
    forget_calmed();
    Knob& one = knob(fault);
    one.tally.drawn = one.tally.active = once_in != 0;
    one.once_in = once_in;
    one.plan.reset();
    turn_on();
}

void Faults::plan(Fault fault, std::uint64_t occasion, bool lasts, Error error) {
    set(fault, 1);
    network_.trace.note(network_.now, 0, "plan", static_cast<std::uint64_t>(fault), occasion,
                        lasts);
    Knob& one = knob(fault);
    one.plan = Plan{one.tally.occasions + occasion, lasts, error};
}

void Faults::turn_on() {
    const bool any =
        std::any_of(knobs_.begin(), knobs_.end(), [](const Knob& one) { return one.tally.active; });
    phase_ = any ? Phase::on : Phase::off;
    set_clocks();
    if (any) {
        begin_fault_events(network_);
    }
}

/// The count of milliseconds that wraps has 32 bits; what the seam tells goes on beyond it, as it
/// must on every system (std::chrono::steady_clock, on the real ones). Clocks are moved to just
/// before that, and forward, since a Clock never goes back.
void Faults::set_clocks() {
    network_.clock_unit = is_active(Fault::clock_coarse) ? coarse_tick : Duration(1);
    if (is_active(Fault::clock_wraps) && network_.clock_wraps_at == never) {
        const Duration since_wrap = network_.now.time_since_epoch() % wrap;
        network_.clock_offset = (2 * wrap - before_wrap - since_wrap) % wrap;
        network_.clock_wraps_at = after(after(network_.now, network_.clock_offset), before_wrap);
    }
}

/// Also when none is on any more: what one did may outlast it.
void Faults::calm() {
    network_.trace.note(network_.now, 0, "calm", 0);
    if (phase_ == Phase::on) {
        phase_ = Phase::calm;
    }
    network_.clock_unit = Duration(1);
    undo_fault_events(network_);
}

bool Faults::is_active(Fault fault) const {
    return is_on() && knob(fault).tally.active;
}

bool Faults::is_due(Fault fault) {
    if (!is_active(fault)) {
        return false;
    }
    Knob& one = knob(fault);
    ++one.tally.occasions;
    if (!one.plan) {
        return one.random.one_in(one.once_in);
    }
    return one.tally.occasions == one.plan->occasion ||
           (one.plan->lasts && one.tally.occasions > one.plan->occasion);
}

bool Faults::fires(Fault fault) {
    const bool now = is_due(fault);
    if (now) {
        count(fault);
    }
    return now;
}

void Faults::happened(Fault fault) {
    if (is_active(fault)) {
        count(fault);
    }
}

void Faults::count(Fault fault) {
    ++knob(fault).tally.fired;
    network_.trace.note(network_.now, 0, "fault", static_cast<std::uint64_t>(fault));
}

Error Faults::error_of(Fault fault) {
    Knob& one = knob(fault);
    if (one.plan && one.plan->error != Error::none) {
        return one.plan->error;
    }
    const auto errors = facts_of(fault).errors();
    assert(!errors.empty());
    return errors[static_cast<std::size_t>(one.random.below(errors.size()))];
}

std::optional<Fault> Faults::one_of(std::span<const Fault> some) {
    std::array<Fault, fault_count> active{};
    std::size_t count = 0;
    for (const Fault fault : some) {
        if (is_active(fault)) {
            active[count++] = fault;
        }
    }
    return count == 0 ? std::nullopt
                      : std::optional(active[static_cast<std::size_t>(random_.below(count))]);
}

} // namespace caesura::simulation
