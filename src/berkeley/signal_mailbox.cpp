#include "berkeley/signal_mailbox.hpp"

#include "berkeley/handle.hpp"

#include <caesura/system.hpp>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace caesura {

namespace {

// A handler may run on another thread while the mailbox closes: the number of deliveries under way
// is what close waits for. All are sequentially consistent, as the reasoning needs: a delivery that
// is not counted yet when the closer looks reads no mailbox any more.
std::atomic<SignalMailbox*> the_open_one{nullptr};
std::atomic<int> deliveries{0};

static_assert(std::atomic<SignalMailbox*>::is_always_lock_free &&
                  std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
                  std::atomic<unsigned>::is_always_lock_free,
              "a signal handler may use lock-free atomics only");

// How often one byte is tried to be sent: in between, another signal or a shortage may pass.
constexpr int most_tries = 8;

constexpr std::array every_signal = {Signal::interrupt, Signal::terminate, Signal::hang_up,
                                     Signal::user1};

constexpr unsigned bit(Signal signal) {
    return 1U << static_cast<unsigned>(signal);
}

} // namespace

SignalMailbox::~SignalMailbox() {
    SignalMailbox* self = this;
    if (the_open_one.compare_exchange_strong(self, nullptr)) {
        while (deliveries.load() != 0) {
            std::this_thread::yield();
        }
    }
}

bool SignalMailbox::open() {
    SignalMailbox* none = nullptr;
    return the_open_one.compare_exchange_strong(none, this);
}

bool SignalMailbox::deliver(Signal signal) {
    deliveries.fetch_add(1);
    SignalMailbox* const mailbox = the_open_one.load();
    if (mailbox) {
        mailbox->put(signal);
    }
    deliveries.fetch_sub(1);
    return mailbox != nullptr;
}

void SignalMailbox::put(Signal signal) {
    const bool is_new = (arrived_.fetch_or(bit(signal)) & bit(signal)) == 0;
    if (is_new || is_wake_up_due_.exchange(false)) {
        // A system that is short of memory may refuse even one byte; then the loop sleeps on with
        // the bit set, and the next signal of any kind tries again. A full pair wakes the loop just
        // as well. The other end lives as long as this one, so there is no broken pipe to raise a
        // signal about.
        const char byte = static_cast<char>(signal);
        bool is_sent = false;
        for (int tries = 0; tries < most_tries && !is_sent; ++tries) {
            is_sent = ::send(handle_of(pair_.first.get()), &byte, 1, 0) == 1;
        }
        if (!is_sent) {
            is_wake_up_due_.store(true);
        }
    }
}

std::vector<Signal> SignalMailbox::take() {
    // The order of these two matters: a signal whose byte is read here has set its bit before.
    const std::vector<Signal> order = read_order();
    const unsigned arrived = arrived_.exchange(0);

    std::vector<Signal> taken;
    const auto take_once = [&](Signal signal) {
        const bool is_there = std::find(taken.begin(), taken.end(), signal) != taken.end();
        if ((arrived & bit(signal)) != 0 && !is_there) {
            taken.push_back(signal);
        }
    };
    std::for_each(order.begin(), order.end(), take_once);
    // Bits whose bytes are still under way. When those come, they find no bit and are ignored.
    std::for_each(every_signal.begin(), every_signal.end(), take_once);
    return taken;
}

std::vector<Signal> SignalMailbox::read_order() {
    std::vector<Signal> order;
    std::array<std::byte, 64> room;
    Sockets& sockets = this_system().sockets();
    while (const auto count = sockets.receive(socket(), room)) {
        if (*count == 0) {
            break;
        }
        for (std::size_t i = 0; i < *count; ++i) {
            order.push_back(static_cast<Signal>(room[i]));
        }
    }
    return order;
}

} // namespace caesura
