#include "berkeley/send_buffer.hpp"

#include <algorithm>
#include <limits>
#include <sys/ioctl.h>

#ifdef __linux__
#include <linux/sockios.h>
#endif

namespace caesura::native {

namespace {

Failure set(Handle handle, int level, int name, std::size_t bytes) {
    const int value = static_cast<int>(
        std::min<std::size_t>(bytes, static_cast<std::size_t>(std::numeric_limits<int>::max())));
    return ::setsockopt(handle, level, name, &value, sizeof value) == 0
               ? Failure{}
               : failure_from_native(last_error());
}

} // namespace

// TCP_NOTSENT_LOWAT stops a send in the middle once so much is unsent, and makes a socket writable
// again when less than half of it is (tcp(7); tcp_stream_memory_free), so that a piece may be as
// long as anybody likes. Where there is no such option, the whole buffer is bounded.
Result<std::size_t> limit_unsent(Handle handle, std::size_t bytes) {
    if (bytes == 0) {
        return std::numeric_limits<std::size_t>::max();
    }
#ifdef TCP_NOTSENT_LOWAT
    const Failure failure = set(handle, IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes);
#else
    const Failure failure = set(handle, SOL_SOCKET, SO_SNDBUF, bytes);
#endif
    return failure ? Result<std::size_t>(failure)
                   : Result<std::size_t>(std::numeric_limits<std::size_t>::max());
}

#ifdef __linux__

namespace {

std::optional<tcp_info> info_of(Handle handle) {
    tcp_info info{};
    socklen_t length = sizeof info;
    if (::getsockopt(handle, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
        return std::nullopt;
    }
    return info;
}

// What lies in the send buffer by one of Linux's two counts.
std::optional<std::uint64_t> lying(Handle handle, unsigned long count) {
    int bytes = 0;
    if (::ioctl(handle, count, &bytes) < 0 || bytes < 0) {
        return std::nullopt;
    }
    if (bytes > 0) {
        // A FIN of ours has a number in the sequence, like a byte, until it is acknowledged.
        const auto info = info_of(handle);
        if (info && (info->tcpi_state == TCP_FIN_WAIT1 || info->tcpi_state == TCP_CLOSING ||
                     info->tcpi_state == TCP_LAST_ACK)) {
            --bytes;
        }
    }
    return static_cast<std::uint64_t>(bytes);
}

} // namespace

std::optional<std::uint64_t> unsent(Handle handle) {
    return lying(handle, SIOCOUTQNSD);
}

std::optional<std::uint64_t> unacknowledged(Handle handle) {
    return lying(handle, SIOCOUTQ);
}

std::optional<Duration> round_trip(Handle handle) {
    const auto info = info_of(handle);
    if (!info || info->tcpi_rtt == 0) {
        return std::nullopt;
    }
    return std::chrono::microseconds(info->tcpi_rtt);
}

#else

std::optional<std::uint64_t> unsent(Handle) {
    return std::nullopt;
}

std::optional<std::uint64_t> unacknowledged(Handle) {
    return std::nullopt;
}

std::optional<Duration> round_trip(Handle) {
    return std::nullopt;
}

#endif

} // namespace caesura::native
