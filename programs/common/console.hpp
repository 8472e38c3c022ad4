#pragma once

#include <caesura/error.hpp>

#include <string>
#include <string_view>

namespace caesura {

/// A line for stderr, in one write. What cannot be written is lost.
void complain(std::string_view line);

/// Text for stdout, at once. False when it could not be written, which then has been said.
bool print(std::string_view program, std::string_view text);

/// What failed, and what would be right instead: "no such file (2); give another". Where there are
/// no descriptors, more of them would be right.
std::string advise(const Failure& failure, std::string_view right);

} // namespace caesura
