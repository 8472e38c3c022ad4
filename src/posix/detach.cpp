#include "berkeley/failure.hpp"
#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// The starting process (S) forks a child that begins a session of its own, so that no terminal can
// signal it, and forks the process that goes on (D); the child ends at once, because a leader of a
// session would get a terminal by opening one. S learns through a pipe how it went: 0 = ready, an
// errno = there is no D, the end of the pipe = D has ended.

namespace caesura::native {

namespace {

constexpr long most_to_try = 65536;

struct Pipe {
    Descriptor out;
    Descriptor in;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        return errno_failure();
    }
    Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
    // pipe2 would do it at once, but macOS has none; no other thread forks now (see Host::detach).
    if (::fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 || ::fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0) {
        return errno_failure();
    }
    return pipe;
}

void report(const Descriptor& in, int status) {
    // Whoever started us may be gone; that is nobody's failure.
    (void)write_all(in.get(), std::as_bytes(std::span(&status, 1)));
}

// The errno with which D could not be made. When there was a D, S ends here as D wishes.
int hear(const Descriptor& out) {
    int status = 0;
    ssize_t count = 0;
    do {
        count = ::read(out.get(), &status, sizeof status);
    } while (count < 0 && errno == EINTR);
    const bool is_whole = count == static_cast<ssize_t>(sizeof status);
    if (is_whole && status != 0) {
        return status;
    }
    // Not exit: what is to be done at the end is D's now.
    ::_exit(is_whole ? EXIT_SUCCESS : EXIT_FAILURE);
}

void wait_for(pid_t child) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
}

// In the child. Comes back in D only.
void fork_again(const Descriptor& in) {
    ::setsid();
    const pid_t child = ::fork();
    if (child < 0) {
        report(in, errno);
    }
    if (child != 0) {
        ::_exit(EXIT_SUCCESS);
    }
}

// What is open, by the folder that lists it: Linux and macOS have /dev/fd. Where there is none, by
// trying what numbers there may be.
std::vector<int> open_descriptors() {
    std::vector<int> numbers;
    if (DIR* const folder = ::opendir("/dev/fd")) {
        while (const dirent* const entry = ::readdir(folder)) {
            numbers.push_back(std::atoi(entry->d_name));
        }
        ::closedir(folder);
        return numbers;
    }
    const long most = std::min(::sysconf(_SC_OPEN_MAX), most_to_try);
    for (int i = 0; i < most; ++i) {
        numbers.push_back(i);
    }
    return numbers;
}

// In D, which is another process, so the starter's own are not touched.
void close_inherited(int kept, int also_kept) {
    for (const int number : open_descriptors()) {
        if (number > STDERR_FILENO && number != kept && number != also_kept) {
            ::close(number);
        }
    }
}

class PosixDetachment final : public Detachment {
public:
    PosixDetachment(Descriptor null_device, Descriptor starter)
        : null_device_(std::move(null_device)), starter_(std::move(starter)) {}

    void ready() override {
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            while (::dup2(null_device_.get(), stream) < 0 && errno == EINTR) {
            }
        }
        null_device_.close();
        report(starter_, 0);
        starter_.close();
    }

private:
    Descriptor null_device_;
    Descriptor starter_;
};

} // namespace

bool can_detach() {
    return true;
}

Result<std::unique_ptr<Detachment>> detach() {
    Result<Descriptor> null_device = open_descriptor("/dev/null", O_RDWR);
    if (!null_device) {
        return null_device.failure();
    }
    Result<Pipe> pipe = make_pipe();
    if (!pipe) {
        return pipe.failure();
    }
    const pid_t child = ::fork();
    if (child < 0) {
        return errno_failure();
    }
    if (child > 0) {
        pipe->in.close();
        wait_for(child);
        return failure_from_native(hear(pipe->out));
    }
    fork_again(pipe->in);
    pipe->out.close();
    close_inherited(null_device->get(), pipe->in.get());
    return std::unique_ptr<Detachment>(
        std::make_unique<PosixDetachment>(std::move(*null_device), std::move(pipe->in)));
}

} // namespace caesura::native
