#include "seam/file_pieces.hpp"

#include <caesura/file.hpp>

#include <algorithm>
#include <cassert>
#include <memory>
#include <new>

namespace caesura {

namespace {

/// How much of a file is copied at once. Little enough to still be in the processor's cache when it
/// is sent, yet as much as a socket takes at once: half of it costs a third more.
/// docs/SEND-BUFFERS.md has the figures of this and of other ways.
constexpr std::size_t file_piece = std::size_t{256} << 10;

/// Where this thread copies pieces of files to. Empty when there is no memory.
std::span<std::byte> room_for_file_piece() {
    thread_local std::unique_ptr<std::byte[]> room;
    if (!room) {
        room.reset(new (std::nothrow) std::byte[file_piece]);
    }
    return room ? std::span(room.get(), file_piece) : std::span<std::byte>();
}

} // namespace

Result<std::size_t> send_file_in_pieces(Sockets& sockets, Socket socket, const FileRange& range,
                                        Follows follows) {
    assert(range.length > 0);
    if (!range.file) {
        return Failure{Error::invalid_argument};
    }
    const std::span<std::byte> copy = room_for_file_piece();
    if (copy.empty()) {
        return Failure{Error::out_of_memory};
    }
    std::uint64_t taken = 0;
    while (taken < range.length) {
        const std::uint64_t rest = range.length - taken;
        const auto piece =
            copy.first(static_cast<std::size_t>(std::min<std::uint64_t>(rest, copy.size())));
        const Slice slice = piece;
        const Failure unread = range.file->read(range.offset + taken, piece);
        const Result<std::size_t> sent =
            unread ? Result<std::size_t>(unread)
                   : sockets.send(socket, std::span(&slice, 1),
                                  piece.size() == rest ? follows : Follows::unknown);
        if (!sent) {
            return taken == 0 ? sent : static_cast<std::size_t>(taken);
        }
        taken += *sent;
        if (*sent < piece.size()) {
            break; // a second try would only be told so
        }
    }
    return static_cast<std::size_t>(taken);
}

} // namespace caesura
