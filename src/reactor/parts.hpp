#pragma once

#include <caesura/reactor.hpp>

#include "reactor/cooling.hpp"
#include "reactor/lookout.hpp"
#include "reactor/mailbox.hpp"
#include "reactor/residents.hpp"
#include "reactor/timer_heap.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

namespace caesura {

/// What a reactor consists of, and what it does in a turn.
struct Reactor::Parts {
    // One read of this size empties a default receive buffer on most systems in a few calls, and
    // still fits a processor's second-level cache.
    static constexpr std::size_t receive_room_size = std::size_t{64} * 1024;

    enum class Phase { outside, waiting, dispatching };

    Parts(System& given_system, std::unique_ptr<Poller> given_poller)
        : system(given_system), poller(std::move(given_poller)),
          mailbox(std::make_shared<Mailbox>(given_system.sockets())) {}

    /// The loop is in that phase for as long as this lives.
    class Stay {
    public:
        Stay(Parts& parts, Phase phase) : phase_(parts.phase) {
            if (phase_ != Phase::outside) {
                throw std::logic_error("Reactor: the loop was entered from within a callback");
            }
            phase_ = phase;
        }
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;
        ~Stay() { phase_ = Phase::outside; }

    private:
        Phase& phase_;
    };

    /// The last of what is done while dispatching.
    void finish() {
        // What a callback or a resident held may have asked for something when it was destroyed.
        do {
            residents.settle();
            residents.destroy_released();
        } while (residents.anyone_unsettled());
        if (const auto exception = std::exchange(uncaught, nullptr)) {
            std::rethrow_exception(exception);
        }
    }

    /// Runs one callback of the user, then what it asked for.
    template <class Callback>
    void invoke(const Callback& callback) {
        try {
            callback();
        } catch (...) {
            if (!report(std::current_exception()) && !uncaught) {
                uncaught = std::current_exception();
            }
        }
        residents.settle();
    }

    /// False when there is no handler.
    bool report(const std::exception_ptr& exception) const {
        const auto handler = exception_handler; // it may put another in its place
        if (handler) {
            (*handler)(exception);
        }
        return handler != nullptr;
    }

    void run_ready(Reactor& reactor);
    void run_one_ready(Reactor& reactor, const Ready& event);
    void run_timers(std::uint64_t mark);
    void run_posted();
    void forget_calls();
    void open_waker(Reactor& reactor);
    void watch_waker(Reactor& reactor, const Ready& event);

    System& system;
    std::unique_ptr<Poller> poller;
    std::shared_ptr<Mailbox> mailbox;
    std::optional<WatchId> waker; // none: the system had no pair to give
    Phase phase = Phase::outside;
    Instant now{};

    WatchTable watches;
    Cooling cooling{watches, system.sockets()};
    Lookout lookout;
    std::vector<ReadyCallback> callbacks; // by slot; empty while it runs
    std::vector<Ready> ready;
    std::size_t rotation = 0;

    TimerHeap timers;
    Residents residents;
    int callbacks_of_residents = 0; // under way
    std::unique_ptr<std::byte[]> room{new std::byte[receive_room_size]};

    std::shared_ptr<const std::function<void(std::exception_ptr)>> exception_handler; // or null
    std::exception_ptr uncaught;
};

} // namespace caesura
