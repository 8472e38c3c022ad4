#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace caesura {

/// Text from elsewhere (a peer, a command line, a file name) made fit for one line of a log or a
/// message: control characters and what is not UTF-8 as \xNN, cut to `most` bytes of the original,
/// with "..." in place of the rest. (Backslashes stay as they are: Windows paths are full of them.)
std::string printable(std::string_view text, std::size_t most = 200);

} // namespace caesura
