#include "berkeley/signal_mailbox.hpp"
#include "support/tcp.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

SocketPair fresh_pair() {
    auto pair = this_system().sockets().pair();
    REQUIRE_MESSAGE(pair, describe(pair.failure()));
    return std::move(*pair);
}

using Signals = std::vector<Signal>;

// What came, once something has.
Signals await_signals(SignalMailbox& mailbox) {
    Signals taken;
    while (taken.empty()) {
        await(mailbox.socket(), Interest::read);
        taken = mailbox.take();
    }
    return taken;
}

// Threads that deliver without a pause while this lives.
class Senders {
public:
    Senders() {
        for (const Signal signal : {Signal::user1, Signal::terminate}) {
            threads_.emplace_back([this, signal] {
                while (!is_over_) {
                    SignalMailbox::deliver(signal);
                }
            });
        }
    }
    Senders(const Senders&) = delete;
    Senders& operator=(const Senders&) = delete;
    ~Senders() {
        is_over_ = true;
        for (std::thread& thread : threads_) {
            thread.join();
        }
    }

private:
    std::atomic<bool> is_over_{false};
    std::vector<std::thread> threads_;
};

} // namespace

TEST_CASE("without an open mailbox a signal is delivered nowhere, and the sender is told") {
    CHECK_FALSE(SignalMailbox::deliver(Signal::user1));
    SignalMailbox closed(fresh_pair());
    CHECK_FALSE(SignalMailbox::deliver(Signal::user1));
    CHECK(closed.take().empty());
}

TEST_CASE("one mailbox is open at a time, and closing one leaves another open") {
    SignalMailbox first(fresh_pair());
    CHECK(first.open());
    {
        SignalMailbox second(fresh_pair());
        CHECK_FALSE(second.open());
    }
    CHECK(SignalMailbox::deliver(Signal::hang_up));
    CHECK(await_signals(first) == Signals{Signal::hang_up});
}

TEST_CASE("signals are taken once, in the order in which they came") {
    SignalMailbox mailbox(fresh_pair());
    REQUIRE(mailbox.open());
    const Signals sent = {Signal::user1, Signal::terminate, Signal::interrupt, Signal::hang_up};
    for (const Signal signal : sent) {
        CHECK(SignalMailbox::deliver(signal));
    }
    Signals taken;
    while (taken.size() < sent.size()) {
        const Signals more = await_signals(mailbox);
        taken.insert(taken.end(), more.begin(), more.end());
    }
    // A byte may arrive after its signal was taken by its bit alone; then the order is free.
    CHECK(std::is_permutation(taken.begin(), taken.end(), sent.begin(), sent.end()));
    CHECK(mailbox.take().empty());
}

TEST_CASE("a flood of one signal neither blocks its sender nor drowns another") {
    SignalMailbox mailbox(fresh_pair());
    REQUIRE(mailbox.open());
    for (int i = 0; i < 1'000'000; ++i) {
        SignalMailbox::deliver(Signal::user1);
    }
    SignalMailbox::deliver(Signal::terminate);
    const Signals taken = await_signals(mailbox);
    CHECK(std::count(taken.begin(), taken.end(), Signal::user1) == 1);
    CHECK(std::count(taken.begin(), taken.end(), Signal::terminate) == 1);
}

TEST_CASE("each signal is taken as often as it came, when each was taken before the next came") {
    SignalMailbox mailbox(fresh_pair());
    REQUIRE(mailbox.open());
    for (int i = 0; i < 1000; ++i) {
        SignalMailbox::deliver(Signal::interrupt);
        REQUIRE(await_signals(mailbox) == Signals{Signal::interrupt});
    }
    CHECK(mailbox.take().empty());
}

TEST_CASE("mailboxes come and go while other threads deliver") {
    Senders senders;
    for (int i = 0; i < 200; ++i) {
        SignalMailbox mailbox(fresh_pair());
        REQUIRE(mailbox.open());
        CHECK_FALSE(await_signals(mailbox).empty());
    }
}
