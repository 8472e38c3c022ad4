#pragma once

#include "torture/theatre.hpp"

#include <span>
#include <string_view>

namespace caesura::torture {

/// A small program: what it sets up, and (in Theatre::goal) what for.
struct Scenario {
    std::string_view name;
    void (*begin)(Theatre& theatre);
    /// Whether at some moment all is thrown away, whatever is under way.
    Duration cut_short = forever;
    /// Whether it gives up where others would try again.
    bool is_impatient = false;
};

std::span<const Scenario> talking_scenarios();
std::span<const Scenario> bulk_scenarios();
std::span<const Scenario> closing_scenarios();
std::span<const Scenario> connecting_scenarios();
std::span<const Scenario> listening_scenarios();
std::span<const Scenario> loop_scenarios();
/// All of them.
std::vector<Scenario> scenarios();

} // namespace caesura::torture
