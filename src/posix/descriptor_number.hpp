#pragma once

#include <caesura/sockets.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace caesura {

/// The descriptor that a socket is. What is too large to be one becomes the largest int, which the
/// system then says is none; cut off, it could become somebody else's.
constexpr int descriptor_number(Socket socket) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
    return static_cast<int>(std::min(static_cast<std::uint64_t>(socket), most));
}

} // namespace caesura
