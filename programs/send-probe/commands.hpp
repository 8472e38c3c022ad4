#pragma once

#include "send-probe/settings.hpp"

namespace caesura::probe {

/// Does what was asked for; the exit status.
int carry_out(const Settings& settings);

} // namespace caesura::probe
