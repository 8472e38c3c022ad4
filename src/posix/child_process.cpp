#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace caesura::native {

namespace {

class PosixChild final : public ChildProcess {
public:
    explicit PosixChild(pid_t number) : number_(number) {}
    PosixChild(const PosixChild&) = delete;
    PosixChild& operator=(const PosixChild&) = delete;
    ~PosixChild() override {
        if (state_ == State::running) {
            (void)::kill(number_, SIGKILL);
            int status = 0;
            while (::waitpid(number_, &status, 0) < 0 && errno == EINTR) {
            }
        }
    }

    // By asking again and again: no call waits for one process with a limit everywhere, and a
    // signal handler of our own would be everybody's.
    Result<int> wait(Duration limit) override {
        const auto deadline =
            std::chrono::steady_clock::now() + std::min(limit, Duration(std::chrono::hours(24)));
        while (state_ == State::running) {
            int status = 0;
            const pid_t ended = ::waitpid(number_, &status, WNOHANG);
            if (ended < 0 && errno != EINTR) {
                return errno_failure();
            }
            if (ended == number_) {
                state_ = State::ended;
                status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            } else if (std::chrono::steady_clock::now() >= deadline) {
                return Failure{Error::timed_out};
            } else {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        }
        return status_;
    }

private:
    enum class State { running, ended };

    pid_t number_;
    State state_ = State::running;
    int status_ = 0;
};

} // namespace

Result<std::unique_ptr<ChildProcess>> start_self(const std::vector<std::string>& arguments) {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    if (length <= 0) {
        return Failure{Error::operation_not_supported};
    }
    std::vector<char*> values{path.data()};
    for (const std::string& argument : arguments) {
        values.push_back(const_cast<char*>(argument.c_str()));
    }
    values.push_back(nullptr);
    pid_t number = 0;
    // All our sockets and files are close-on-exec.
    const int error = ::posix_spawn(&number, path.data(), nullptr, nullptr, values.data(), environ);
    if (error != 0) {
        errno = error;
        return errno_failure();
    }
    return std::unique_ptr<ChildProcess>(std::make_unique<PosixChild>(number));
}

} // namespace caesura::native
