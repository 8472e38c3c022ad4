#pragma once

#include <caesura/sockets.hpp>

#include <fcntl.h>

namespace caesura::testing {

inline int number(Socket socket) {
    return static_cast<int>(socket);
}

inline bool non_blocking(Socket socket) {
    return (::fcntl(number(socket), F_GETFL) & O_NONBLOCK) != 0;
}

inline bool closed_on_exec(Socket socket) {
    return (::fcntl(number(socket), F_GETFD) & FD_CLOEXEC) != 0;
}

} // namespace caesura::testing
