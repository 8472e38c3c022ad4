#include "common/console.hpp"

#include <caesura/host.hpp>

#include <string>

namespace caesura {

void complain(std::string_view line) {
    const std::string whole = std::string(line) + "\n";
    static_cast<void>(this_host().standard_error().write(as_slice(whole)));
}

std::string advise(const Failure& failure, std::string_view right) {
    const bool is_short = failure.error == Error::too_many_open;
    const std::string_view advice = is_short ? "give it more descriptors (ulimit -n)" : right;
    return describe(failure) + (advice.empty() ? "" : "; ") + std::string(advice);
}

bool print(std::string_view program, std::string_view text) {
    if (!this_host().had_standard_output()) {
        complain(std::string(program) + ": stdout is closed");
        return false;
    }
    const Failure failure = this_host().standard_output().write(as_slice(text));
    if (failure) {
        complain(std::string(program) + ": stdout: " + describe(failure));
    }
    return !failure;
}

} // namespace caesura
