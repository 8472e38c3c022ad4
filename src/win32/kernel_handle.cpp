#include "win32/kernel_handle.hpp"

#include "win32/file_error.hpp"

#include <algorithm>

namespace caesura {

namespace {

// A DWORD is the most that one call can be asked for; what that is rounds better this way.
constexpr std::size_t most_per_call = std::size_t{1} << 30;

DWORD length_of(std::size_t size) {
    return static_cast<DWORD>(std::min(size, most_per_call));
}

// A place in a file, as ReadFile and WriteFile take it from a handle that is not overlapped.
OVERLAPPED at(std::uint64_t offset) {
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return place;
}

} // namespace

KernelHandle::~KernelHandle() {
    if (*this) {
        ::CloseHandle(handle_);
    }
}

WriteResult write_all(HANDLE handle, Slice bytes, std::uint64_t place) {
    WriteResult written;
    while (!bytes.empty()) {
        DWORD count = 0;
        OVERLAPPED where = at(place);
        if (!::WriteFile(handle, bytes.data(), length_of(bytes.size()), &count,
                         place == next_place ? nullptr : &where)) {
            return {last_file_failure(), written.bytes};
        }
        if (count == 0) {
            return {{Error::input_output}, written.bytes};
        }
        bytes = bytes.subspan(count);
        written.bytes += count;
        place += place == next_place ? 0 : count;
    }
    return written;
}

Result<std::size_t> read_at(HANDLE handle, std::uint64_t offset, std::span<std::byte> room) {
    DWORD count = 0;
    OVERLAPPED where = at(offset);
    if (!::ReadFile(handle, room.data(), length_of(room.size()), &count, &where)) {
        const DWORD code = ::GetLastError();
        if (code != ERROR_HANDLE_EOF) {
            return file_failure(code);
        }
    }
    return std::size_t{count};
}

} // namespace caesura
