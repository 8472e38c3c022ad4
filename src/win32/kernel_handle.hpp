#pragma once

#include <caesura/bytes.hpp>
#include <caesura/file.hpp>
#include <caesura/result.hpp>

#include <windows.h>

#include <utility>

namespace caesura {

/// The one owner of a kernel object that is no socket. Move-only.
class KernelHandle {
public:
    KernelHandle() = default;
    explicit KernelHandle(HANDLE handle) : handle_(handle) {}
    KernelHandle(KernelHandle&& other) noexcept
        : handle_(std::exchange(other.handle_, INVALID_HANDLE_VALUE)) {}
    KernelHandle& operator=(KernelHandle&& other) = delete;
    ~KernelHandle();

    HANDLE get() const { return handle_; }
    /// Windows has two values for "none", depending on who is asked.
    explicit operator bool() const { return handle_ != nullptr && handle_ != INVALID_HANDLE_VALUE; }

private:
    HANDLE handle_ = INVALID_HANDLE_VALUE;
};

/// Where a write goes that has no place of its own: to the end, or wherever the last one ended.
inline constexpr std::uint64_t next_place = ~std::uint64_t{0};

/// Writes all of it, however many calls that takes, from `place` on.
WriteResult write_all(HANDLE handle, Slice bytes, std::uint64_t place = next_place);

/// Reads at most `room.size()` bytes from `offset`; 0 = the end.
Result<std::size_t> read_at(HANDLE handle, std::uint64_t offset, std::span<std::byte> room);

} // namespace caesura
