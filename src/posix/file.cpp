#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"
#include "posix/mapping.hpp"

#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

namespace caesura::native {

namespace {

// What of a file must stay as it was. Not st_ctime: it also counts renames and changes of rights,
// which leave the bytes alone.
struct Version {
    off_t size = 0;
    time_t seconds = 0;
    long nanoseconds = 0;

    bool operator==(const Version&) const = default;
};

Version version_of(const struct stat& status) {
#if defined(__APPLE__)
    const timespec& changed = status.st_mtimespec;
#else
    const timespec& changed = status.st_mtim;
#endif
    return {status.st_size, changed.tv_sec, static_cast<long>(changed.tv_nsec)};
}

class PosixFile final : public File {
public:
    PosixFile(Descriptor descriptor, const Version& version)
        : descriptor_(std::move(descriptor)), version_(version),
          mapping_(descriptor_.get(), size()) {}

    std::uint64_t size() const override { return static_cast<std::uint64_t>(version_.size); }

    Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
        assert(offset <= size() && room.size() <= size() - offset);
        if (const Failure failure = check_unchanged()) {
            return failure;
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
        struct stat status {};
        if (::fstat(descriptor_.get(), &status) != 0) {
            return errno_failure();
        }
        return version_of(status) == version_ ? Failure{} : Failure{Error::file_changed};
    }

    Descriptor descriptor_;
    Version version_;
    Mapping mapping_;
};

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
    if (!S_ISREG(status.st_mode)) {
        return Failure{Error::operation_not_supported};
    }
    return std::shared_ptr<const File>(
        std::make_shared<PosixFile>(std::move(*descriptor), version_of(status)));
}

} // namespace caesura::native
