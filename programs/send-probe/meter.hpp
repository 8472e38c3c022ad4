#pragma once

#include "send-probe/table.hpp"

#include <caesura/host.hpp>

#include <vector>

namespace caesura::probe {

/// The columns that say how memory moved, all of them noisy: others use it too.
std::vector<Column> memory_columns();

/// A value for each of these: how much more there is than before, by the same count.
Row memory_moved(const MemoryUse& before, const MemoryUse& after);

} // namespace caesura::probe
