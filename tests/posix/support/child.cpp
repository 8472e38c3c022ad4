#include "support/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern "C" char** environ;

namespace caesura::testing {

namespace {

void require(bool fine, const char* call) {
    if (!fine) {
        throw std::runtime_error(std::string(call) + ": " + std::strerror(errno));
    }
}

// A pipe that no other child inherits.
class Pipe {
public:
    Pipe() {
        require(::pipe(ends_.data()) == 0, "pipe");
        for (const int end : ends_) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
        }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close(0);
        close(1);
    }

    int out() const { return ends_[0]; }
    int in() const { return ends_[1]; }
    void close_out() { close(0); }
    void close_in() { close(1); }

private:
    void close(std::size_t end) {
        if (ends_[end] >= 0) {
            ::close(ends_[end]);
            ends_[end] = -1;
        }
    }

    std::array<int, 2> ends_{-1, -1};
};

class SpawnActions {
public:
    SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }

    void plug(Plug plug, int stream, int pipe_in) {
        switch (plug) {
        case Plug::pipe:
        case Plug::unread_pipe:
        case Plug::broken_pipe:
            ::posix_spawn_file_actions_adddup2(&actions_, pipe_in, stream);
            break;
        case Plug::null_device:
            ::posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
            break;
        case Plug::closed:
            // Opened first, because to close what is not open is an error.
            ::posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
            ::posix_spawn_file_actions_addclose(&actions_, stream);
            break;
        }
    }

    void enter(const std::string& folder) {
        if (!folder.empty()) {
            ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
        }
    }

    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

// As a shell would start it: no signal blocked, the usual ones doing what they do by default.
class SpawnAttributes {
public:
    SpawnAttributes() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE}) {
            ::sigaddset(&signals, number);
        }
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;
    ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }

    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

std::vector<std::string> environment_with(const ChildOptions& options) {
    std::map<std::string, std::string> all;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        const std::size_t sign = text.find('=');
        all[text.substr(0, sign)] = text.substr(sign + 1);
    }
    for (const auto& [name, value] : options.environment) {
        all[name] = value;
    }
    std::vector<std::string> result;
    for (const auto& [name, value] : all) {
        result.push_back(name + '=' + value);
    }
    return result;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const std::string& text : texts) {
        pointers.push_back(const_cast<char*>(text.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

int number_of(Signal signal) {
    switch (signal) {
    case Signal::interrupt:
        return SIGINT;
    case Signal::terminate:
        return SIGTERM;
    case Signal::hang_up:
        return SIGHUP;
    case Signal::user1:
        return SIGUSR1;
    }
    return 0;
}

class PosixProcess final : public Process {
public:
    PosixProcess(const std::vector<std::string>& arguments, const ChildOptions& options)
        : plugs_{options.output, options.error} {
        for (std::size_t i = 0; i < pipes_.size(); ++i) {
            if (plugs_[i] == Plug::broken_pipe) {
                pipes_[i].close_out(); // before the child can write
            }
        }
        SpawnActions actions;
        actions.plug(options.input, STDIN_FILENO, -1);
        actions.plug(options.output, STDOUT_FILENO, pipes_[0].in());
        actions.plug(options.error, STDERR_FILENO, pipes_[1].in());
        actions.enter(options.folder);
        const SpawnAttributes attributes;
        const std::vector<std::string> environment = environment_with(options);
        errno = ::posix_spawn(&pid_, arguments.front().c_str(), actions.get(), attributes.get(),
                              pointers_to(arguments).data(), pointers_to(environment).data());
        require(errno == 0, arguments.front().c_str());
        pipes_[0].close_in();
        pipes_[1].close_in();
    }

    PosixProcess(const PosixProcess&) = delete;
    PosixProcess& operator=(const PosixProcess&) = delete;

    ~PosixProcess() override {
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    long pid() const override { return pid_; }

    std::size_t read(Stream stream, std::span<char> room) override {
        const auto index = static_cast<std::size_t>(stream);
        if (plugs_[index] == Plug::broken_pipe) {
            return 0;
        }
        std::array<pollfd, 2> waiting{pollfd{stop_.out(), POLLIN, 0},
                                      pollfd{pipes_[index].out(), POLLIN, 0}};
        // One that nobody is to read stays full until the end.
        const nfds_t count = plugs_[index] == Plug::unread_pipe ? 1 : 2;
        while (::poll(waiting.data(), count, -1) < 0 && errno == EINTR) {
        }
        if (waiting[0].revents != 0) {
            return 0;
        }
        const ssize_t length = ::read(pipes_[index].out(), room.data(), room.size());
        return length > 0 ? static_cast<std::size_t>(length) : 0;
    }

    void stop_reading() override { stop_.close_in(); }

    Exit await_exit() override {
        siginfo_t information{};
        // WNOWAIT: the number stays this process's until the destructor, and is safe to kill.
        while (::waitid(P_PID, static_cast<id_t>(pid_), &information, WEXITED | WNOWAIT) < 0 &&
               errno == EINTR) {
        }
        return information.si_code == CLD_EXITED ? exited(information.si_status)
                                                 : signalled(information.si_status);
    }

    bool signal(Signal signal) override { return ::kill(pid_, number_of(signal)) == 0; }

    void kill() override { ::kill(pid_, SIGKILL); }

private:
    std::array<Plug, 2> plugs_;
    std::array<Pipe, 2> pipes_;
    Pipe stop_;
    pid_t pid_ = 0;
};

} // namespace

std::unique_ptr<Process> start_process(const std::vector<std::string>& arguments,
                                       const ChildOptions& options) {
    return std::make_unique<PosixProcess>(arguments, options);
}

} // namespace caesura::testing
