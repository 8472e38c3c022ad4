#include "posix/poll_poller.hpp"

#include "berkeley/failure.hpp"
#include "berkeley/wait_limit.hpp"
#include "posix/descriptor_number.hpp"
#include "posix/pollers.hpp"

#include <cerrno>
#include <memory>
#include <utility>

namespace caesura {

namespace {

constexpr auto to_write = Interest::write | Interest::connect;

pollfd question(const Watch& watch) {
    int events = 0;
    if (has(watch.interest, Interest::read)) {
        events |= POLLIN;
    }
    if (has(watch.interest, to_write)) {
        events |= POLLOUT;
    }
    return {
        .fd = descriptor_number(watch.socket), .events = static_cast<short>(events), .revents = 0};
}

Ready answer(const Watch& watch, int revents) {
    if ((revents & POLLNVAL) != 0) {
        return {.watch = watch.id, .invalid = true};
    }
    const bool ended = (revents & (POLLHUP | POLLERR)) != 0;
    return {.watch = watch.id,
            .readable = has(watch.interest, Interest::read) && ((revents & POLLIN) != 0 || ended),
            .writable = has(watch.interest, to_write) && ((revents & POLLOUT) != 0 || ended),
            .error = (revents & POLLERR) != 0};
}

} // namespace

PollPoller::PollPoller(Call call) : call_(std::move(call)) {}

Failure PollPoller::wait(const WatchTable& table, Scope scope, Duration timeout,
                         std::vector<Ready>& ready) {
    follow(table);
    const std::span<pollfd> asked = asked_.items(scope);
    const int found = call_(asked.data(), static_cast<nfds_t>(asked.size()), poll_limit(timeout));
    if (found < 0) {
        const int error = errno;
        return error == EINTR ? Failure{} : failure_from_native(error);
    }
    if (found == 0) {
        return {};
    }
    const std::span<const std::uint32_t> slots = asked_.slots(scope);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (asked[i].revents != 0) {
            const Ready told = answer(table.at(slots[i]), asked[i].revents);
            if (told.readable || told.writable || told.invalid) {
                ready.push_back(told);
            }
        }
    }
    return {};
}

void PollPoller::follow(const WatchTable& table) {
    follower_.follow(
        table, [this] { asked_.clear(); }, [this](const Watch& watch) { apply(watch); });
}

void PollPoller::apply(const Watch& watch) {
    if (watch.interest == Interest::none) {
        asked_.drop(watch.id.slot);
    } else {
        asked_.put(watch.id.slot, watch.tier, question(watch));
    }
}

std::unique_ptr<Poller> make_poll_poller() {
    return std::make_unique<PollPoller>();
}

} // namespace caesura
