#include "common/console.hpp"

#include <caesura/host.hpp>

#include <string>

namespace caesura {

void complain(std::string_view line) {
    const std::string whole = std::string(line) + "\n";
    static_cast<void>(this_host().standard_error().write(as_slice(whole)));
}

bool print(std::string_view program, std::string_view text) {
    const Failure failure = this_host().standard_output().write(as_slice(text));
    if (failure) {
        complain(std::string(program) + ": stdout: " + describe(failure));
    }
    return !failure;
}

} // namespace caesura
