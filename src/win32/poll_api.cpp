#include "win32/poll_api.hpp"

#include "win32/native.hpp"
#include "win32/socket_set.hpp"
#include "win32/version.hpp"

namespace caesura {

PollApi system_poll_api() {
    return {
        .wsa_poll = ::WSAPoll,
        .select = [](fd_set* read, fd_set* write, fd_set* except,
                     timeval* limit) { return ::select(0, read, write, except, limit); },
        .sleep = ::Sleep,
        .now = [] { return Instant(native::now()); },
        .build = windows_build(),
    };
}

bool is_socket(const PollApi& api, SOCKET socket) {
    timeval at_once{};
    SocketSet one;
    one.add(socket);
    return api.select(nullptr, one.get(), nullptr, &at_once) != SOCKET_ERROR ||
           ::WSAGetLastError() != WSAENOTSOCK;
}

} // namespace caesura
