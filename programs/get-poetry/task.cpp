#include "get-poetry/task.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace caesura {

namespace {

/// Tells the task, which outlives the connection or has cancelled it.
class Reader final : public Protocol {
public:
    explicit Reader(std::shared_ptr<Task> task) : task_(std::move(task)) {}

    void connection_made() override { task_->connected(transport()); }
    void data_received(Slice data) override { task_->received(data); }
    void connection_lost(const Outcome& outcome) override { task_->lost(outcome); }

private:
    std::shared_ptr<Task> task_;
};

} // namespace

Task::Task(Fetch& fetch, std::size_t place, const Target& target)
    : fetch_(fetch), place_(place), target_(target),
      portions_(fetch.reactor(), [this](std::uint64_t) { next_portion(); }) {}

void Task::start() {
    ConnectOptions options;
    options.timeout = fetch_.settings().timeout;
    connector_ =
        connect_tcp(fetch_.reactor(), target_.host, target_.port, shared_from_this(), options);
}

void Task::cancel() {
    phase_ = Phase::ended;
    fetch_.reactor().cancel(silence_);
    portions_.stop();
    connector_.reset();
}

std::unique_ptr<Protocol> Task::build_protocol(const Endpoint&) {
    return std::make_unique<Reader>(shared_from_this());
}

void Task::connection_failed(const Outcome& outcome) {
    end(describe(outcome));
}

void Task::connected(Transport& transport) {
    transport_ = &transport;
    if (const auto rate = fetch_.settings().rate) {
        // Ten portions a second, or single bytes where that would be less than one.
        constexpr std::uint64_t portions_per_second = 10;
        portion_ = std::max<std::uint64_t>(*rate / portions_per_second, 1);
        portion_left_ = portion_;
        const std::chrono::duration<double> pause(static_cast<double>(portion_) /
                                                  static_cast<double>(*rate));
        portions_.start(std::chrono::ceil<Duration>(pause));
    }
    read_on();
}

void Task::read_on() {
    constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t until_stall = fetch_.settings().stall_after.value_or(no_limit) - received_;
    const std::uint64_t may_read = std::min(until_stall, portion_ == 0 ? no_limit : portion_left_);
    if (may_read == 0) {
        rest(until_stall == 0 ? Phase::holding : Phase::resting);
        return;
    }
    if (std::exchange(phase_, Phase::reading) != Phase::reading) {
        transport_->resume_producing();
    }
    transport_->set_receive_limit(
        static_cast<std::size_t>(std::min<std::uint64_t>(may_read, std::size_t{1} << 20)));
    Reactor& reactor = fetch_.reactor();
    if (!reactor.reset(silence_, fetch_.settings().timeout)) {
        silence_ = reactor.call_later(fetch_.settings().timeout,
                                      [this] { give_up("timed out: no byte in time"); });
    }
}

void Task::rest(Phase phase) {
    phase_ = phase;
    transport_->pause_producing();
    fetch_.reactor().cancel(silence_);
    if (phase == Phase::holding) {
        portions_.stop();
        fetch_.progress().note(place_, "holding the connection after " + std::to_string(received_) +
                                           " bytes of poetry");
    }
}

void Task::next_portion() {
    portion_left_ = portion_;
    if (phase_ == Phase::resting) {
        read_on();
    }
}

void Task::received(Slice bytes) {
    if (phase_ == Phase::ended || !reason_.empty()) {
        return;
    }
    const WriteResult written = fetch_.collection().add(place_, bytes);
    received_ += written.bytes;
    if (written) {
        give_up(fetch_.collection().place_of(place_) + ": " + describe(written));
        return;
    }
    portion_left_ -= std::min<std::uint64_t>(portion_left_, bytes.size());
    fetch_.progress().got(place_, bytes.size());
    read_on();
}

void Task::give_up(std::string reason) {
    reason_ = std::move(reason);
    transport_->abort_connection();
}

void Task::lost(const Outcome& outcome) {
    if (phase_ == Phase::ended) {
        return;
    }
    const bool whole = outcome.ending == Ending::finished;
    end(!reason_.empty() ? reason_ : whole ? "" : describe(outcome));
}

void Task::end(const std::string& reason) {
    cancel();
    transport_ = nullptr;
    fetch_.ended(place_, received_, reason);
}

} // namespace caesura
