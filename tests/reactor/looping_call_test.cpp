#include "reactor/bench.hpp"

#include <caesura/looping_call.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

// A looping call that writes down when it was called, since it was started, and what it was told.
struct Metronome {
    Bench bench;
    Instant start = bench.reactor.now();
    std::vector<Duration> times;
    std::vector<std::uint64_t> skips;
    LoopingCall loop{bench.reactor, [this](std::uint64_t skipped) {
                         times.push_back(bench.reactor.now() - start);
                         skips.push_back(skipped);
                     }};

    // Time passes, then there is a turn.
    void pass(Duration duration) {
        bench.pass(duration);
        bench.turn();
    }
};

} // namespace

TEST_CASE("a looping call ticks first after one interval, then at each") {
    Metronome metronome;
    CHECK_FALSE(metronome.loop.running());
    metronome.loop.start(milliseconds(10));
    CHECK(metronome.loop.running());
    metronome.pass(Duration::zero());
    CHECK(metronome.times.empty());
    for (int i = 0; i < 3; ++i) {
        metronome.bench.reactor.run_once();
    }
    CHECK(metronome.times ==
          std::vector<Duration>{milliseconds(10), milliseconds(20), milliseconds(30)});
    CHECK(metronome.skips == std::vector<std::uint64_t>{0, 0, 0});
}

TEST_CASE("a tick that comes late does not delay the next one") {
    Metronome metronome;
    metronome.loop.start(milliseconds(10));
    for (int i = 1; i <= 100; ++i) {
        metronome.bench.reactor.run_once();        // until the tick is due
        metronome.bench.pass(milliseconds(i % 7)); // the loop is held up, differently each time
    }
    CHECK(metronome.times.back() == milliseconds(1000));
    CHECK(metronome.times.size() == 100);
}

TEST_CASE("after a long pause there is one tick, which is told how many were left out") {
    Metronome metronome;
    metronome.loop.start(milliseconds(100));
    metronome.pass(milliseconds(100));
    metronome.pass(milliseconds(330)); // 200 and 300 are over, and 400
    metronome.pass(milliseconds(69));
    metronome.pass(milliseconds(1));
    CHECK(metronome.times ==
          std::vector<Duration>{milliseconds(100), milliseconds(430), milliseconds(500)});
    CHECK(metronome.skips == std::vector<std::uint64_t>{0, 2, 0});
}

TEST_CASE("ticks and left-out ticks are as many as intervals have passed") {
    Metronome metronome;
    metronome.loop.start(milliseconds(3));
    for (int i = 0; i < 200; ++i) {
        metronome.pass(milliseconds(i % 11));
    }
    const auto passed = (metronome.bench.reactor.now() - metronome.start) / milliseconds(3);
    std::uint64_t counted = metronome.skips.size();
    for (const std::uint64_t skipped : metronome.skips) {
        counted += skipped;
    }
    CHECK(counted == static_cast<std::uint64_t>(passed));
}

TEST_CASE("a stopped looping call is silent, also when it is due; stopping twice is fine") {
    Metronome metronome;
    metronome.loop.start(milliseconds(10));
    metronome.bench.pass(milliseconds(10));
    metronome.loop.stop();
    metronome.loop.stop();
    CHECK_FALSE(metronome.loop.running());
    metronome.pass(seconds(1));
    CHECK(metronome.times.empty());
}

TEST_CASE("starting anew drops the old schedule") {
    Metronome metronome;
    metronome.loop.start(milliseconds(10));
    metronome.pass(milliseconds(9));
    metronome.loop.start(milliseconds(50));
    metronome.pass(milliseconds(49));
    CHECK(metronome.times.empty());
    metronome.pass(milliseconds(1));
    CHECK(metronome.times == std::vector<Duration>{milliseconds(59)});
}

TEST_CASE("a tick may stop its looping call, or start it anew") {
    Bench bench;
    std::optional<LoopingCall> loop;
    int ticks = 0;
    loop.emplace(bench.reactor, [&](std::uint64_t) {
        CHECK(loop->running());
        if (++ticks == 2) {
            loop->start(milliseconds(1));
        }
        if (ticks == 4) {
            loop->stop();
        }
    });
    const Instant start = bench.reactor.now();
    loop->start(milliseconds(10));
    for (int i = 0; i < 4; ++i) {
        bench.reactor.run_once();
    }
    CHECK(ticks == 4);
    CHECK(bench.reactor.now() == start + milliseconds(22));
    CHECK_FALSE(loop->running());
    bench.pass(seconds(1));
    bench.turn();
    CHECK(ticks == 4);
}

TEST_CASE("a tick may destroy its looping call, and what the tick holds lives until it is over") {
    Bench bench;
    std::unique_ptr<LoopingCall> loop;
    const auto held = std::make_shared<std::string>("ticked");
    loop = std::make_unique<LoopingCall>(bench.reactor, [&bench, &loop, held](std::uint64_t) {
        loop.reset();
        bench.say(*held);
    });
    loop->start(milliseconds(1));
    bench.reactor.run_once();
    bench.pass(seconds(1));
    bench.turn();
    CHECK(bench.words == "ticked");
    CHECK(held.use_count() == 1);
}

TEST_CASE("a destroyed looping call is silent") {
    Bench bench;
    {
        LoopingCall loop(bench.reactor, [&](std::uint64_t) { bench.say("tick"); });
        loop.start(milliseconds(1));
    }
    bench.pass(seconds(1));
    bench.turn();
    CHECK(bench.words.empty());
    CHECK(bench.reactor.next_deadline() == never);
}

TEST_CASE("a tick that throws does not end its looping call") {
    Bench bench;
    int told = 0;
    bench.reactor.set_exception_handler([&](std::exception_ptr) { ++told; });
    LoopingCall loop(bench.reactor, [](std::uint64_t) { throw 1; });
    loop.start(milliseconds(1));
    for (int i = 0; i < 3; ++i) {
        bench.reactor.run_once();
    }
    CHECK(told == 3);
}

TEST_CASE("an interval beyond all time never ticks and never overflows") {
    for (const Duration interval : {forever, forever - nanoseconds(1), forever / 2 + hours(1)}) {
        Metronome metronome;
        metronome.loop.start(interval);
        metronome.pass(hours(1000));
        CHECK(metronome.times.empty());
        CHECK(metronome.loop.running());
    }
}

TEST_CASE("a tick that is due beyond all time never comes, and those before it do") {
    Metronome metronome;
    const Duration interval = forever / 2 + nanoseconds(1);
    metronome.loop.start(interval);
    metronome.pass(interval);
    CHECK(metronome.times == std::vector<Duration>{interval});
    CHECK(metronome.loop.running());
    CHECK(metronome.bench.reactor.next_deadline() == never);
}

TEST_CASE("a looping call of the smallest interval ticks once a turn") {
    Metronome metronome;
    metronome.loop.start(nanoseconds(1));
    metronome.pass(milliseconds(1));
    metronome.pass(milliseconds(1));
    CHECK(metronome.skips == std::vector<std::uint64_t>{999'999, 999'999});
}
