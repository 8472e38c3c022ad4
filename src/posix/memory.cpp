#include "berkeley/host_parts.hpp"
#include "posix/proc.hpp"

#include <unistd.h>

namespace caesura::native {

namespace {

std::optional<std::uint64_t> times(std::optional<std::uint64_t> number, std::uint64_t unit) {
    return number ? std::optional(*number * unit) : std::nullopt;
}

} // namespace

// Linux, proc(5). Other systems have no such files, and tell nothing.
MemoryUse memory() {
    constexpr std::uint64_t kibibyte = 1024;
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::string status = proc_text("/proc/self/status");
    MemoryUse use;
    use.resident = times(number_after(status, "VmRSS:"), kibibyte);
    use.committed = times(number_after(status, "RssAnon:"), kibibyte);
    const std::string sockets = proc_text("/proc/net/sockstat");
    if (const std::size_t line = sockets.find("TCP:"); line != std::string::npos) {
        const std::string_view rest = std::string_view(sockets).substr(line);
        use.tcp = times(number_after(rest.substr(0, rest.find('\n')), "mem"), page);
    }
    use.available = times(number_after(proc_text("/proc/meminfo"), "MemAvailable:"), kibibyte);
    return use;
}

} // namespace caesura::native
