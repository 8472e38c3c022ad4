#pragma once

namespace caesura {

/// The build number of the running Windows, such as 19041 for Windows 10 2004; 0 when the system
/// does not say. It is the true one: GetVersionEx tells programs without a manifest that they run
/// on Windows 8.
unsigned windows_build();

} // namespace caesura
