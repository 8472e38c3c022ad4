#include "win32/file_error.hpp"

#include <windows.h>

#include <algorithm>
#include <array>

namespace caesura {

namespace {

struct Row {
    DWORD code;
    Error error;
};

constexpr std::array rows = {
    Row{ERROR_INVALID_FUNCTION, Error::operation_not_supported},
    Row{ERROR_FILE_NOT_FOUND, Error::not_found},
    Row{ERROR_PATH_NOT_FOUND, Error::not_found},
    Row{ERROR_TOO_MANY_OPEN_FILES, Error::too_many_open},
    Row{ERROR_ACCESS_DENIED, Error::access_denied},
    Row{ERROR_INVALID_HANDLE, Error::bad_descriptor},
    Row{ERROR_NOT_ENOUGH_MEMORY, Error::out_of_memory},
    Row{ERROR_OUTOFMEMORY, Error::out_of_memory},
    Row{ERROR_INVALID_DRIVE, Error::not_found},
    Row{ERROR_NOT_SAME_DEVICE, Error::operation_not_supported},
    Row{ERROR_WRITE_PROTECT, Error::access_denied},
    Row{ERROR_NOT_READY, Error::input_output},
    Row{ERROR_CRC, Error::input_output},
    Row{ERROR_SECTOR_NOT_FOUND, Error::input_output},
    Row{ERROR_WRITE_FAULT, Error::input_output},
    Row{ERROR_READ_FAULT, Error::input_output},
    Row{ERROR_GEN_FAILURE, Error::input_output},
    Row{ERROR_SHARING_VIOLATION, Error::access_denied},
    Row{ERROR_LOCK_VIOLATION, Error::access_denied},
    Row{ERROR_HANDLE_DISK_FULL, Error::no_space},
    Row{ERROR_NOT_SUPPORTED, Error::operation_not_supported},
    Row{ERROR_BAD_NETPATH, Error::not_found},
    Row{ERROR_BAD_NET_NAME, Error::not_found},
    Row{ERROR_FILE_EXISTS, Error::already_exists},
    Row{ERROR_INVALID_PARAMETER, Error::invalid_argument},
    Row{ERROR_BROKEN_PIPE, Error::broken_pipe},
    Row{ERROR_DISK_FULL, Error::no_space},
    Row{ERROR_CALL_NOT_IMPLEMENTED, Error::operation_not_supported},
    // A name that no file can have.
    Row{ERROR_INVALID_NAME, Error::not_found},
    Row{ERROR_BAD_PATHNAME, Error::not_found},
    Row{ERROR_ALREADY_EXISTS, Error::already_exists},
    Row{ERROR_FILENAME_EXCED_RANGE, Error::name_too_long},
    // A pipe whose reader is about to go, and one whose reader has gone.
    Row{ERROR_NO_DATA, Error::broken_pipe},
    Row{ERROR_PIPE_NOT_CONNECTED, Error::broken_pipe},
    Row{ERROR_DIRECTORY, Error::not_a_directory},
    Row{ERROR_OPERATION_ABORTED, Error::canceled},
    Row{ERROR_NO_UNICODE_TRANSLATION, Error::invalid_argument},
    Row{ERROR_IO_DEVICE, Error::input_output},
    // Somebody has it mapped, and it cannot be cut or replaced meanwhile.
    Row{ERROR_USER_MAPPED_FILE, Error::access_denied},
    Row{1295, Error::no_space}, // ERROR_DISK_QUOTA_EXCEEDED, which MinGW does not know
    Row{ERROR_PRIVILEGE_NOT_HELD, Error::not_permitted},
    Row{ERROR_FILE_CORRUPT, Error::input_output},
    Row{ERROR_DISK_CORRUPT, Error::input_output},
    Row{ERROR_NO_SYSTEM_RESOURCES, Error::out_of_memory},
    Row{ERROR_COMMITMENT_LIMIT, Error::out_of_memory},
    Row{ERROR_CANT_ACCESS_FILE, Error::access_denied},
    Row{ERROR_CANT_RESOLVE_FILENAME, Error::too_many_links},
};

} // namespace

Failure file_failure(unsigned long code) {
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [code](const Row& candidate) { return candidate.code == code; });
    return {row == rows.end() ? Error::unexpected : row->error, static_cast<int>(code)};
}

Failure last_file_failure() {
    return file_failure(::GetLastError());
}

} // namespace caesura
