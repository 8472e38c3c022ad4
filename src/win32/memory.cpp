#include "berkeley/host_parts.hpp"

#include <windows.h>

#include <psapi.h>

namespace caesura::native {

namespace {

// Wine 10 answers 0 where it does not know.
std::optional<std::uint64_t> unless_zero(std::uint64_t bytes) {
    return bytes == 0 ? std::nullopt : std::optional(bytes);
}

} // namespace

// What Winsock holds of accepted sends belongs to no process; whether it is charged to the
// non-paged pool is not documented, hence what is available beside it.
MemoryUse memory() {
    MemoryUse use;
    PROCESS_MEMORY_COUNTERS_EX process{};
    process.cb = sizeof process;
    if (::GetProcessMemoryInfo(::GetCurrentProcess(),
                               reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&process),
                               sizeof process)) {
        use.resident = process.WorkingSetSize;
        use.committed = unless_zero(process.PrivateUsage);
    }
    PERFORMANCE_INFORMATION system{};
    if (::GetPerformanceInfo(&system, sizeof system)) {
        use.kernel_pool = unless_zero(std::uint64_t{system.KernelNonpaged} * system.PageSize);
    }
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    if (::GlobalMemoryStatusEx(&status)) {
        use.available = status.ullAvailPhys;
    }
    return use;
}

} // namespace caesura::native
