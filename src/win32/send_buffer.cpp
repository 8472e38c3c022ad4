#include "berkeley/send_buffer.hpp"

#include <algorithm>
#include <limits>

namespace caesura::native {

// A send is taken whole while less than SO_SNDBUF is charged, however long it is, and otherwise not
// at all; with SO_SNDBUF unset that limit is dynamic, up to 16 MB (documented: KB 823764 and
// SIO_IDEAL_SEND_BACKLOG_QUERY; Wine's tests assert the same). So it takes both: the limit, and
// pieces that are shorter. Half of it, because a piece as long as the limit makes every other one
// wait for an acknowledgement (KB 823764).
Result<std::size_t> limit_unsent(Handle handle, std::size_t bytes) {
    if (bytes == 0) {
        return std::numeric_limits<std::size_t>::max();
    }
    const int value = static_cast<int>(
        std::min<std::size_t>(bytes, static_cast<std::size_t>(std::numeric_limits<int>::max())));
    if (::setsockopt(handle, SOL_SOCKET, SO_SNDBUF, reinterpret_cast<const char*>(&value),
                     sizeof value) != 0) {
        return failure_from_native(last_error());
    }
    return std::max<std::size_t>(1, static_cast<std::size_t>(value) / 2);
}

// No call tells: SIO_TCP_INFO counts what TCP has sent, but not what waits above it (reported:
// BytesInFlight 0 on loopback while data was undelivered).
std::optional<std::uint64_t> unsent(Handle) {
    return std::nullopt;
}

std::optional<std::uint64_t> unacknowledged(Handle) {
    return std::nullopt;
}

// SIO_TCP_INFO would, on Windows 10 1703 and later; the way by progress works on all.
std::optional<Duration> round_trip(Handle) {
    return std::nullopt;
}

} // namespace caesura::native
