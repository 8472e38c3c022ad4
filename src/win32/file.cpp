#include "berkeley/host_parts.hpp"
#include "win32/file_error.hpp"
#include "win32/path_handle.hpp"

namespace caesura::native {

namespace {

constexpr std::uint64_t joined(DWORD high, DWORD low) {
    return std::uint64_t{high} << 32 | low;
}

Result<FileVersion> version_of(HANDLE file) {
    BY_HANDLE_FILE_INFORMATION information{};
    if (!::GetFileInformationByHandle(file, &information)) {
        return last_file_failure();
    }
    return FileVersion{
        information.dwVolumeSerialNumber,
        joined(information.nFileIndexHigh, information.nFileIndexLow),
        joined(information.nFileSizeHigh, information.nFileSizeLow),
        static_cast<std::int64_t>(joined(information.ftLastWriteTime.dwHighDateTime,
                                         information.ftLastWriteTime.dwLowDateTime))};
}

class WindowsFile final : public File {
public:
    WindowsFile(KernelHandle handle, const FileVersion& version)
        : handle_(std::move(handle)), version_(version) {}

    FileVersion version() const override { return version_; }

    Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
        if (!holds(offset, room.size())) {
            return {Error::invalid_argument};
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
        return check_unchanged();
    }

private:
    Failure check_unchanged() const {
        const Result<FileVersion> now = version_of(handle_.get());
        if (!now) {
            return now.failure();
        }
        return *now == version_ ? Failure{} : Failure{Error::file_changed};
    }

    KernelHandle handle_;
    FileVersion version_;
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
    const Result<FileVersion> version = version_of(handle->get());
    if (!version) {
        return version.failure();
    }
    return std::shared_ptr<const File>(std::make_shared<WindowsFile>(std::move(*handle), *version));
}

Result<FileVersion> file_version(const std::string& path) {
    const Result<KernelHandle> handle =
        open_path(path, FILE_READ_ATTRIBUTES, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL);
    if (!handle) {
        return handle.failure();
    }
    return version_of(handle->get());
}

} // namespace caesura::native
