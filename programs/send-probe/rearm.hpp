#pragma once

#include "send-probe/run.hpp"
#include "send-probe/table.hpp"

namespace caesura::probe {

/// How much a reader must read of a full connection until its sender is told of room again: in
/// small steps, each with time to have its effect.
Table rearm(const Run& run);

} // namespace caesura::probe
