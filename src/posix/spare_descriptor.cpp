#include "posix/spare_descriptor.hpp"

#include "posix/descriptor.hpp"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace caesura {

namespace {

std::atomic<int> kept = -1;

/// Any descriptor does. A socket needs no file, which a process may not be able to reach.
/// -1, and errno says why, when there is none.
int made() {
    const int number = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (number < 0) {
        return number;
    }
    if (number >= first_own_descriptor) {
        ::fcntl(number, F_SETFD, FD_CLOEXEC);
        return number;
    }
    const int moved = ::fcntl(number, F_DUPFD_CLOEXEC, first_own_descriptor);
    const int code = errno;
    ::close(number);
    errno = code;
    return moved;
}

} // namespace

SpareDescriptor::SpareDescriptor() : number_(kept.exchange(-1)) {
    if (number_ < 0) {
        number_ = made();
        failure_ = number_ < 0 ? errno_failure() : Failure{};
    }
}

SpareDescriptor::~SpareDescriptor() {
    int none = -1;
    if (number_ >= 0 && !kept.compare_exchange_strong(none, number_)) {
        ::close(number_);
    }
}

bool SpareDescriptor::give_up() {
    if (number_ < 0) {
        return false;
    }
    ::close(std::exchange(number_, -1));
    return true;
}

int SpareDescriptor::give(int number) {
    if (number_ < 0) {
        errno = EMFILE;
        return -1;
    }
#ifdef __linux__
    const int given = ::dup3(number, number_, O_CLOEXEC);
#else // what macOS and old BSDs lack
    const int given = ::dup2(number, number_);
#endif
    if (given >= 0) {
        number_ = -1;
    }
    return given;
}

} // namespace caesura
