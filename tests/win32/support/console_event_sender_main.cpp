// console-event-sender PID EVENT: what Windows sends to a process when a user types Ctrl-C (0) or
// Ctrl-Break (1) into its console. Exit status 0: sent.

#include <windows.h>

#include <cstdlib>

namespace {

// We are in that console too, by then.
BOOL WINAPI ignore(DWORD) {
    return TRUE;
}

} // namespace

int main(int count, char** values) {
    if (count != 3) {
        return 2;
    }
    const auto pid = static_cast<DWORD>(std::strtoul(values[1], nullptr, 10));
    const auto event = static_cast<DWORD>(std::strtoul(values[2], nullptr, 10));
    ::FreeConsole();
    const bool sent = ::SetConsoleCtrlHandler(ignore, TRUE) && ::AttachConsole(pid) &&
                      ::GenerateConsoleCtrlEvent(event, 0);
    return sent ? 0 : 1;
}
