#include "win32/null_device.hpp"

#include <winternl.h>

namespace caesura {

namespace {

// NtQueryVolumeInformationFile and what it needs, from the documentation of Windows' driver kit:
// no documented call of the ordinary API tells NUL from a serial port.
struct DeviceInformation {
    ULONG type;
    ULONG characteristics;
};
constexpr int device_information = 4; // FileFsDeviceInformation
constexpr ULONG type_null = 0x15;     // FILE_DEVICE_NULL

using QueryVolume = NTSTATUS(NTAPI*)(HANDLE, IO_STATUS_BLOCK*, void*, ULONG, int);

QueryVolume find_query() {
    const HMODULE ntdll = ::GetModuleHandleW(L"ntdll.dll");
    return reinterpret_cast<QueryVolume>(
        reinterpret_cast<void*>(::GetProcAddress(ntdll, "NtQueryVolumeInformationFile")));
}

} // namespace

HANDLE open_null_device() {
    SECURITY_ATTRIBUTES inherited{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
    return ::CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                         &inherited, OPEN_EXISTING, 0, nullptr);
}

bool is_null_device(HANDLE handle) {
    static const QueryVolume query = find_query();
    IO_STATUS_BLOCK status{};
    DeviceInformation device{};
    return ::GetFileType(handle) == FILE_TYPE_CHAR && query != nullptr &&
           query(handle, &status, &device, sizeof device, device_information) >= 0 &&
           device.type == type_null;
}

} // namespace caesura
