#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caesura::native {

namespace {

// Not st_ctime: it also counts renames and changes of rights.
FileVersion version_of(const struct stat& status) {
#if defined(__APPLE__)
    const timespec& changed = status.st_mtimespec;
#else
    const timespec& changed = status.st_mtim;
#endif
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
            static_cast<std::uint64_t>(status.st_size),
            std::int64_t{changed.tv_sec} * 1'000'000'000 + changed.tv_nsec};
}

class PosixFile final : public File {
public:
    PosixFile(Descriptor descriptor, const FileVersion& version)
        : descriptor_(std::move(descriptor)), version_(version) {}

    FileVersion version() const override { return version_; }

    Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
        if (!holds(offset, room.size())) {
            return {Error::invalid_argument};
        }
        while (!room.empty()) {
            const ssize_t count =
                ::pread(descriptor_.get(), room.data(), room.size(), static_cast<off_t>(offset));
            if (count > 0) {
                room = room.subspan(static_cast<std::size_t>(count));
                offset += static_cast<std::uint64_t>(count);
            } else if (count == 0) {
                return {Error::file_changed}; // it ends before its size
            } else if (errno != EINTR) {
                return errno_failure();
            }
        }
        // Systems change a file's size before they touch a byte that is cut off, and its time
        // before they write one, so that what was read of a change shows in these.
        return check_unchanged();
    }

private:
    Failure check_unchanged() const {
        struct stat status {};
        if (::fstat(descriptor_.get(), &status) != 0) {
            return errno_failure();
        }
        return version_of(status) == version_ ? Failure{} : Failure{Error::file_changed};
    }

    Descriptor descriptor_;
    FileVersion version_;
};

// Files that the kernel writes as they are read, as those of proc(5), say that nothing is in them.
bool conceals_its_size(int descriptor, const FileVersion& version) {
    char byte = 0;
    return version.size == 0 && ::pread(descriptor, &byte, 1, 0) > 0;
}

} // namespace

Result<std::shared_ptr<const File>> open_file(const std::string& path) {
    // O_NONBLOCK, because opening a pipe would wait for its writer. It means nothing to a file.
    Result<Descriptor> descriptor = open_descriptor(path, O_RDONLY | O_NONBLOCK);
    if (!descriptor) {
        return descriptor.failure();
    }
    struct stat status {};
    if (::fstat(descriptor->get(), &status) != 0) {
        return errno_failure();
    }
    if (S_ISDIR(status.st_mode)) {
        return Failure{Error::is_directory, EISDIR};
    }
    const FileVersion version = version_of(status);
    if (!S_ISREG(status.st_mode) || conceals_its_size(descriptor->get(), version)) {
        return Failure{Error::operation_not_supported};
    }
    return std::shared_ptr<const File>(
        std::make_shared<PosixFile>(std::move(*descriptor), version));
}

Result<FileVersion> file_version(const std::string& path) {
    if (path.find('\0') != std::string::npos) {
        return Failure{Error::invalid_argument};
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return errno_failure();
    }
    return version_of(status);
}

} // namespace caesura::native
