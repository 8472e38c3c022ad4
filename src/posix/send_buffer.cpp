#include "berkeley/send_buffer.hpp"

#include <sys/ioctl.h>

#ifdef __linux__
#include <linux/sockios.h>
#endif

namespace caesura::native {

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

std::optional<std::uint64_t> unread(Handle handle) {
    int bytes = 0;
    if (::ioctl(handle, FIONREAD, &bytes) < 0 || bytes < 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(bytes);
}

} // namespace caesura::native
