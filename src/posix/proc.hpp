#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caesura {

/// What is in one of the small files by which Linux tells of itself; empty where there is none.
std::string proc_text(const char* path);

/// The number after a label, which stands at the start of a line or after a space.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view label);

} // namespace caesura
