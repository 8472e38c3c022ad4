#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caesura {

class File;

/// Bytes that somebody else owns, to be read.
using Slice = std::span<const std::byte>;

/// A view of text as bytes. Owns nothing.
inline Slice as_slice(std::string_view text) { return std::as_bytes(std::span(text)); }

/// A view of bytes as text, for parsing and printing. Owns nothing.
inline std::string_view as_text(Slice bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Immutable bytes with shared ownership: copying one copies two pointers and a length, never the
/// bytes, so that a thousand clients of one poem share one copy. Copies may be used from several
/// threads at once.
class SharedBytes {
public:
    SharedBytes() = default;
    /// Takes the text over; the bytes are moved, not copied.
    explicit SharedBytes(std::string text);
    /// Takes the bytes over; they are moved, not copied.
    explicit SharedBytes(std::vector<std::byte> bytes);
    /// Shares `bytes`, which must live and not change for as long as `owner` does.
    SharedBytes(std::shared_ptr<const void> owner, Slice bytes);
    /// The only constructor that copies bytes, hence the name.
    static SharedBytes copy_of(Slice bytes);

    /// `length` bytes from `offset`, sharing the same owner; both are clamped to what is there.
    SharedBytes part(std::size_t offset, std::size_t length) const;

    Slice slice() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }

private:
    std::shared_ptr<const void> owner_;
    Slice bytes_;
};

/// A range of a file, in bytes. The file is shared and stays open for as long as a range needs it.
/// One that does not lie within the file's size, or has bytes but no file, is refused by whoever is
/// to send it (invalid_argument).
struct FileRange {
    std::shared_ptr<const File> file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

} // namespace caesura
