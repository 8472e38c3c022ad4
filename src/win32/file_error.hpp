#pragma once

#include <caesura/error.hpp>

namespace caesura {

/// What a number of GetLastError's means when a call about files, consoles or pipes says it. (Those
/// of Winsock are another table, see error_from_native.) A number in no table is `unexpected`.
Failure file_failure(unsigned long code);

/// What GetLastError says, to be asked before any other call.
Failure last_file_failure();

} // namespace caesura
