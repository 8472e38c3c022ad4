#include "reactor/bench.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace caesura;
using namespace caesura::testing;

namespace {

using std::chrono::microseconds;

// A warm watch and a hot one. Warm ones are looked at every 250 us while there is something to do.
struct Tiers {
    Bench bench;
    WatchId warm =
        *bench.reactor.watch(socket_of(7), Interest::read, bench.on_ready_saying("warm"));

    Tiers() {
        bench.reactor.watch(socket_of(8), Interest::read, bench.on_ready_saying("hot"));
        REQUIRE(bench.reactor.set_tier(warm, Tier::warm));
        bench.turn(); // a look at all
    }
    void announce_both() {
        bench.system.announce(socket_of(7), Sign::readable);
        bench.system.announce(socket_of(8), Sign::readable);
    }
};

} // namespace

TEST_CASE("while there is something else to do warm watches wait their time, and no longer") {
    Tiers tiers;
    Bench& bench = tiers.bench;
    for (int turn = 0; turn < 4; ++turn) {
        tiers.announce_both();
        bench.turn();
        bench.pass(microseconds(60));
    }
    CHECK(bench.words == "hot hot hot hot");
    bench.pass(microseconds(10));
    tiers.announce_both();
    bench.turn();
    CHECK(bench.words.find("warm") != std::string::npos);
}

TEST_CASE("when there is nothing else to do a warm watch is heard, and nobody misses a deadline") {
    Tiers tiers;
    Bench& bench = tiers.bench;
    const Instant start = bench.reactor.now();
    bench.system.announce(socket_of(7), Sign::readable);
    bench.reactor.run_once();
    CHECK(bench.words == "warm");
    CHECK(bench.reactor.now() <= start + microseconds(250));

    bench.words.clear();
    const Instant deadline = bench.reactor.now() + microseconds(100);
    bench.reactor.call_at(deadline, bench.saying("soon"));
    bench.reactor.call_at(deadline + seconds(1), bench.saying("later"));
    bench.reactor.run_once();
    CHECK(bench.words == "soon");
    CHECK(bench.reactor.now() == deadline);
    bench.reactor.run_once();
    CHECK(bench.words == "soon later");
    CHECK(bench.reactor.now() == deadline + seconds(1));
}

TEST_CASE("a posted call wakes a reactor that looks at its hot watches alone") {
    Tiers tiers;
    Bench& bench = tiers.bench;
    bench.system.during_wait = [&] { bench.reactor.call_from_thread(bench.saying("posted")); };
    bench.reactor.run_once();
    CHECK(bench.words == "posted");
}

TEST_CASE("a poller that finds no memory for the hot watches is asked again on a timer") {
    Tiers tiers;
    Bench& bench = tiers.bench;
    bench.system.wait_failures = {Error::out_of_memory};
    const Instant before = bench.reactor.now();
    bench.reactor.run_once(hours(1));
    CHECK(bench.reactor.now() >= before + milliseconds(1));
    CHECK(bench.reactor.now() <= before + seconds(1));
}

TEST_CASE("a warm watch can be made hot again, and one that is gone cannot be made anything") {
    Tiers tiers;
    Bench& bench = tiers.bench;
    CHECK(bench.reactor.set_tier(tiers.warm, Tier::hot));
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    CHECK(bench.words == "warm");
    bench.reactor.unwatch(tiers.warm);
    CHECK_FALSE(bench.reactor.set_tier(tiers.warm, Tier::warm));
    CHECK_FALSE(bench.reactor.set_tier(WatchId{}, Tier::warm));
}

TEST_CASE("cold is the reactor's own to give: who asks for it gets warm") {
    Tiers tiers;
    Bench& bench = tiers.bench;
    CHECK(bench.reactor.set_tier(tiers.warm, Tier::hot));
    CHECK(bench.reactor.set_tier(tiers.warm, Tier::cold));
    tiers.announce_both();
    bench.turn();
    CHECK(bench.words == "hot");
    bench.pass(microseconds(250));
    bench.turn();
    CHECK(bench.words == "hot warm");
}

TEST_CASE("a clock may start anywhere, and warm watches are heard all the same") {
    FakeSystem system;
    system.clock().pass(-hours(2)); // now it says an hour before zero
    Reactor reactor(system);
    bool heard = false;
    const auto watch =
        reactor.watch(socket_of(7), Interest::read, [&](const Ready&) { heard = true; });
    reactor.set_tier(*watch, Tier::warm);
    system.announce(socket_of(7), Sign::readable);
    reactor.run_once(milliseconds(1));
    CHECK(heard);
}
