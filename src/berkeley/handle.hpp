#pragma once

#include "native.hpp"

#include <caesura/sockets.hpp>

namespace caesura {

/// A Socket is the native number, widened, so that a socket made elsewhere can be used as it is.
constexpr Socket socket_of(native::Handle handle) {
    return static_cast<Socket>(handle);
}

/// What is too large to be a native number is none: cut off, it could be somebody else's.
constexpr native::Handle handle_of(Socket socket) {
    const auto handle = static_cast<native::Handle>(socket);
    return socket_of(handle) == socket ? handle : native::no_handle;
}

} // namespace caesura
