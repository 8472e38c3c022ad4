#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caesura::native {

namespace {

// How often a file may vanish between our opening and our locking it: its last owner was just
// ending. More often than once in a row is not to be expected.
constexpr int most_tries = 100;

bool names_this_file(const std::string& path, int descriptor) {
    struct stat named {};
    struct stat open {};
    return ::lstat(path.c_str(), &named) == 0 && ::fstat(descriptor, &open) == 0 &&
           named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

// A number and the end of its line, or a file that was never written. Nothing else is overwritten:
// a user who names a poem by mistake keeps it.
Failure check_content(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        return errno_failure();
    }
    if (!S_ISREG(status.st_mode)) {
        return {Error::operation_not_supported};
    }
    std::array<char, 32> text{};
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
    if (count < 0) {
        return errno_failure();
    }
    const std::string_view content(text.data(), static_cast<std::size_t>(count));
    const std::string_view end_of_line =
        content.substr(std::min(content.find_first_not_of("0123456789"), content.size()));
    const bool is_number =
        content.size() > end_of_line.size() && (end_of_line == "\n" || end_of_line == "\r\n");
    return content.empty() || is_number ? Failure{} : Failure{Error::already_exists};
}

// Whoever holds the lock is alive: the system takes it away at the end of a process, however that
// came. The number in the file may be anybody's by now and is never looked at.
Result<Descriptor> open_locked(const std::string& path) {
    for (int i = 0; i < most_tries; ++i) {
        // O_NOFOLLOW: whoever can put a link there must not choose what we overwrite.
        Result<Descriptor> descriptor =
            open_descriptor(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
        if (!descriptor) {
            return descriptor.failure();
        }
        if (::flock(descriptor->get(), LOCK_EX | LOCK_NB) != 0) {
            const Failure failure = errno_failure();
            const bool is_held = failure.error == Error::would_block;
            return is_held ? Failure{Error::already_in_progress, failure.native} : failure;
        }
        if (names_this_file(path, descriptor->get())) {
            return descriptor;
        }
    }
    return Failure{Error::already_exists};
}

class PosixPidFile final : public PidFile {
public:
    PosixPidFile(std::string path, Descriptor descriptor)
        : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

    // Before the lock goes, so that nobody can have claimed it meanwhile.
    ~PosixPidFile() override {
        if (names_this_file(path_, descriptor_.get())) {
            ::unlink(path_.c_str());
        }
    }

    Failure write_number() {
        if (::ftruncate(descriptor_.get(), 0) != 0) {
            return errno_failure();
        }
        return write_all(descriptor_.get(), as_slice(std::to_string(::getpid()) + '\n'));
    }

private:
    std::string path_;
    Descriptor descriptor_;
};

} // namespace

Result<std::unique_ptr<PidFile>> claim_pid_file(const std::string& path) {
    std::error_code error;
    const std::string absolute = std::filesystem::absolute(path, error).string();
    if (error) {
        return Failure{Error::not_found, error.value()};
    }
    Result<Descriptor> descriptor = open_locked(absolute);
    if (!descriptor) {
        return descriptor.failure();
    }
    if (const Failure failure = check_content(descriptor->get())) {
        return failure;
    }
    auto pid_file = std::make_unique<PosixPidFile>(absolute, std::move(*descriptor));
    if (const Failure failure = pid_file->write_number()) {
        return failure;
    }
    return std::unique_ptr<PidFile>(std::move(pid_file));
}

} // namespace caesura::native
