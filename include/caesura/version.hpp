#pragma once

#include <string_view>

namespace caesura {

/// The version of these headers, as Semantic Versioning has it. The one place it is written.
inline constexpr std::string_view version = "0.1.0";

} // namespace caesura
