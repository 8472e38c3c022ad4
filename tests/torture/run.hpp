#pragma once

#include "torture/scenarios.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caesura::torture {

/// What is to be run.
struct Case {
    const Scenario* scenario = nullptr;
    simulation::Preset preset;
    std::vector<Fault> faults;
    /// After so many turns all is thrown away.
    std::size_t most_turns = ~std::size_t{0};
    /// Whether nothing may be felt: the goal must be reached.
    bool must_succeed = false;
    /// How many connections may not finish.
    std::size_t most_ill = ~std::size_t{0};
};

/// How it went.
struct Verdict {
    /// What no fault excuses; empty: all is well.
    std::vector<std::string> complaints;
    std::vector<SeamCall> calls;
    std::size_t turns = 0;
    std::vector<const FaultRow*> befallen;
    bool reached = false;
    /// Of how many connections an end did not finish, or never began.
    std::size_t ill = 0;
};

/// Plays a scenario in a world of its own, always the same, and judges it.
Verdict run(const Case& what);

/// For people: which run it was, and what was wrong.
std::string describe(const Case& what, const Verdict& verdict);

} // namespace caesura::torture
