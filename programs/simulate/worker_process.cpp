#include "simulate/worker_process.hpp"

#include "common/options.hpp"
#include "common/interruption.hpp"
#include "simulate/channel.hpp"
#include "simulate/errand.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <memory>
#include <thread>

namespace caesura {

namespace {

constexpr std::string_view word = "worker";
constexpr std::chrono::milliseconds blink{50};

/// Ends the process when a run goes on for too long, or when the user wants an end: whoever started
/// it learns from the exit status which of these it was. Should that one have gone, nothing of it
/// is left to run for ever.
class Watchdog {
public:
    explicit Watchdog(std::chrono::milliseconds limit) : limit_(limit) {}

    /// A run begins, or has ended.
    void count() { ++count_; }

    [[noreturn]] void watch() {
        const auto tick = std::clamp(limit_ / 10, std::chrono::milliseconds(1), blink);
        std::uint64_t seen = 0;
        std::chrono::milliseconds waited{};
        while (true) {
            std::this_thread::sleep_for(tick);
            if (interruption_.has_come()) {
                std::_Exit(worker_called_off);
            }
            const std::uint64_t count = count_;
            const bool is_running = count % 2 == 1;
            waited = is_running && count == seen ? waited + tick : std::chrono::milliseconds();
            seen = count;
            if (waited > limit_) {
                std::_Exit(worker_hangs);
            }
        }
    }

private:
    std::chrono::milliseconds limit_;
    Interruption interruption_;
    std::atomic<std::uint64_t> count_ = 0; // odd while one runs
};

Failure answer(Channel& channel, const RunResult& result) {
    const std::string text = result.failure.value_or("");
    const Failure failure = channel.send_value(
        Answer{result.hash, result.virtual_time, result.turns, result.tallies, text.size()});
    return failure ? failure : channel.send(as_slice(text));
}

} // namespace

std::vector<std::string> command_line_of(const WorkerPost& post) {
    return {std::string(word), std::to_string(post.port), std::to_string(post.hang_limit.count())};
}

std::optional<WorkerPost> worker_post(const std::vector<std::string>& words) {
    if (words.size() != 3 || words[0] != word) {
        return std::nullopt;
    }
    const auto port = parse_number(words[1], std::numeric_limits<std::uint16_t>::max());
    const auto limit = parse_number(words[2], std::numeric_limits<std::int64_t>::max());
    if (!port || !limit) {
        return std::nullopt;
    }
    return WorkerPost{static_cast<std::uint16_t>(*port),
                      std::chrono::milliseconds(static_cast<std::int64_t>(*limit))};
}

int run_worker_process(const WorkerPost& post, const RunSeed& run) {
    const auto watchdog = std::make_shared<Watchdog>(post.hang_limit);
    if (this_host().start_thread([watchdog] { watchdog->watch(); })) {
        return EXIT_FAILURE;
    }
    Channel channel(post.port);
    Errand errand;
    while (!channel.receive_value(errand)) {
        watchdog->count();
        const RunResult result = run(errand.seed, limits_of(errand));
        watchdog->count();
        if (answer(channel, result)) {
            break;
        }
    }
    return EXIT_SUCCESS;
}

} // namespace caesura
