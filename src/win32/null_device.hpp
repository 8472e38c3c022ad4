#pragma once

#include <windows.h>

namespace caesura {

/// The null device, open for everything, to be inherited by children as a standard stream is.
HANDLE open_null_device();

/// Whether that is what the handle means.
bool is_null_device(HANDLE handle);

} // namespace caesura
