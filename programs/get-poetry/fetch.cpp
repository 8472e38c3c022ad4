#include "get-poetry/fetch.hpp"

#include "common/text.hpp"
#include "get-poetry/task.hpp"

#include <array>
#include <cstdio>

namespace caesura {

namespace {

std::string seconds_text(Duration duration) {
    std::array<char, 40> text;
    const int length = std::snprintf(text.data(), text.size(), "%.2f s",
                                     std::chrono::duration<double>(duration).count());
    return {text.data(), static_cast<std::size_t>(length)};
}

} // namespace

Fetch::Fetch(Reactor& reactor, const Settings& settings, Collection& collection, Progress& progress)
    : reactor_(reactor), settings_(settings), collection_(collection), progress_(progress) {}

Fetch::~Fetch() {
    for (const auto& task : tasks_) {
        task->cancel();
    }
    reactor_.shut_down(); // the protocols of connections still there know the tasks, and they this
}

bool Fetch::run() {
    const Instant start = reactor_.now();
    for (std::size_t i = 0; i < settings_.targets.size(); ++i) {
        tasks_.push_back(std::make_shared<Task>(*this, i, settings_.targets[i]));
    }
    unfinished_ = tasks_.size();
    for (const auto& task : tasks_) {
        task->start();
    }
    reactor_.run();
    progress_.finish("Got " + std::to_string(whole_) + (whole_ == 1 ? " poem in " : " poems in ") +
                     seconds_text(reactor_.now() - start));
    return whole_ == tasks_.size();
}

void Fetch::ended(std::size_t task, std::uint64_t bytes, const std::string& reason) {
    const Failure failure = collection_.end(task, reason.empty());
    std::string trouble = reason;
    if (trouble.empty() && failure) {
        trouble = collection_.place_of(task) + ": " + describe(failure);
    }
    if (trouble.empty()) {
        ++whole_;
        progress_.ended(task, std::to_string(bytes) + " bytes of poetry");
    } else {
        progress_.ended(task, "failed after " + std::to_string(bytes) + " bytes of poetry from " +
                                  printable(to_string(settings_.targets[task])) + ": " + trouble);
    }
    if (--unfinished_ == 0 || collection_.lost()) {
        reactor_.stop();
    }
}

} // namespace caesura
