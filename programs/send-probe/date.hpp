#pragma once

#include <cstdint>
#include <string>

namespace caesura::probe {

/// As ISO 8601 has it, in UTC: `2026-11-23T01:02:03Z`. Milliseconds since 1970.
std::string date_text(std::int64_t wall_time_ms);

} // namespace caesura::probe
