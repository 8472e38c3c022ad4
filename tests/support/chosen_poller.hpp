#pragma once

#include <string_view>

namespace caesura::testing {

// The back-end named by --poller=NAME on the test program's command line; empty means that none was
// named and the system's default is to be tested.
[[nodiscard]] std::string_view chosen_poller();

} // namespace caesura::testing
