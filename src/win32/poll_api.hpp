#pragma once

#include <caesura/time.hpp>

#include <winsock2.h>

#include <windows.h>

#include <functional>

namespace caesura {

/// What the two pollers of Windows call: the system, or a test's stricter idea of it. Wine lets
/// pass much that Windows refuses, so that only the latter can tell whether Windows is asked
/// rightly. Failures are told as the system does, by SOCKET_ERROR and WSAGetLastError.
struct PollApi {
    std::function<int(WSAPOLLFD* sockets, ULONG count, INT milliseconds)> wsa_poll;
    /// Without the first parameter of select, which means nothing to Winsock.
    std::function<int(fd_set* read, fd_set* write, fd_set* except, timeval* limit)> select;
    std::function<void(DWORD milliseconds)> sleep;
    std::function<Instant()> now;
    /// As windows_build says it.
    unsigned build = 0;
};

PollApi system_poll_api();

/// No call waits longer; then the same is asked anew. For there is what only a fresh call tells:
/// WSAPoll marks a socket that is none but waits on, and select under Wine 10 sleeps through a
/// reset of a socket whose buffer is full, when only room is waited for.
inline constexpr Duration longest_call = std::chrono::seconds(1);

/// Tried by itself: whether it is a socket at all.
bool is_socket(const PollApi& api, SOCKET socket);

} // namespace caesura
