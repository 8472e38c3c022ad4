#pragma once

#include "common/options.hpp"

#include <string>

namespace caesura {

/// Declares --poller NAME, which must name a back-end of this system.
void add_poller_option(Options& options, std::string& target);

} // namespace caesura
