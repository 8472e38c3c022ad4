#include "berkeley/host_parts.hpp"
#include "win32/file_error.hpp"
#include "win32/kernel_handle.hpp"

namespace caesura::native {

bool owns_console() {
    // Answers how many processes there are, however little room there is for their numbers, and 0
    // where there is no console (documented: GetConsoleProcessList).
    DWORD process = 0;
    return ::GetConsoleProcessList(&process, 1) == 1;
}

Failure wait_for_key() {
    // The console itself, whatever stands in for standard input (documented: "Console Handles").
    const KernelHandle console(::CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE,
                                             FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                             OPEN_EXISTING, 0, nullptr));
    if (!console || !::FlushConsoleInputBuffer(console.get())) {
        return last_file_failure();
    }
    while (true) {
        INPUT_RECORD record{};
        DWORD count = 0;
        if (!::ReadConsoleInputW(console.get(), &record, 1, &count)) {
            return last_file_failure();
        }
        if (count == 1 && record.EventType == KEY_EVENT && record.Event.KeyEvent.bKeyDown) {
            return {};
        }
    }
}

} // namespace caesura::native
