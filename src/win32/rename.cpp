#include "berkeley/host_parts.hpp"
#include "win32/file_error.hpp"
#include "win32/text.hpp"

#include <windows.h>

namespace caesura::native {

Failure rename(const std::string& from, const std::string& to) {
    const Result<std::wstring> wide_from = wide_path(from);
    if (!wide_from) {
        return wide_from.failure();
    }
    const Result<std::wstring> wide_to = wide_path(to);
    if (!wide_to) {
        return wide_to.failure();
    }
    const bool done =
        ::MoveFileExW(wide_from->c_str(), wide_to->c_str(), MOVEFILE_REPLACE_EXISTING) != 0;
    return done ? Failure{} : last_file_failure();
}

} // namespace caesura::native
