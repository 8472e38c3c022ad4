#pragma once

#include "simulate/run.hpp"

namespace caesura {

/// The whole of caesura-simulate, and of those that tests have, whose seeds run otherwise. Returns
/// the exit status.
int simulate_program(int count, char** values, const RunSeed& run);

} // namespace caesura
