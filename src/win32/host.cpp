#include "berkeley/host_parts.hpp"
#include "win32/null_device.hpp"
#include "win32/text.hpp"

#include <windows.h>

#include <shellapi.h>

#include <cstdio>
#include <fcntl.h>
#include <io.h>

namespace caesura::native {

namespace {

// The most handles of a process (documented: "Kernel Objects"). Winsock itself has no limit but
// memory (documented: "Maximum Number of Sockets Supported").
constexpr std::size_t most_handles = std::size_t{1} << 24;

enum class StandardOutput { given, missing };
StandardOutput standard_output_at_start = StandardOutput::given;

void fill_streams() {
    for (const DWORD stream : {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE}) {
        const HANDLE handle = ::GetStdHandle(stream);
        if (handle == nullptr || handle == INVALID_HANDLE_VALUE) {
            if (stream == STD_OUTPUT_HANDLE) {
                standard_output_at_start = StandardOutput::missing;
            }
            ::SetStdHandle(stream, open_null_device());
        }
    }
}

// For a program that prints with the C library too.
void make_streams_binary() {
    for (std::FILE* const stream : {stdin, stdout, stderr}) {
        const int number = ::_fileno(stream);
        if (number >= 0) {
            ::_setmode(number, _O_BINARY);
        }
    }
}

// Out of the system's folder only: one who can put a file into the program's folder or the current
// one must not choose what runs. Windows 7 has the call since an update, KB2533623, hence the
// search for it; without that, at least the current folder is not looked at.
void restrict_libraries() {
    constexpr DWORD system_folder = 0x00000800; // LOAD_LIBRARY_SEARCH_SYSTEM32
    using SetDirectories = BOOL(WINAPI*)(DWORD);
    const HMODULE kernel = ::GetModuleHandleW(L"kernel32.dll");
    const auto set_directories = reinterpret_cast<SetDirectories>(
        reinterpret_cast<void*>(::GetProcAddress(kernel, "SetDefaultDllDirectories")));
    if (!set_directories || !set_directories(system_folder)) {
        ::SetDllDirectoryW(L"");
    }
}

} // namespace

std::vector<std::string> arguments(int count, char** values) {
    int wide_count = 0;
    wchar_t** const wide = ::CommandLineToArgvW(::GetCommandLineW(), &wide_count);
    if (!wide) {
        return {values, values + count}; // out of memory
    }
    std::vector<std::string> result;
    for (int i = 0; i < wide_count; ++i) {
        result.push_back(utf8_of(wide[i]));
    }
    ::LocalFree(wide);
    return result;
}

void prepare_process() {
    restrict_libraries();
    // No dialog may stop a program that nobody looks at.
    ::SetErrorMode(::GetErrorMode() | SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX |
                   SEM_NOOPENFILEERRORBOX);
    fill_streams();
    make_streams_binary();
}

bool had_standard_output() {
    return standard_output_at_start == StandardOutput::given;
}

bool can_detach() {
    return false;
}

Result<std::unique_ptr<Detachment>> detach() {
    return Failure{Error::operation_not_supported};
}

Result<std::unique_ptr<PidFile>> claim_pid_file(const std::string&) {
    return Failure{Error::operation_not_supported};
}

std::size_t most_sockets() {
    return most_handles;
}

} // namespace caesura::native
