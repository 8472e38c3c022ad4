#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"

#include <cstdio>

namespace caesura::native {

Failure rename(const std::string& from, const std::string& to) {
    if (from.find('\0') != std::string::npos || to.find('\0') != std::string::npos) {
        return {Error::invalid_argument};
    }
    return std::rename(from.c_str(), to.c_str()) == 0 ? Failure{} : errno_failure();
}

} // namespace caesura::native
