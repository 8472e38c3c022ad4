#include "reactor/bench.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("a timer runs once, not before its time") {
    Bench bench;
    const TimerId timer = bench.reactor.call_later(milliseconds(10), bench.saying("timer"));
    CHECK(bench.reactor.pending(timer));
    bench.pass(milliseconds(10) - nanoseconds(1));
    bench.turn();
    CHECK(bench.words.empty());
    bench.pass(nanoseconds(1));
    bench.turn();
    CHECK(bench.words == "timer");
    CHECK_FALSE(bench.reactor.pending(timer));
    bench.pass(hours(1));
    bench.turn();
    CHECK(bench.words == "timer");
}

TEST_CASE("due timers run in the order of their deadlines, equal ones in the order of making") {
    Bench bench;
    const Instant soon = bench.reactor.now() + milliseconds(1);
    bench.reactor.call_later(milliseconds(2), bench.saying("c"));
    bench.reactor.call_at(soon, bench.saying("a"));
    bench.reactor.call_later(milliseconds(2), bench.saying("d"));
    bench.reactor.call_at(soon, bench.saying("b"));
    bench.pass(seconds(1));
    bench.turn();
    CHECK(bench.words == "a b c d");
}

TEST_CASE("a deadline that has passed counts as now, behind what was due before") {
    Bench bench;
    bench.reactor.call_at(bench.reactor.now() - hours(1), bench.saying("past"));
    bench.turn();
    CHECK(bench.words == "past");
    bench.words.clear();

    bench.reactor.call_later(Duration::zero(), bench.saying("a"));
    bench.reactor.call_at(Instant::min(), bench.saying("b"));
    bench.reactor.call_later(-hours(1), bench.saying("c"));
    bench.reactor.call_later(Duration::min(), bench.saying("d"));
    bench.turn();
    CHECK(bench.words == "a b c d");
}

TEST_CASE("a huge delay never comes, and never overflows into the past") {
    Bench bench;
    const TimerId timer = bench.reactor.call_later(forever, bench.saying("forever"));
    bench.reactor.call_later(forever - nanoseconds(1), bench.saying("almost"));
    bench.reactor.call_at(never, bench.saying("never"));
    const TimerId moved = bench.reactor.call_later(seconds(1), bench.saying("moved"));
    CHECK(bench.reactor.reset(moved, forever));
    CHECK(bench.reactor.next_deadline() == never);
    bench.pass(hours(24 * 365));
    bench.turn();
    CHECK(bench.words.empty());
    CHECK(bench.reactor.pending(timer));
    CHECK(bench.reactor.cancel(timer));
}

TEST_CASE("a timer that is cancelled never runs, and can be cancelled once") {
    Bench bench;
    const TimerId timer = bench.reactor.call_later(Duration::zero(), bench.saying("timer"));
    CHECK(bench.reactor.cancel(timer));
    CHECK_FALSE(bench.reactor.cancel(timer));
    CHECK_FALSE(bench.reactor.reset(timer, seconds(1)));
    CHECK_FALSE(bench.reactor.pending(timer));
    bench.pass(hours(1));
    bench.turn();
    CHECK(bench.words.empty());
}

TEST_CASE("a timer that is reset runs at the new time only, be it later or earlier") {
    Bench bench;
    const TimerId later = bench.reactor.call_later(seconds(1), bench.saying("later"));
    const TimerId earlier = bench.reactor.call_later(seconds(9), bench.saying("earlier"));
    bench.pass(milliseconds(500));
    CHECK(bench.reactor.reset(later, seconds(3)));
    CHECK(bench.reactor.reset(earlier, seconds(1)));
    bench.pass(seconds(1));
    bench.turn();
    CHECK(bench.words == "earlier");
    bench.pass(seconds(2));
    bench.turn();
    CHECK(bench.words == "earlier later");
    CHECK_FALSE(bench.reactor.reset(later, seconds(1)));
}

TEST_CASE("a timer that is running is not pending, and can be neither cancelled nor reset") {
    Bench bench;
    TimerId timer;
    timer = bench.reactor.call_later(Duration::zero(), [&] {
        CHECK_FALSE(bench.reactor.pending(timer));
        CHECK_FALSE(bench.reactor.cancel(timer));
        CHECK_FALSE(bench.reactor.reset(timer, seconds(1)));
        bench.say("ran");
    });
    bench.turn();
    bench.pass(hours(1));
    bench.turn();
    CHECK(bench.words == "ran");
}

TEST_CASE("a timer's callback may cancel and reset others that are due in the same turn") {
    Bench bench;
    TimerId second;
    TimerId third;
    bench.reactor.call_later(Duration::zero(), [&] {
        bench.say("first");
        CHECK(bench.reactor.cancel(second));
        CHECK(bench.reactor.reset(third, Duration::zero()));
    });
    second = bench.reactor.call_later(Duration::zero(), bench.saying("second"));
    third = bench.reactor.call_later(Duration::zero(), bench.saying("third"));
    bench.reactor.call_later(Duration::zero(), bench.saying("fourth"));
    bench.turn();
    CHECK(bench.words == "first fourth"); // what was reset was set in this turn
    bench.turn();
    CHECK(bench.words == "first fourth third");
}

TEST_CASE("a timer without delay that makes itself anew runs once a turn and starves nobody") {
    Bench bench;
    std::function<void()> again = [&] {
        bench.say("timer");
        bench.reactor.call_later(Duration::zero(), again);
    };
    again();
    bench.reactor.watch(socket_of(7), Interest::read, bench.on_ready_saying("event"));
    bench.words.clear();
    for (int turn = 0; turn < 3; ++turn) {
        bench.system.announce(socket_of(7), Sign::readable);
        bench.turn();
    }
    CHECK(bench.words == "event timer event timer event timer");
}

TEST_CASE("a timer made in any callback of a turn runs in a later turn") {
    Bench bench;
    const auto make = [&](const char* word) {
        bench.reactor.call_later(Duration::zero(), bench.saying(word));
    };
    bench.reactor.watch(socket_of(7), Interest::read, [&](const Ready&) { make("by-event"); });
    bench.reactor.call_later(Duration::zero(), [&] { make("by-timer"); });
    bench.reactor.call_from_thread([&] { make("by-posted"); });
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    CHECK(bench.words.empty());
    bench.turn();
    CHECK(bench.words == "by-event by-timer by-posted");
}

TEST_CASE("a program that was held up runs each timer that is due once, in order") {
    Bench bench;
    for (int i = 9; i >= 1; --i) {
        bench.reactor.call_later(milliseconds(i), bench.saying(std::to_string(i)));
    }
    bench.pass(seconds(10));
    bench.turn();
    CHECK(bench.words == "1 2 3 4 5 6 7 8 9");
}

TEST_CASE("ten thousand timers with one deadline run in the order of making") {
    Bench bench;
    int next = 0;
    bool in_order = true;
    for (int i = 0; i < 10'000; ++i) {
        bench.reactor.call_later(milliseconds(1), [&, i] { in_order = in_order && next++ == i; });
    }
    bench.pass(milliseconds(1));
    bench.turn();
    CHECK(next == 10'000);
    CHECK(in_order);
}

TEST_CASE("the default-made name of a timer names none") {
    Bench bench;
    bench.reactor.call_later(seconds(1), [] {});
    CHECK_FALSE(bench.reactor.pending(TimerId{}));
    CHECK_FALSE(bench.reactor.cancel(TimerId{}));
    CHECK_FALSE(bench.reactor.reset(TimerId{}, seconds(1)));
}

TEST_CASE("a cancelled call is destroyed at once, and what it holds may use the reactor then") {
    Bench bench;
    const auto make_another = [&] {
        bench.reactor.call_later(Duration::zero(), bench.saying("made by a destructor"));
    };
    const TimerId timer = bench.reactor.call_later(
        seconds(1), [held = at_destruction(make_another)] { FAIL("cancelled"); });
    bench.reactor.cancel(timer);
    bench.turn();
    CHECK(bench.words == "made by a destructor");
}
