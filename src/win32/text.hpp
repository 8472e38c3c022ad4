#pragma once

#include <caesura/result.hpp>

#include <string>
#include <string_view>

namespace caesura {

/// UTF-8 from what Windows calls Unicode. A half of a pair becomes U+FFFD.
std::string utf8_of(std::wstring_view wide);

/// The other way. What is no UTF-8 becomes U+FFFD.
std::wstring wide_of(std::string_view utf8);

/// A path as the system's calls take it, however long it is. Errors: invalid_argument for one that
/// is no UTF-8 or holds a zero, not_found for an empty one.
Result<std::wstring> wide_path(const std::string& path);

} // namespace caesura
