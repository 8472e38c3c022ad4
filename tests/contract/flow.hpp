#pragma once

#include "world.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace caesura::testing {

/// Fills `room` with the endless text of `seed` from `position` on. Each byte follows from the
/// two, so that a byte that is lost, doubled or out of order shows without the text being kept.
void write_text(std::span<std::byte> room, std::uint64_t seed, std::uint64_t position);

/// The sending end of a text: how far it has been taken.
struct Source {
    Socket socket;
    std::uint64_t seed = 1;
    std::uint64_t sent = 0;
};

/// The receiving end of a text: how far it has been read, and found right.
struct Sink {
    Socket socket;
    std::uint64_t seed = 1;
    std::uint64_t received = 0;
};

/// How a stream ended. By the contract a receive of 0 after an error hint is a reset.
struct End {
    Failure failure;
    bool error_hint = false;
};

bool is_clean(const End& end);
/// Fails the case unless nobody could take the end for the peer's FIN.
void check_lost(World& world, const End& end);

/// The sizes of one send and of one receive where nothing else is asked for.
inline constexpr std::size_t usual_piece = 64 * 1024;
inline constexpr std::size_t usual_room = 256 * 1024;

/// One send of the next `size` bytes of the text.
Result<std::size_t> offer(World& world, Source& source, std::size_t size = usual_piece,
                          Follows follows = Follows::unknown);

/// The same, where would_block, which may follow any report, is waited out.
Result<std::size_t> push(World& world, Source& source, std::size_t size);

/// One receive; what comes must be the next bytes of the text.
Result<std::size_t> take(World& world, Sink& sink, std::size_t room = usual_room);

/// Sends until would_block stays, which takes a silence longer than an acknowledgement may be
/// delayed: until then a system may take more without any read, and Winsock's buffers fill in the
/// background. A system that takes 256 MiB fails the case. Even so nobody promises that the next
/// send is refused: probes of the peer's closed window may free a little now and then.
void saturate(World& world, std::span<Source> sources, std::size_t piece = usual_piece);
void saturate(World& world, Source& source, std::size_t piece = usual_piece);

/// Sends until `total` bytes of the text have been taken, and reads until they have come.
void transfer(World& world, Source& source, Sink& sink, std::uint64_t total,
              std::size_t piece = usual_piece, std::size_t room = usual_room);

/// Reads until the source, whose buffer is full, is said to have room again.
void make_room(World& world, const Source& source, Sink& sink);

/// Reads what is there; stops when a receive says would_block.
void drain(World& world, Sink& sink);

/// Reads all of them, side by side, to the end of each.
std::vector<End> read_to_end(World& world, std::span<Sink> sinks);
End read_to_end(World& world, Sink& sink);

} // namespace caesura::testing
