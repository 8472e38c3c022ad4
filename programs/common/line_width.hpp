#pragma once

#include <caesura/file.hpp>

#include <cstddef>

namespace caesura {

/// The widest line that is drawn, whatever the terminal.
inline constexpr std::size_t widest_line = 78;

/// How long a line may be that this terminal shall not break, as it is now. A line in its last
/// column too makes some go on to the next row.
std::size_t line_width(const Output& output);

} // namespace caesura
