#include "get-poetry/progress.hpp"

#include <utility>

namespace caesura {

namespace {

constexpr Duration line_interval = std::chrono::milliseconds(100);

struct Source {
    std::string name;
    std::uint64_t untold = 0; // bytes since the last line
    Instant told = Instant::min();
    TimerId next_line{}; // pending whenever there are untold bytes
};

class ProgressLog final : public Progress {
public:
    ProgressLog(Reactor& reactor, std::unique_ptr<LogSink> sink, std::vector<std::string> names)
        : reactor_(reactor), sink_(std::move(sink)) {
        for (std::string& name : names) {
            sources_.push_back({std::move(name)});
        }
    }

    void got(std::size_t task, std::uint64_t bytes) override {
        Source& source = sources_[task];
        source.untold += bytes;
        const Instant due = after(source.told, line_interval);
        if (reactor_.now() >= due) {
            tell(task);
        } else if (!reactor_.pending(source.next_line)) {
            source.next_line = reactor_.call_at(due, [this, task] { tell(task); });
        }
    }

    void note(std::size_t task, std::string_view text) override {
        tell(task);
        say("Task " + std::to_string(task + 1) + ": " + std::string(text));
    }

    void ended(std::size_t task, std::string_view text) override { note(task, text); }

    void finish(std::string_view text) override { say(std::string(text)); }

private:
    // A line that is lost is one that nobody was there to read.
    void say(std::string line) { static_cast<void>(sink_->write(std::move(line) + "\n")); }

    void tell(std::size_t task) {
        Source& source = sources_[task];
        reactor_.cancel(source.next_line);
        if (source.untold > 0) {
            say("Task " + std::to_string(task + 1) + ": got " +
                std::to_string(std::exchange(source.untold, 0)) + " bytes of poetry from " +
                source.name);
            source.told = reactor_.now();
        }
    }

    Reactor& reactor_;
    std::unique_ptr<LogSink> sink_;
    std::vector<Source> sources_;
};

} // namespace

std::unique_ptr<Progress> make_progress_log(Reactor& reactor, std::unique_ptr<LogSink> sink,
                                            std::vector<std::string> sources) {
    return std::make_unique<ProgressLog>(reactor, std::move(sink), std::move(sources));
}

} // namespace caesura
