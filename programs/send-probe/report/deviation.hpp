#pragma once

#include "send-probe/document.hpp"
#include "send-probe/report/rules.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caesura::probe {

/// Where an observation is not what the model predicts, and the rule that it contradicts.
struct Deviation {
    std::string table;
    std::string key;
    std::string column;
    std::string observed;
    std::string predicted;
    const ModelRule* rule = nullptr; // lives for ever
};

struct Judgement {
    std::vector<Deviation> deviations; // those of one rule together
    std::size_t compared = 0;          // rows that both have, and neither cut short
    std::size_t left_out = 0;          // rows of the observation that were not compared
};

/// Figures may be off by `tolerance` percent of the smaller one; texts must be the same. Rows that
/// were cut short say nothing and are left out.
Judgement judge(const Document& observed, const Document& predicted,
                const simulation::Preset& preset, std::uint64_t tolerance);

} // namespace caesura::probe
