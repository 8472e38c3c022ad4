// console-event-sender PID EVENT: what Windows sends to a process when a user types Ctrl-C (0) or
// Ctrl-Break (1) into its console. Exit status 0: sent. EVENT 2 is any other key, pressed again and
// again until the process has ended.

#include <windows.h>

#include <cstdlib>

namespace {

// We are in that console too, by then.
BOOL WINAPI ignore(DWORD) {
    return TRUE;
}

constexpr DWORD any_key = 2;

bool press_until_gone(DWORD pid) {
    const HANDLE process = ::OpenProcess(SYNCHRONIZE, FALSE, pid);
    const HANDLE keys =
        ::CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                      nullptr, OPEN_EXISTING, 0, nullptr);
    INPUT_RECORD record{};
    record.EventType = KEY_EVENT;
    record.Event.KeyEvent.bKeyDown = TRUE;
    record.Event.KeyEvent.wRepeatCount = 1;
    record.Event.KeyEvent.wVirtualKeyCode = VK_SPACE;
    record.Event.KeyEvent.uChar.UnicodeChar = L' ';
    DWORD count = 0;
    while (::WriteConsoleInputW(keys, &record, 1, &count)) {
        if (::WaitForSingleObject(process, 20) != WAIT_TIMEOUT) {
            return true;
        }
    }
    return false;
}

} // namespace

int main(int count, char** values) {
    if (count != 3) {
        return 2;
    }
    const auto pid = static_cast<DWORD>(std::strtoul(values[1], nullptr, 10));
    const auto event = static_cast<DWORD>(std::strtoul(values[2], nullptr, 10));
    ::FreeConsole();
    const bool sent =
        ::SetConsoleCtrlHandler(ignore, TRUE) && ::AttachConsole(pid) &&
        (event == any_key ? press_until_gone(pid) : ::GenerateConsoleCtrlEvent(event, 0) != 0);
    return sent ? 0 : 1;
}
