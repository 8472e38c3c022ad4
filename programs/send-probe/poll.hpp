#pragma once

#include "send-probe/run.hpp"
#include "send-probe/table.hpp"

namespace caesura::probe {

/// What each back-end reports of a socket in each of some scripted situations, and what the
/// library's contract (<caesura/poller.hpp>) has it report.
Table poll(const Run& run);

} // namespace caesura::probe
