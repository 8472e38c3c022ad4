#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace caesura::fuzz {

// Ends the process, which is how a fuzzer is told that it has found something.
inline void require(bool kept, std::string_view promise) {
    if (!kept) {
        const std::string line = "Broken: " + std::string(promise) + "\n";
        std::fputs(line.c_str(), stderr);
        std::abort();
    }
}

// For what says itself what is wrong: nothing is.
inline void require_nothing(std::string_view wrong) {
    require(wrong.empty(), wrong);
}

} // namespace caesura::fuzz
