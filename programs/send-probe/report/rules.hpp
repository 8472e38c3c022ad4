#pragma once

#include "send-probe/table.hpp"

#include <caesura/simulation/preset.hpp>

#include <string_view>

namespace caesura::probe {

/// A rule of the model, by its number in docs/SIMULATOR.md, and the ground it stands on.
struct ModelRule {
    std::string_view number;
    std::string_view says;
    std::string_view ground;
};

/// The rule by which such a system has that value in that row: what an observation contradicts that
/// differs there. Every column of every table has one.
const ModelRule& rule_of(const simulation::Preset& preset, const Table& table, const Row& row,
                         std::string_view column);

} // namespace caesura::probe
