#pragma once

#include "send-probe/settings.hpp"

namespace caesura::probe {

/// Serves probes on other machines as their reader, until it is told to end. The exit status.
int run_serve(const Settings& settings);

} // namespace caesura::probe
