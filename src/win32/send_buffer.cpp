#include "berkeley/send_buffer.hpp"

namespace caesura::native {

// No call tells: SIO_TCP_INFO counts what TCP has sent, but not what waits above it (reported:
// BytesInFlight 0 on loopback while data was undelivered).
std::optional<std::uint64_t> unsent(Handle) {
    return std::nullopt;
}

std::optional<std::uint64_t> unacknowledged(Handle) {
    return std::nullopt;
}

std::optional<std::uint64_t> unread(Handle handle) {
    u_long bytes = 0;
    if (::ioctlsocket(handle, static_cast<long>(FIONREAD), &bytes) != 0) {
        return std::nullopt;
    }
    return bytes;
}

// SIO_TCP_INFO would, on Windows 10 1703 and later; the way by progress works on all.
std::optional<Duration> round_trip(Handle) {
    return std::nullopt;
}

} // namespace caesura::native
