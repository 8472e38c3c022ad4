#include "win32/native.hpp"

#include "win32/text.hpp"
#include "win32/ticks.hpp"
#include "win32/version.hpp"

#include <caesura/endpoint.hpp>

#include <mstcpip.h>
#include <windows.h>

namespace caesura::native {

namespace {

// Headers show these only when they are told of a newer Windows than the oldest we run on.
constexpr DWORD ask_no_handle_inherit = 0x80;  // WSA_FLAG_NO_HANDLE_INHERIT, Windows 7 SP1
constexpr UCHAR no_syn_retransmissions = 0xFE; // TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS
constexpr USHORT default_rtt = 0xFFFF;         // TCP_INITIAL_RTO_UNSPECIFIED_RTT

Failure last_failure() {
    return failure_from_native(::WSAGetLastError());
}

/// Sockets that come without the flag are inherited. Where it fails (some layered providers hand
/// out what is no handle of the system's) the socket is usable all the same.
void set_not_inherited(Handle handle) {
    ::SetHandleInformation(reinterpret_cast<HANDLE>(handle), HANDLE_FLAG_INHERIT, 0);
}

Result<Handle> made_non_blocking(Handle handle) {
    u_long on = 1;
    if (::ioctlsocket(handle, static_cast<long>(FIONBIO), &on) != 0) {
        const Failure failure = last_failure();
        ::closesocket(handle);
        return failure;
    }
    return handle;
}

} // namespace

Startup::Startup() {
    WSADATA data;
    // The one call that answers with its error instead of leaving it to be asked for.
    if (const int code = ::WSAStartup(MAKEWORD(2, 2), &data); code != 0) {
        failure_ = failure_from_native(code);
    }
}

Startup::~Startup() {
    if (!failure_) {
        ::WSACleanup();
    }
}

Result<Handle> open(int family) {
    Handle handle = ::WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                                 WSA_FLAG_OVERLAPPED | ask_no_handle_inherit);
    if (handle == no_handle && ::WSAGetLastError() == WSAEINVAL) {
        // Windows 7 as it first came does not know the flag.
        handle = ::WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED);
        if (handle != no_handle) {
            set_not_inherited(handle);
        }
    }
    return handle == no_handle ? Result<Handle>(last_failure()) : made_non_blocking(handle);
}

Result<Handle> accept(Handle listener, sockaddr* address, socklen_t* length) {
    const Handle handle = ::accept(listener, address, length);
    if (handle == no_handle) {
        return last_failure();
    }
    set_not_inherited(handle);
    // It has the listener's mode already, but nobody documents that.
    const Result<Handle> ready = made_non_blocking(handle);
    if (!ready && !is_resource_shortage(ready.error())) {
        return failure_from_native(WSAECONNABORTED); // its fault, not the listener's
    }
    return ready;
}

void prepare_connect(Handle handle, const Endpoint& peer) {
    prepare_connect(handle, peer, windows_build());
}

void prepare_connect(Handle handle, const Endpoint& peer, unsigned build) {
    // A refusal is otherwise believed only after two more tries, which take two seconds. Older
    // systems know the call but not the value (libuv and curl ask for the same version), and where
    // it fails a refusal is slow, no more.
    constexpr unsigned windows_10_1709 = 16299;
    if (!peer.is_loopback() || build < windows_10_1709) {
        return;
    }
    TCP_INITIAL_RTO_PARAMETERS parameters{};
    parameters.Rtt = default_rtt;
    parameters.MaxSynRetransmissions = no_syn_retransmissions;
    DWORD bytes = 0;
    ::WSAIoctl(handle, SIO_TCP_INITIAL_RTO, &parameters, sizeof parameters, nullptr, 0, &bytes,
               nullptr, nullptr);
}

bool connect_is_over(Handle handle) {
    // "If processing a connect call (nonblocking), connection attempt has succeeded" ([select]
    // documentation, writefds). A reset that came since sets it too.
    fd_set connected;
    FD_ZERO(&connected);
    FD_SET(handle, &connected);
    timeval no_time{};
    return ::select(0, nullptr, &connected, nullptr, &no_time) != 0;
}

Result<std::size_t> send(Handle handle, std::span<Buffer> buffers, Follows) {
    DWORD sent = 0;
    if (::WSASend(handle, buffers.data(), static_cast<DWORD>(buffers.size()), &sent, 0, nullptr,
                  nullptr) != 0) {
        return last_failure();
    }
    return static_cast<std::size_t>(sent);
}

Duration now() {
    // Both always succeed on Windows XP and later, and the frequency is fixed at boot (documented).
    static const std::int64_t frequency = [] {
        LARGE_INTEGER value{};
        ::QueryPerformanceFrequency(&value);
        return value.QuadPart;
    }();
    LARGE_INTEGER ticks{};
    ::QueryPerformanceCounter(&ticks);
    return time_of_ticks(ticks.QuadPart, frequency);
}

int look_up(const std::string& host, const AddressList& wanted, AddressList** found) {
    // Names are UTF-8; getaddrinfo would take them for the code page of the day.
    constexpr wchar_t replacement = 0xFFFD; // what wide_of makes of what is no UTF-8
    const std::wstring name = wide_of(host);
    if (name.find(replacement) != std::wstring::npos) {
        return WSAHOST_NOT_FOUND;
    }
    return ::GetAddrInfoW(name.c_str(), nullptr, &wanted, found);
}

} // namespace caesura::native
