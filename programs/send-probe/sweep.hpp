#pragma once

#include "send-probe/reading.hpp"
#include "send-probe/run.hpp"
#include "send-probe/table.hpp"

namespace caesura::probe {

/// The acceptance curve: for each write size, buffer size and budget, what is taken of a sender
/// whose reader does not read, what is said then, and what it takes until there is room again.
Table sweep(const Run& run);

/// How a reader is to read: as fast as it can, or by rate, and then a hundred times a second, or as
/// often as there is a byte.
Pace pace_of(const Settings& settings);

} // namespace caesura::probe
