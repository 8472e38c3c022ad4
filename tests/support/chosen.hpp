#pragma once

#include <cstdint>
#include <string_view>

namespace caesura::testing {

// The back-end named by --poller=NAME on the test program's command line; empty means that none was
// named and the system's default is to be tested.
[[nodiscard]] std::string_view chosen_poller();

// The simulated system named by --system=NAME; empty means the one that this program was built for.
[[nodiscard]] std::string_view chosen_system();

// The seed of its chances, named by --seed=NUMBER; 1 when none was named.
[[nodiscard]] std::uint64_t chosen_seed();

} // namespace caesura::testing
