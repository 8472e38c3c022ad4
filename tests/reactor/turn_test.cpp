#include "reactor/bench.hpp"
#include "reactor/resident.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

struct Tombstone : Resident {
    explicit Tombstone(Bench& bench) : bench_(bench) {}
    ~Tombstone() override { bench_.say("destroyed"); }
    void settle() override { bench_.reactor.release(*this); }
    void shut_down() override { bench_.reactor.settle_soon(*this); }

private:
    Bench& bench_;
};

} // namespace

TEST_CASE("a turn serves events, then timers, then posted calls, then destroys the released") {
    Bench bench;
    auto made = std::make_unique<Tombstone>(bench);
    Tombstone& tombstone = *made;
    bench.reactor.keep(std::move(made));
    bench.reactor.call_from_thread(bench.saying("posted"));
    bench.reactor.call_later(Duration::zero(), bench.saying("timer"));
    bench.reactor.watch(socket_of(7), Interest::read, [&](const Ready&) {
        bench.say("event");
        bench.reactor.settle_soon(tombstone);
    });
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    CHECK(bench.words == "event timer posted destroyed");
}

TEST_CASE("all that happens in one turn happens at one time") {
    Bench bench;
    std::vector<Instant> times;
    const auto note = [&] {
        times.push_back(bench.reactor.now());
        bench.pass(milliseconds(7)); // callbacks take their time
    };
    bench.reactor.watch(socket_of(7), Interest::read, [&](const Ready&) { note(); });
    bench.reactor.call_later(Duration::zero(), note);
    bench.reactor.call_later(Duration::zero(), note);
    bench.reactor.call_from_thread(note);
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    REQUIRE(times.size() == 4);
    for (const Instant time : times) {
        CHECK(time == times.front());
    }
    bench.reactor.call_from_thread(note);
    bench.turn();
    CHECK(times.back() == times.front() + milliseconds(28));
}

TEST_CASE("data that has come counts before the deadline that it met") {
    Bench bench;
    TimerId timeout;
    timeout = bench.reactor.call_later(milliseconds(5), bench.saying("timed out"));
    bench.reactor.watch(socket_of(7), Interest::read, [&](const Ready&) {
        bench.say("data");
        bench.reactor.cancel(timeout);
    });
    bench.pass(seconds(1)); // the program was held up; both are there now
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    bench.turn();
    CHECK(bench.words == "data");
}

TEST_CASE("outside of a turn now() is the clock's") {
    Bench bench;
    const Instant before = bench.reactor.now();
    bench.pass(seconds(3));
    CHECK(bench.reactor.now() == before + seconds(3));
}

TEST_CASE("a long pause before the first turn does not make a new timer due") {
    Bench bench;
    bench.pass(hours(1));
    bench.reactor.call_later(milliseconds(5), bench.saying("timer"));
    bench.turn();
    CHECK(bench.words.empty());
    bench.pass(milliseconds(5));
    bench.turn();
    CHECK(bench.words == "timer");
}

TEST_CASE("the wait lasts until the next deadline, whatever that is by then") {
    Bench bench;
    auto last_wait = [&] {
        bench.reactor.run_once(hours(1));
        return bench.system.waits.back();
    };
    CHECK(last_wait() == hours(1));
    const TimerId first = bench.reactor.call_later(seconds(5), [] {});
    const TimerId second = bench.reactor.call_later(seconds(9), [] {});
    CHECK(bench.reactor.next_deadline() == bench.reactor.now() + seconds(5));
    bench.reactor.reset(first, seconds(20));
    CHECK(bench.reactor.next_deadline() == bench.reactor.now() + seconds(9));
    CHECK(last_wait() == seconds(9));
    CHECK_FALSE(bench.reactor.pending(second));
    CHECK(bench.reactor.next_deadline() == bench.reactor.now() + seconds(11));
    bench.reactor.cancel(first);
    CHECK(bench.reactor.next_deadline() == never);
    CHECK(last_wait() == hours(1));
}

TEST_CASE("a turn waits for ever when only an event can make work") {
    Bench bench;
    bench.reactor.watch(socket_of(7), Interest::read, bench.on_ready_saying("event"));
    bench.system.announce(socket_of(7), Sign::readable);
    bench.reactor.run_once();
    CHECK(bench.system.waits == std::vector{forever});
    CHECK(bench.words == "event");
}

TEST_CASE("a turn does not wait when a call was posted, and waits again after it") {
    Bench bench;
    bench.reactor.call_from_thread(bench.saying("posted"));
    bench.reactor.run_once(hours(1));
    CHECK(bench.system.waits.back() == Duration::zero());
    bench.reactor.run_once(hours(1));
    CHECK(bench.system.waits.back() == hours(1));
    CHECK(bench.words == "posted");
}

TEST_CASE("each turn begins with another of the ready, so that nobody is always served last") {
    Bench bench;
    for (int number = 1; number <= 3; ++number) {
        bench.reactor.watch(socket_of(number), Interest::read,
                            bench.on_ready_saying(std::to_string(number)));
    }
    std::vector<std::string> orders;
    for (int turn = 0; turn < 3; ++turn) {
        for (int number = 1; number <= 3; ++number) {
            bench.system.announce(socket_of(number), Sign::readable);
        }
        bench.words.clear();
        bench.turn();
        orders.push_back(bench.words);
    }
    CHECK(orders == std::vector<std::string>{"1 2 3", "2 3 1", "3 1 2"});
}

TEST_CASE("a poller that finds no memory is asked again on a timer, not at once") {
    Bench bench;
    bench.reactor.watch(socket_of(7), Interest::read, bench.on_ready_saying("event"));
    for (int failures = 0; failures < 50; ++failures) {
        bench.system.wait_failures = {Error::out_of_memory};
        const Instant before = bench.reactor.now();
        bench.reactor.run_once(hours(1));
        CHECK(bench.reactor.now() >= before + milliseconds(1));
        CHECK(bench.reactor.now() <= before + seconds(1));
    }
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    CHECK(bench.words == "event");
}

TEST_CASE("a poller that finds no memory does not make a deadline be missed") {
    Bench bench;
    const Instant start = bench.reactor.now();
    bench.reactor.call_later(milliseconds(1), bench.saying("timer"));
    bench.system.wait_failures = {Error::out_of_memory};
    bench.reactor.run_once();
    CHECK(bench.words == "timer");
    CHECK(bench.reactor.now() == start + milliseconds(1));
}
