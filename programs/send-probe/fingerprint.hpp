#pragma once

#include "send-probe/document.hpp"
#include "send-probe/remote.hpp"
#include "send-probe/settings.hpp"

namespace caesura::probe {

/// Where and with what observations are made: the program, the time, the system. Everything in it
/// is fit to be printed. With another machine, if there is one, what that says too.
std::vector<Fact> fingerprint(const Settings& settings, const Remote* remote);

} // namespace caesura::probe
