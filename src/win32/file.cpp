#include "berkeley/host_parts.hpp"
#include "win32/file_error.hpp"
#include "win32/mapping.hpp"
#include "win32/path_handle.hpp"

#include <cassert>

namespace caesura::native {

namespace {

// What of a file must stay as it was. While somebody has it open for writing, the time of its last
// change may lag behind (documented: "File Times"); NTFS then tells it when that handle is closed.
struct Version {
    std::uint64_t size = 0;
    std::uint64_t changed = 0;

    bool operator==(const Version&) const = default;
};

constexpr std::uint64_t joined(DWORD high, DWORD low) {
    return std::uint64_t{high} << 32 | low;
}

Result<Version> version_of(HANDLE file) {
    BY_HANDLE_FILE_INFORMATION information{};
    if (!::GetFileInformationByHandle(file, &information)) {
        return last_file_failure();
    }
    return Version{joined(information.nFileSizeHigh, information.nFileSizeLow),
                   joined(information.ftLastWriteTime.dwHighDateTime,
                          information.ftLastWriteTime.dwLowDateTime)};
}

class WindowsFile final : public File {
public:
    WindowsFile(KernelHandle handle, const Version& version)
        : handle_(std::move(handle)), version_(version), mapping_(handle_.get(), version.size) {}

    std::uint64_t size() const override { return version_.size; }

    Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
        assert(offset <= size() && room.size() <= size() - offset);
        if (const Failure failure = check_unchanged()) {
            return failure;
        }
        while (!room.empty()) {
            const Result<std::size_t> count = read_at(handle_.get(), offset, room);
            if (!count) {
                return count.failure();
            }
            if (*count == 0) {
                return {Error::file_changed}; // it ends before its size
            }
            room = room.subspan(*count);
            offset += *count;
        }
        // What was read counts only when the file was whole until the last byte.
        return check_unchanged();
    }

    Result<Slice> view(std::uint64_t offset, std::uint64_t length) const override {
        assert(length > 0 && offset < size());
        if (const Failure failure = check_unchanged()) {
            return failure;
        }
        return mapping_.view(offset, length);
    }

private:
    Failure check_unchanged() const {
        const Result<Version> now = version_of(handle_.get());
        if (!now) {
            return now.failure();
        }
        return *now == version_ ? Failure{} : Failure{Error::file_changed};
    }

    KernelHandle handle_;
    Version version_;
    Mapping mapping_;
};

} // namespace

Result<std::shared_ptr<const File>> open_file(const std::string& path) {
    Result<KernelHandle> handle =
        open_path(path, GENERIC_READ, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL);
    if (!handle) {
        return handle.failure();
    }
    if (::GetFileType(handle->get()) != FILE_TYPE_DISK) {
        return Failure{Error::operation_not_supported}; // a console, a port, a pipe, NUL
    }
    const Result<Version> version = version_of(handle->get());
    if (!version) {
        return version.failure();
    }
    return std::shared_ptr<const File>(std::make_shared<WindowsFile>(std::move(*handle), *version));
}

} // namespace caesura::native
