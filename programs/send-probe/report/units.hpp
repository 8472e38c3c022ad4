#pragma once

#include "send-probe/table.hpp"

#include <cstdint>
#include <string>

namespace caesura::probe {

/// Digits as people read them: 67,108,864.
std::string grouped(std::int64_t number);
/// A value for a cell: numbers grouped, `?` for what is unknown, long texts cut.
std::string cell_text(const Value& value);

/// 2 to that power in bytes, exactly: "1 B", "64 KiB". Not above 63.
std::string power_text(unsigned exponent);
/// Bytes as short as they are exact: "1448 B", "64 KiB".
std::string size_text(std::int64_t bytes);
/// Bytes to three figures: "1 B", "15.2 kB", "3.92 MB".
std::string rough_text(std::uint64_t bytes);
/// What a setting such as sndbuf says: "unset", or a size.
std::string setting_text(const Value& value);

/// How far one number is off another, which is not 0: "+3 %", "-12 %", ">999 %".
std::string off_text(double one, double other);

} // namespace caesura::probe
