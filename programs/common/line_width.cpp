#include "common/line_width.hpp"

#include <algorithm>

namespace caesura {

std::size_t line_width(const Output& output) {
    const std::size_t columns = output.columns();
    return columns == 0 ? widest_line : std::min(columns - 1, widest_line);
}

} // namespace caesura
