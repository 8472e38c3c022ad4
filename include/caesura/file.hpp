#pragma once

#include <caesura/bytes.hpp>
#include <caesura/result.hpp>

#include <cstdint>
#include <span>

namespace caesura {

/// Floor 1: tells a file in one state from any other, as far as its system does: which file it is,
/// its size in bytes, and when it was last changed, in the system's own units. Not when it was
/// renamed or its rights were changed, which leave the bytes alone.
///
/// What it cannot tell: a change of as many bytes within the same tick of the clock of files as the
/// one before. That clock has a tick of 1 to 10 ms on Linux before 6.13, and since then is as fine
/// as it must be for who looks in between (multigrain timestamps; ext4, xfs, btrfs and tmpfs have
/// them), 100 ns on NTFS, 2 s on FAT. Nor a change of as many bytes whose time was put back after
/// it. Nor what is changed through a mapping and has not reached the file's time yet, or, on
/// Windows, what somebody writes who still has it open (documented: "File Times").
struct FileVersion {
    std::uint64_t volume = 0; // with `number`: no other file has both while this one exists
    std::uint64_t number = 0;
    std::uint64_t size = 0;
    std::int64_t changed = 0;

    bool operator==(const FileVersion&) const = default;
};

/// Floor 1: a regular file, open for reading, to be sent from. When its version is no longer the
/// one that it had when it was opened, it counts as changed, for good. May be used from several
/// threads at once.
class File {
public:
    virtual ~File() = default;

    /// As it was when opened.
    virtual FileVersion version() const = 0;
    /// Bytes, as it was when opened. 0 is a file with nothing in it.
    std::uint64_t size() const { return version().size; }
    /// Whether a range lies within that size.
    bool holds(std::uint64_t offset, std::uint64_t length) const {
        return offset <= size() && length <= size() - offset;
    }

    /// Reads exactly `room.size()` bytes from `offset`. They are the file's own, of the version
    /// that was opened: that is looked at after the last of them is in `room`, and no change that
    /// comes later can reach them there. After a failure `room` may hold anything. Errors:
    /// file_changed; invalid_argument for what does not lie within the size; input_output...
    virtual Failure read(std::uint64_t offset, std::span<std::byte> room) const = 0;
};

/// How a write went: none, and all was written; or what kept the rest back.
struct [[nodiscard]] WriteResult : Failure {
    std::size_t bytes = 0;
};

/// Floor 1: where a program writes: a file, or one of the standard streams.
class Output {
public:
    virtual ~Output() = default;

    /// Whether a write can block for long: true for pipes, terminals and consoles, false for
    /// regular files and the null device.
    virtual bool can_block() const = 0;
    /// Whether a person looks at it.
    virtual bool is_terminal() const = 0;
    /// Whether it is a terminal that obeys ECMA-48: moves up, erases, and so on. A Windows console
    /// is told to, which those before Windows 10 cannot (documented: SetConsoleMode).
    virtual bool obeys_controls() = 0;
    /// How many rows of the terminal can be seen now; 0 where nobody can tell, or it is none.
    virtual std::size_t rows() const = 0;
    /// The same of its columns.
    virtual std::size_t columns() const = 0;
    /// Writes all of it, blocking where it must, as bytes (no newline is translated). After a
    /// failure some of it may have been written, and is counted. Errors: broken_pipe, no_space,
    /// input_output, ...
    virtual WriteResult write(Slice bytes) = 0;
};

/// Floor 1: a nameless file that vanishes with its last user.
class ScratchFile {
public:
    virtual ~ScratchFile() = default;

    /// Appends. Errors: no_space, input_output, ...
    virtual Failure append(Slice bytes) = 0;
    /// Reads at most `room.size()` bytes from `offset`; 0 = the end.
    virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> room) = 0;
};

} // namespace caesura
