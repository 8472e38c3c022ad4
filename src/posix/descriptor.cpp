#include "posix/descriptor.hpp"

#include "berkeley/failure.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace caesura {

namespace {

// macOS refuses to write more than INT_MAX bytes at once, Linux shortens.
constexpr std::size_t most_per_write = std::size_t{1} << 30;

// New files are for everybody to read; the user's umask takes away from that.
constexpr int permissions = 0644;

Failure wait_until_writable(int descriptor) {
    pollfd waiting{descriptor, POLLOUT, 0};
    while (::poll(&waiting, 1, -1) < 0) {
        if (errno != EINTR) {
            return errno_failure();
        }
    }
    return {};
}

} // namespace

Failure errno_failure() {
    return failure_from_native(errno);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

void Descriptor::close() {
    if (number_ >= 0) {
        // Never repeated: after EINTR the number may be somebody else's already.
        ::close(std::exchange(number_, -1));
    }
}

Result<Descriptor> open_descriptor(const std::string& path, int flags) {
    if (path.find('\0') != std::string::npos) {
        return Failure{Error::invalid_argument};
    }
    int number = -1;
    do {
        number = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, permissions);
    } while (number < 0 && errno == EINTR);
    if (number < 0) {
        return errno_failure();
    }
    return Descriptor(number);
}

WriteResult write_all(int descriptor, Slice bytes) {
    WriteResult written;
    while (!bytes.empty()) {
        const ssize_t count =
            ::write(descriptor, bytes.data(), std::min(bytes.size(), most_per_write));
        if (count > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
            written.bytes += static_cast<std::size_t>(count);
        } else if (count == 0) {
            return {{Error::input_output}, written.bytes};
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (const Failure failure = wait_until_writable(descriptor)) {
                return {failure, written.bytes};
            }
        } else if (errno != EINTR) {
            return {errno_failure(), written.bytes};
        }
    }
    return written;
}

} // namespace caesura
