#include "reactor/bench.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("a stop from before the run ends it after its first turn") {
    Bench bench;
    bench.reactor.call_later(Duration::zero(), bench.saying("timer"));
    bench.reactor.call_from_thread(bench.saying("posted"));
    bench.reactor.stop();
    bench.reactor.run();
    CHECK(bench.system.waits == std::vector{Duration::zero()});
    CHECK(bench.words == "timer posted");
}

TEST_CASE("run can be called again after a stop, which ended one run only") {
    Bench bench;
    bench.reactor.stop();
    bench.reactor.stop();
    bench.reactor.run();
    bench.reactor.call_later(seconds(1), bench.saying("first"));
    bench.reactor.call_later(seconds(2), [&] {
        bench.say("second");
        bench.reactor.stop();
    });
    bench.reactor.run();
    CHECK(bench.words == "first second");
}

TEST_CASE("a stop lets the turn finish, whichever callback it comes from") {
    for (const char* const stopper : {"event", "timer", "posted"}) {
        CAPTURE(stopper);
        Bench bench;
        const auto act = [&](const std::string& word) {
            bench.say(word);
            if (word == stopper) {
                bench.reactor.stop();
            }
        };
        bench.reactor.watch(socket_of(7), Interest::read, [&](const Ready&) { act("event"); });
        bench.reactor.call_later(Duration::zero(), [&] { act("timer"); });
        bench.reactor.call_from_thread([&] { act("posted"); });
        bench.system.announce(socket_of(7), Sign::readable);
        bench.reactor.run();
        CHECK(bench.words == "event timer posted");
        CHECK(bench.system.waits.size() == 1);
    }
}

TEST_CASE("a stop does not make a loop spin that somebody else turns by hand") {
    Bench bench;
    bench.reactor.stop();
    bench.turn();
    bench.reactor.run_once(hours(1));
    CHECK(bench.system.waits.back() == hours(1));
    // The run that is to come knows of it all the same.
    bench.reactor.call_later(hours(1), bench.saying("too late"));
    bench.reactor.run();
    CHECK(bench.words.empty());
}

TEST_CASE("the loop cannot be entered from any of its callbacks, and survives the attempt") {
    Bench bench;
    int refused = 0;
    const auto attempt = [&] {
        CHECK_THROWS_AS(bench.reactor.run(), std::logic_error);
        CHECK_THROWS_AS(bench.reactor.run_once(), std::logic_error);
        CHECK_THROWS_AS(static_cast<void>(bench.reactor.prepare()), std::logic_error);
        CHECK_THROWS_AS(bench.reactor.wait(Duration::zero()), std::logic_error);
        CHECK_THROWS_AS(bench.reactor.dispatch(), std::logic_error);
        ++refused;
    };
    bench.reactor.watch(socket_of(7), Interest::read, [&](const Ready&) { attempt(); });
    bench.reactor.call_later(Duration::zero(), attempt);
    bench.reactor.call_from_thread(attempt);
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    CHECK(refused == 3);
    bench.reactor.call_later(seconds(1), bench.saying("fine"));
    bench.reactor.run_once();
    CHECK(bench.words == "fine");
}

TEST_CASE("a call posted by a posted call runs in the next turn, so that it starves nobody") {
    Bench bench;
    std::function<void()> again = [&] {
        bench.say("posted");
        bench.reactor.call_from_thread(again);
    };
    bench.reactor.call_from_thread(again);
    bench.reactor.watch(socket_of(7), Interest::read, bench.on_ready_saying("event"));
    for (int turn = 0; turn < 3; ++turn) {
        bench.system.announce(socket_of(7), Sign::readable);
        bench.turn();
    }
    CHECK(bench.words == "event posted event posted event posted");
}

TEST_CASE("what is left undone when the reactor goes is destroyed unrun") {
    const auto held = std::make_shared<int>(1);
    {
        Bench bench;
        bench.reactor.call_later(seconds(1), [held] { FAIL("a timer ran"); });
        bench.reactor.call_from_thread([held] { FAIL("a posted call ran"); });
        bench.reactor.watch(socket_of(7), Interest::read, [held](const Ready&) { FAIL("heard"); });
        CHECK(held.use_count() == 4);
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("what is destroyed with the reactor may still use it") {
    int destroyed = 0;
    std::vector<TimerId> timers;
    std::vector<WatchId> watches;
    {
        Bench bench;
        const auto use_it = [&] {
            ++destroyed;
            for (const TimerId timer : timers) {
                bench.reactor.cancel(timer);
            }
            for (const WatchId watch : watches) {
                bench.reactor.unwatch(watch);
            }
            bench.reactor.call_later(seconds(1), [] {});
            bench.reactor.call_from_thread([] {});
        };
        for (int i = 0; i < 5; ++i) {
            timers.push_back(
                bench.reactor.call_later(seconds(i), [held = at_destruction(use_it)] {}));
            watches.push_back(*bench.reactor.watch(
                socket_of(i), Interest::read, [held = at_destruction(use_it)](const Ready&) {}));
        }
        bench.reactor.call_from_thread([held = at_destruction([&] {
                                            ++destroyed;
                                            bench.reactor.call_from_thread([] {});
                                        })] {});
    }
    CHECK(destroyed == 11);
}

TEST_CASE("a reactor asks its own system, and names its poller") {
    Bench bench;
    CHECK(&bench.reactor.system() == &bench.system);
    CHECK(&bench.reactor.sockets() == &bench.system.sockets());
    CHECK(bench.reactor.poller_name() == "fake");
}

TEST_CASE("without being told a reactor takes this system, and its preferred poller") {
    const Reactor reactor;
    CHECK(&reactor.system() == &this_system());
    CHECK(reactor.poller_name() == this_system().poller_names().front());
}
