#pragma once

#include "win32/kernel_handle.hpp"

#include <string>

namespace caesura {

/// CreateFileW for a path in UTF-8: shared with everybody, as open files are on other systems, and
/// never inherited by a child. `is_directory` where Windows says "access denied".
Result<KernelHandle> open_path(const std::string& path, DWORD access, DWORD disposition,
                               DWORD attributes);

} // namespace caesura
