#pragma once

#include <caesura/error.hpp>

#include <span>

namespace caesura {

/// What one error number of this system means.
struct ErrorRow {
    int code;
    Error error;
};

/// This system's table: each number once, the most frequent first. In its error_table.cpp.
std::span<const ErrorRow> error_table();

/// What an error number of this system means. One that is in no table, 0 included, is `unexpected`.
Error error_from_native(int code);

/// The same, with the number kept for the log.
inline Failure failure_from_native(int code) {
    return {error_from_native(code), code};
}

/// What an answer of getaddrinfo's other than 0 means. To be asked at once: it may have to look at
/// the thread's last error. In each system's error_table.cpp.
Failure lookup_failure(int code);

} // namespace caesura
