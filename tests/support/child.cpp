#include "support/child.hpp"

#include "support/process.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <ostream>
#include <stdexcept>
#include <thread>

namespace caesura::testing {

std::ostream& operator<<(std::ostream& out, const Exit& exit) {
    const bool by_itself = exit.manner == Exit::Manner::exited;
    return out << (by_itself ? "exit status " : "signal ") << exit.number;
}

class Child::Running {
public:
    explicit Running(std::unique_ptr<Process> process);
    ~Running();

    Process& process() { return *process_; }

    std::optional<std::string> read_line(Stream stream, std::chrono::milliseconds limit);
    std::string read_all(Stream stream, std::chrono::milliseconds limit);
    Exit wait(std::chrono::milliseconds limit);

private:
    // What a stream has said so far and nobody has taken.
    struct Said {
        std::string text;
        bool has_ended = false;
    };

    std::unique_lock<std::mutex> locked() { return std::unique_lock(mutex_); }
    Said& said(Stream stream) { return said_[static_cast<std::size_t>(stream)]; }
    void collect(Stream stream);
    template <class Condition>
    void await(std::string_view what, std::chrono::milliseconds limit, Condition condition);

    std::unique_ptr<Process> process_;
    std::mutex mutex_;
    std::condition_variable news_;
    std::array<Said, 2> said_;
    std::optional<Exit> exit_;
    std::array<std::thread, 3> threads_; // last: they use all of the above
};

Child::Running::Running(std::unique_ptr<Process> process) : process_(std::move(process)) {
    threads_[0] = std::thread([this] { collect(Stream::output); });
    threads_[1] = std::thread([this] { collect(Stream::error); });
    threads_[2] = std::thread([this] {
        const Exit exit = process_->await_exit();
        const auto lock = locked();
        exit_ = exit;
        news_.notify_all();
    });
}

Child::Running::~Running() {
    // Harmless when it has ended: its number is still its own.
    process_->kill();
    process_->stop_reading();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void Child::Running::collect(Stream stream) {
    std::array<char, 65536> room;
    std::size_t count = 0;
    do {
        count = process_->read(stream, room);
        const auto lock = locked();
        said(stream).text.append(room.data(), count);
        said(stream).has_ended = count == 0;
        news_.notify_all();
    } while (count > 0);
}

template <class Condition>
void Child::Running::await(std::string_view what, std::chrono::milliseconds limit,
                           Condition condition) {
    auto lock = locked();
    if (!news_.wait_for(lock, limit, condition)) {
        throw std::runtime_error("waited too long for " + std::string(what) +
                                 "; untaken of its output: \"" + said(Stream::output).text +
                                 "\", of its errors: \"" + said(Stream::error).text + "\"");
    }
}

std::optional<std::string> Child::Running::read_line(Stream stream,
                                                     std::chrono::milliseconds limit) {
    Said& from = said(stream);
    std::optional<std::string> line;
    await("a line", limit, [&] {
        const std::size_t end = from.text.find('\n');
        if (end == std::string::npos && !from.has_ended) {
            return false;
        }
        if (!from.text.empty()) {
            line = from.text.substr(0, end);
            from.text.erase(0, end == std::string::npos ? end : end + 1);
        }
        return true;
    });
    if (line && !line->empty() && line->back() == '\r') {
        line->pop_back();
    }
    return line;
}

std::string Child::Running::read_all(Stream stream, std::chrono::milliseconds limit) {
    Said& from = said(stream);
    std::string text;
    await("the end of a stream", limit, [&] {
        if (from.has_ended) {
            text.swap(from.text);
        }
        return from.has_ended;
    });
    return text;
}

Exit Child::Running::wait(std::chrono::milliseconds limit) {
    await("the end of the process", limit, [&] { return exit_.has_value(); });
    return *exit_; // never changes again
}

Child::Child(std::unique_ptr<Running> running) : running_(std::move(running)) {}
Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;
Child::~Child() = default;

Child Child::start(const std::vector<std::string>& arguments, const ChildOptions& options) {
    return Child(std::make_unique<Running>(start_process(arguments, options)));
}

long Child::pid() const {
    return running_->process().pid();
}

std::optional<std::string> Child::read_line(Stream stream, std::chrono::milliseconds limit) {
    return running_->read_line(stream, limit);
}

std::string Child::read_all(Stream stream, std::chrono::milliseconds limit) {
    return running_->read_all(stream, limit);
}

Exit Child::wait(std::chrono::milliseconds limit) {
    return running_->wait(limit);
}

bool Child::signal(Signal signal) {
    return running_->process().signal(signal);
}

void Child::kill() {
    running_->process().kill();
}

} // namespace caesura::testing
