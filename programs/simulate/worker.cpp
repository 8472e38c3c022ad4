#include "simulate/worker.hpp"

#include "simulate/errand.hpp"
#include "simulate/worker_process.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace caesura {

namespace {

// Starting a process is slow on some systems.
constexpr Duration patience = std::chrono::seconds(60);
constexpr Duration blink = std::chrono::milliseconds(50);

template <class T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error("cannot start a process: " + describe(result.failure()));
    }
    return std::move(*result);
}

std::string in_words(int status) {
    constexpr int by_signal = 128; // see ChildProcess::wait
    const std::string said = "it crashed: its process ended with status " + std::to_string(status);
    return status > by_signal && status < by_signal + 64
               ? said + ", that is by signal " + std::to_string(status - by_signal)
               : said;
}

} // namespace

Worker::Worker(std::chrono::milliseconds hang_limit, RunSeed here)
    : hang_limit_(hang_limit), here_(std::move(here)) {}

RunResult Worker::run(std::uint64_t seed, const Limits& limits) {
    if (place_ == Place::there && !channel_) {
        start();
    }
    if (place_ == Place::here) {
        return here_(seed, limits);
    }
    RunResult result;
    return ask(seed, limits, result) ? obituary(seed) : std::move(result);
}

void Worker::start() {
    Sockets& sockets = this_system().sockets();
    const SocketOwner listener = must(sockets.listen(Endpoint::loopback(Family::ipv4), 1));
    const std::uint16_t port = must(sockets.local(listener.get())).port;
    auto started = this_host().start_self(command_line_of({port, hang_limit_}));
    if (started.error() == Error::operation_not_supported) {
        place_ = Place::here;
        return;
    }
    process_ = must(std::move(started));
    const auto poller = this_system().make_poller({});
    const Instant deadline = after(this_system().clock().now(), patience);
    while (!channel_) {
        wait_for(*poller, listener.get(), Interest::read, blink);
        if (auto accepted = sockets.accept(listener.get())) {
            channel_.emplace(std::move(accepted->socket));
        } else if (process_->wait(Duration::zero()).error() != Error::timed_out ||
                   this_system().clock().now() > deadline) {
            throw std::runtime_error("a process of our own does not say that it is there");
        }
    }
}

Failure Worker::ask(std::uint64_t seed, const Limits& limits, RunResult& result) {
    if (const Failure failure = channel_->send_value(errand_for(seed, limits))) {
        return failure;
    }
    Answer answer;
    if (const Failure failure = channel_->receive_value(answer)) {
        return failure;
    }
    result = {seed,         answer.hash,   {}, Course::ended, answer.virtual_time,
              answer.turns, answer.tallies};
    if (answer.text_length == 0) {
        return {};
    }
    std::string text(static_cast<std::size_t>(answer.text_length), ' ');
    const Failure failure = channel_->receive(std::as_writable_bytes(std::span(text)));
    result.failure = std::move(text);
    return failure;
}

RunResult Worker::obituary(std::uint64_t seed) {
    const auto status = process_->wait(patience);
    channel_.reset();
    process_.reset();
    RunResult result;
    result.seed = seed;
    result.course = Course::died;
    result.turns = most_turns;
    if (status && *status == worker_called_off) {
        result.course = Course::called_off;
    } else if (status && *status == worker_hangs) {
        result.failure = "it hangs: no end within " + std::to_string(hang_limit_.count()) + " ms";
    } else {
        result.failure = status ? in_words(*status) : "it talks nonsense to its campaign";
    }
    return result;
}

} // namespace caesura
