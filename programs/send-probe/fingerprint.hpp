#pragma once

#include "send-probe/document.hpp"
#include "send-probe/settings.hpp"

namespace caesura::probe {

/// Where and with what observations are made: the program, the time, the system. Everything in it
/// is fit to be printed.
std::vector<Fact> fingerprint(const Settings& settings);

} // namespace caesura::probe
