#include "common/log_sink.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace caesura {

namespace {

constexpr std::size_t waiting_max = std::size_t{1} << 20;
constexpr auto last_chance = std::chrono::seconds(1);

std::uint64_t count_lines(const std::string& lines) {
    return static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
}

class DirectSink final : public LogSink {
public:
    explicit DirectSink(std::shared_ptr<Output> output) : output_(std::move(output)) {}

    std::uint64_t write(std::string lines) override {
        return output_->write(as_slice(lines)) ? count_lines(lines) : 0;
    }

private:
    std::shared_ptr<Output> output_;
};

/// What a ThreadSink shares with its thread, which may outlive it: a pipe that nobody reads holds a
/// write up for ever.
struct Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    std::string lines;
    std::uint64_t lost = 0;
    bool writing = false; // true exactly while the thread is in a write
    bool ending = false;
};

void write_until_end(const std::shared_ptr<Waiting>& waiting,
                     const std::shared_ptr<Output>& output) {
    std::unique_lock lock(waiting->mutex);
    while (true) {
        waiting->changed.wait(lock, [&] { return !waiting->lines.empty() || waiting->ending; });
        if (waiting->lines.empty()) {
            return;
        }
        const std::string lines = std::exchange(waiting->lines, {});
        waiting->writing = true;
        lock.unlock();
        const Failure failure = output->write(as_slice(lines));
        lock.lock();
        waiting->writing = false;
        waiting->lost += failure ? count_lines(lines) : 0;
        waiting->changed.notify_all();
    }
}

class ThreadSink final : public LogSink {
public:
    /// `waiting` is what a thread writes until its end.
    explicit ThreadSink(std::shared_ptr<Waiting> waiting) : waiting_(std::move(waiting)) {}

    ~ThreadSink() override {
        std::unique_lock lock(waiting_->mutex);
        waiting_->ending = true;
        waiting_->changed.notify_all();
        waiting_->changed.wait_for(
            lock, last_chance, [this] { return waiting_->lines.empty() && !waiting_->writing; });
    }

    std::uint64_t write(std::string lines) override {
        const std::lock_guard lock(waiting_->mutex);
        if (waiting_->lines.size() >= waiting_max) {
            waiting_->lost += count_lines(lines);
        } else {
            waiting_->lines += lines;
            waiting_->changed.notify_all();
        }
        return std::exchange(waiting_->lost, 0);
    }

private:
    std::shared_ptr<Waiting> waiting_;
};

} // namespace

Result<std::unique_ptr<LogSink>> make_log_sink(std::shared_ptr<Output> output) {
    if (!output->can_block()) {
        return std::unique_ptr<LogSink>(std::make_unique<DirectSink>(std::move(output)));
    }
    auto waiting = std::make_shared<Waiting>();
    const Failure failure = this_host().start_thread(
        [waiting, output = std::move(output)] { write_until_end(waiting, output); });
    if (failure) {
        return failure;
    }
    return std::unique_ptr<LogSink>(std::make_unique<ThreadSink>(std::move(waiting)));
}

} // namespace caesura
