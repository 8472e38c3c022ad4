#pragma once

#include "send-probe/report/subject.hpp"

#include <caesura/simulation/preset.hpp>

namespace caesura::probe {

/// What a simulated system shows when it is probed as the system of `like` was: the same tables,
/// the same sizes and buffers. In virtual time, within bounds that no file can push: writes of up
/// to 64 MiB, 65,536 calls a row, 256 MiB hoarded.
Document predict(const simulation::Preset& preset, const Document& like);

/// What the model says of one subject.
struct Prediction {
    Document document;
    std::string from; // where it comes from, for people
};

/// Of a subject that has a preset. A table is taken from a subject that is the preset itself; what
/// none of them has is asked of the simulator now.
Prediction prediction_for(const Subject& subject, const std::vector<Subject>& subjects);

} // namespace caesura::probe
