#pragma once

#include <caesura/bytes.hpp>
#include <caesura/result.hpp>

#include <cstdint>
#include <span>

namespace caesura {

/// Floor 1: a regular file, open for reading, to be sent from. Its size and its time of change are
/// those of the moment it was opened; when either differs later, the file counts as changed.
/// May be used from several threads at once.
class File {
public:
    virtual ~File() = default;

    /// Bytes, as it was when opened. 0 is a file with nothing in it.
    virtual std::uint64_t size() const = 0;

    /// Reads exactly `room.size()` bytes from `offset`, which must lie within the size.
    /// Errors: file_changed, input_output, ...
    virtual Failure read(std::uint64_t offset, std::span<std::byte> room) const = 0;

    /// A view of the range for a system call to read from, at most as long as asked and at least
    /// one byte; valid while this File lives. Nobody but the system may touch it: a file that is
    /// cut short meanwhile makes a call fail, but user code that looks dies.
    /// Errors: file_changed, out_of_memory, ...
    virtual Result<Slice> view(std::uint64_t offset, std::uint64_t length) const = 0;
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
    /// Writes all of it, blocking where it must, as bytes (no newline is translated). After a
    /// failure some of it may have been written. Errors: broken_pipe, no_space, input_output, ...
    virtual Failure write(Slice bytes) = 0;
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
