#pragma once

#include "send-probe/run.hpp"
#include "send-probe/table.hpp"

#include <vector>

namespace caesura::probe {

/// What becomes of bytes that the system has taken when their sender goes: every round, and a
/// summary of them.
std::vector<Table> close(const Run& run);

} // namespace caesura::probe
