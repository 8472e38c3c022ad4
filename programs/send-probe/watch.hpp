#pragma once

#include "send-probe/interruption.hpp"
#include "send-probe/run.hpp"

namespace caesura::probe {

/// Shows on stdout where the bytes are while a sweep runs, or of a download. The exit status: 1
/// when a download does not end with a FIN. A signal is a good end too.
int watch(const Settings& settings, const Grounds& grounds, Interruption& interruption);

} // namespace caesura::probe
