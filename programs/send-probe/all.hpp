#pragma once

#include "send-probe/interruption.hpp"
#include "send-probe/run.hpp"

namespace caesura::probe {

/// Every probe with safe defaults, into a folder: results.json, results.txt, report.html and a
/// log. The exit status. What one probe fails at does not keep the others from running. A signal
/// ends it, with 1; what was finished by then is kept.
int run_all(const Settings& settings, const Grounds& grounds, Interruption& interruption);

} // namespace caesura::probe
