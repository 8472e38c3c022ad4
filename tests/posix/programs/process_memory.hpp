#pragma once

#include "posix/programs/sanitized.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <string>

namespace caesura::testing {

// A figure of proc(5), in KiB; none where there is no such thing, or where it says nothing.
inline std::optional<std::size_t> memory_of(long pid, const std::string& name) {
    const std::string path = "/proc/" + std::to_string(pid) + "/status";
    if (is_sanitized || !std::filesystem::exists(path)) {
        MESSAGE("left out: nobody here can tell how much memory the program itself needs");
        return std::nullopt;
    }
    for (const std::string& line : lines_with(lines_of(content_of(path)), name + ":")) {
        return std::stoul(line.substr(name.size() + 1));
    }
    return std::nullopt;
}

} // namespace caesura::testing
