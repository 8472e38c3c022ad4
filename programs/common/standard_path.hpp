#pragma once

#include <filesystem>
#include <string>

namespace caesura {

/// A path that is UTF-8, as the standard library wants it on every system.
inline std::filesystem::path standard_path(const std::string& utf8) {
    return {std::u8string(utf8.begin(), utf8.end())};
}

} // namespace caesura
