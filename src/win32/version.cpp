#include "win32/version.hpp"

#include <windows.h>

namespace caesura {

unsigned windows_build() {
    static const unsigned build = [] {
        using Ask = LONG(WINAPI*)(OSVERSIONINFOW*);
        OSVERSIONINFOW version{};
        version.dwOSVersionInfoSize = sizeof version;
        const HMODULE ntdll = ::GetModuleHandleW(L"ntdll.dll"); // every process has it loaded
        const auto ask = ntdll == nullptr ? nullptr
                                          : reinterpret_cast<Ask>(reinterpret_cast<void (*)()>(
                                                ::GetProcAddress(ntdll, "RtlGetVersion")));
        return ask != nullptr && ask(&version) == 0 ? version.dwBuildNumber : 0;
    }();
    return build;
}

} // namespace caesura
