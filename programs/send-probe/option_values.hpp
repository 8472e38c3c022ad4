#pragma once

#include "send-probe/settings.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// What would be right; none: the value was, and has been taken.
using Right = std::optional<std::string>;

/// The largest number that has any sense in a file, too.
inline constexpr std::uint64_t anything = std::numeric_limits<std::int64_t>::max();

/// Bytes, such as 1448, 64K, 16M or 2G, where each letter is 1024 of the one before.
std::optional<std::uint64_t> parse_bytes(std::string_view text, std::uint64_t most);

Right take_sizes(std::string_view value, std::vector<std::uint64_t>& target);
Right take_buffers(std::string_view value, std::vector<std::optional<int>>& target);
Right take_reader(std::string_view value, Settings& settings);
Right take_format(std::string_view value, Format& target);
/// As --format takes it.
std::string_view name_of(Format format);

} // namespace caesura::probe
