#include "reactor/bench.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

// What a reactor makes of watches that have been silent for long.

namespace {

// So many watches, and nothing else to do.
struct Silence {
    Bench bench;
    std::vector<WatchId> watches;

    explicit Silence(int count) {
        for (int number = 1; number <= count; ++number) {
            const auto watch = bench.reactor.watch(socket_of(number), Interest::read,
                                                   bench.on_ready_saying(std::to_string(number)));
            REQUIRE(watch);
            watches.push_back(*watch);
        }
    }
    // Until every watch that can go cold has.
    void settle_down() {
        for (int i = 0; i < 20; ++i) {
            bench.pass(milliseconds(100));
            bench.turn();
        }
        bench.system.waits.clear();
    }
    void speak(int number) { bench.system.announce(socket_of(number), Sign::readable); }
};

} // namespace

TEST_CASE("a small server that is quiet makes no call but the wait") {
    Silence silence(62); // and the wake-up pair
    silence.settle_down();
    silence.bench.reactor.run_once(hours(1));
    CHECK(silence.bench.system.waits == std::vector<Duration>{hours(1)});
    CHECK(silence.bench.system.sockets().peers_asked == 0);
}

TEST_CASE("a cold watch is heard in the turn of the sweep that finds it, and hot from then on") {
    Silence silence(1000);
    silence.settle_down();
    Bench& bench = silence.bench;
    silence.speak(7);
    const Instant start = bench.reactor.now();
    bench.reactor.run_once();
    CHECK(bench.words == "7");
    CHECK(bench.reactor.now() - start <= milliseconds(10));
    silence.speak(7);
    bench.turn();
    CHECK(bench.words == "7 7");
}

TEST_CASE("a cold watch waits its time while others are busy, and no longer") {
    Silence silence(1000);
    silence.settle_down();
    Bench& bench = silence.bench;
    silence.speak(1);
    bench.reactor.run_once(); // now it is hot
    bench.words.clear();
    silence.speak(2);
    const Instant start = bench.reactor.now();
    while (bench.words.find('2') == std::string::npos) {
        silence.speak(1);
        bench.turn();
        bench.pass(milliseconds(1));
        REQUIRE(bench.reactor.now() - start <= milliseconds(12));
    }
}

TEST_CASE("who is about to judge a silence has a cold watch heard first") {
    Silence silence(1000);
    silence.settle_down();
    Bench& bench = silence.bench;
    silence.speak(1);
    bench.reactor.run_once(); // a sweep, so that the next one is not due
    CHECK_FALSE(bench.reactor.heed(silence.watches[0])); // hot
    silence.speak(7);
    CHECK(bench.reactor.heed(silence.watches[6]));
    bench.turn();
    CHECK(bench.words == "1 7");
    CHECK(bench.reactor.unwatch(silence.watches[6]));
    CHECK_FALSE(bench.reactor.heed(silence.watches[6])); // gone
}

TEST_CASE("timers are exact although everything is cold") {
    Silence silence(1000);
    silence.settle_down();
    Bench& bench = silence.bench;
    for (const Duration delay : {Duration(nanoseconds(1)), Duration(milliseconds(7)),
                                 Duration(milliseconds(123)), Duration(seconds(10))}) {
        const Instant deadline = bench.reactor.now() + delay;
        bench.words.clear();
        bench.reactor.call_at(deadline, bench.saying("timer"));
        bench.reactor.run_once();
        CHECK(bench.words == "timer");
        CHECK(bench.reactor.now() == deadline);
    }
}

TEST_CASE("a listener and the wake-up pair are heard at once although everything else is cold") {
    Silence silence(1000);
    Bench& bench = silence.bench;
    bench.system.sockets().lonely = {socket_of(3)};
    silence.settle_down();
    bench.turn();
    silence.speak(3);
    bench.turn();
    CHECK(bench.words == "3");
    const Instant start = bench.reactor.now();
    bench.system.during_wait = [&] { bench.reactor.call_from_thread(bench.saying("posted")); };
    bench.reactor.run_once();
    CHECK(bench.words == "3 posted");
    CHECK(bench.reactor.now() == start);
}

TEST_CASE("a watch whose interest changes is heard at once") {
    Silence silence(1000);
    silence.settle_down();
    Bench& bench = silence.bench;
    bench.turn();
    CHECK(bench.reactor.set_interest(silence.watches[6], Interest::write));
    bench.system.announce(socket_of(7), Sign::writable);
    bench.turn();
    CHECK(bench.words == "7");
}

TEST_CASE("with cooling switched off every watch is heard at once, however long it was silent") {
    Silence silence(1000);
    Bench& bench = silence.bench;
    bench.reactor.set_cooling(false);
    silence.settle_down();
    bench.reactor.run_once(hours(1));
    CHECK(bench.system.waits == std::vector<Duration>{hours(1)});
    bench.reactor.set_cooling(true);
    silence.settle_down();
    bench.turn();
    bench.reactor.set_cooling(false);
    silence.speak(7);
    bench.turn();
    CHECK(bench.words == "7");
}

TEST_CASE("a cold watch can be removed, and one that a callback removes is not heard") {
    Silence silence(1000);
    silence.settle_down();
    Bench& bench = silence.bench;
    CHECK(bench.reactor.unwatch(silence.watches[7]));
    bench.reactor.call_later(Duration::zero(), [] {});
    silence.speak(8);
    bench.reactor.run_once();
    bench.reactor.run_once(seconds(1));
    CHECK(bench.words.empty());
}

TEST_CASE("a listener of this system has no peer, by which it is known") {
    Sockets& sockets = this_system().sockets();
    const auto listener = sockets.listen(Endpoint::loopback(Family::ipv4, 0), 1);
    REQUIRE(listener);
    CHECK_FALSE(sockets.peer(listener->get()));
}
