#pragma once

#include <string_view>

namespace caesura {

/// A line for stderr, in one write. What cannot be written is lost.
void complain(std::string_view line);

/// Text for stdout, at once. False when it could not be written, which then has been said.
bool print(std::string_view program, std::string_view text);

} // namespace caesura
