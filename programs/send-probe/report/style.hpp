#pragma once

#include <string_view>

namespace caesura::probe {

/// The page's style sheet: light and dark, on screens of any width and on paper.
extern const std::string_view style_sheet;

} // namespace caesura::probe
