#include "support/chosen.hpp"

#include <caesura/reactor.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace caesura;

namespace {

// Long enough for the slowest machine; when it passes the test fails.
constexpr Duration patience = std::chrono::seconds(20);

// A reactor on the real system. What never ends is ended by its guard, and fails the test.
struct RealReactor {
    Reactor reactor{this_system(), this_system().make_poller(testing::chosen_poller())};
    TimerId guard = reactor.call_later(patience, [this] {
        FAIL_CHECK("waited in vain");
        reactor.stop();
    });
};

} // namespace

TEST_CASE("calls from many threads all run, those of each thread in its order") {
    constexpr int thread_count = 8;
    constexpr int calls_each = 500;
    RealReactor real;
    std::array<int, thread_count> next{};
    int called = 0;
    bool in_order = true;
    std::vector<std::thread> threads;
    for (int number = 0; number < thread_count; ++number) {
        threads.emplace_back([&, number] {
            for (int i = 0; i < calls_each; ++i) {
                real.reactor.call_from_thread([&, number, i] {
                    in_order = in_order && next[static_cast<std::size_t>(number)]++ == i;
                    if (++called == thread_count * calls_each) {
                        real.reactor.stop();
                    }
                });
            }
        });
    }
    real.reactor.run();
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(called == thread_count * calls_each);
    CHECK(in_order);
}

TEST_CASE("a call and its answer go to and fro between two threads, each asleep in turn") {
    RealReactor here;
    std::optional<Reactor> there;
    std::atomic<Reactor*> ready{nullptr};
    std::thread thread([&] {
        there.emplace();
        there->call_later(patience, [&] { there->stop(); });
        ready = &*there;
        ready.notify_one();
        there->run();
    });
    ready.wait(nullptr);
    int rounds = 0;
    std::function<void()> serve = [&] {
        if (++rounds == 200) {
            there->stop();
            here.reactor.stop();
        } else {
            there->call_from_thread([&] { here.reactor.call_from_thread(serve); });
        }
    };
    here.reactor.call_from_thread(serve);
    here.reactor.run();
    there->stop();
    thread.join();
    CHECK(rounds == 200);
}

TEST_CASE("stop from another thread ends a run that sleeps for ever") {
    Reactor reactor;
    std::thread thread;
    // Not before the loop runs, and as a rule when it is asleep.
    reactor.call_later(Duration::zero(), [&] { thread = std::thread([&] { reactor.stop(); }); });
    reactor.run();
    thread.join();
    CHECK(reactor.next_deadline() == never);
}

TEST_CASE("many stops from many threads at once end one run each time") {
    RealReactor real;
    for (int round = 0; round < 20; ++round) {
        std::array<std::thread, 4> threads;
        for (std::thread& thread : threads) {
            thread = std::thread([&] { real.reactor.stop(); });
        }
        real.reactor.run();
        for (std::thread& thread : threads) {
            thread.join();
        }
    }
    CHECK(real.reactor.pending(real.guard));
}

TEST_CASE("reactors in several threads know nothing of each other") {
    constexpr int reactor_count = 3;
    std::array<int, reactor_count> ticks{};
    std::vector<std::thread> threads;
    for (int& own : ticks) {
        threads.emplace_back([&own] {
            Reactor reactor(this_system(), this_system().make_poller(testing::chosen_poller()));
            std::function<void()> tick = [&] {
                if (++own == 100) {
                    reactor.stop();
                } else if (own % 2 == 0) {
                    reactor.call_later(std::chrono::microseconds(10), tick);
                } else {
                    reactor.call_from_thread(tick);
                }
            };
            reactor.call_later(Duration::zero(), tick);
            reactor.run();
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(ticks == std::array<int, reactor_count>{100, 100, 100});
}

TEST_CASE("a poster may outlive its reactor: then it says so, and destroys the call unrun") {
    std::optional<Poster> poster;
    const auto held = std::make_shared<int>(1);
    {
        Reactor reactor;
        poster.emplace(reactor.poster());
        CHECK((*poster)([held] {}));
        CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
    CHECK_FALSE((*poster)([held] {}));
    CHECK(held.use_count() == 1);
}

TEST_CASE("posting while the reactor goes is safe from any thread") {
    for (int round = 0; round < 50; ++round) {
        std::optional<Reactor> reactor(std::in_place);
        std::atomic<bool> posting = false;
        std::thread thread([&posting, poster = reactor->poster()] {
            while (poster([] {})) {
                posting = true;
                posting.notify_one();
            }
        });
        posting.wait(false);
        reactor->run_once(Duration::zero());
        reactor.reset();
        thread.join();
    }
}

TEST_CASE("a wait may be on a helper thread, and calls posted meanwhile end it") {
    RealReactor real;
    int called = 0;
    for (int round = 0; round < 20; ++round) {
        const Duration longest = real.reactor.prepare();
        std::thread helper([&] { real.reactor.wait(longest); });
        real.reactor.call_from_thread([&] { ++called; });
        helper.join();
        real.reactor.dispatch();
    }
    CHECK(called == 20);
    CHECK(real.reactor.pending(real.guard));
}

TEST_CASE("every back-end of this system wakes up for a posted call") {
    for (const std::string_view name : this_system().poller_names()) {
        CAPTURE(std::string(name));
        Reactor reactor(this_system(), this_system().make_poller(name));
        CHECK(reactor.poller_name() == name);
        std::thread thread([&] { reactor.call_from_thread([&] { reactor.stop(); }); });
        reactor.run();
        thread.join();
    }
}
