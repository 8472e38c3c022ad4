#pragma once

#include <caesura/sockets.hpp>

namespace caesura {

/// What Sockets::send_file promises, by way of `send`: piece by piece, each copied and its file
/// looked at before it is sent. Each thread has one room for copies.
Result<std::size_t> send_file_in_pieces(Sockets& sockets, Socket socket, const FileRange& range,
                                        Follows follows);

} // namespace caesura
