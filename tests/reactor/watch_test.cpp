#include "reactor/bench.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr auto seven = socket_of(7);
constexpr auto eight = socket_of(8);
constexpr auto nine = socket_of(9);

} // namespace

TEST_CASE("a watch hears of what it wants, and of nothing else") {
    Bench bench;
    Ready heard;
    const auto watch = bench.reactor.watch(seven, Interest::read, [&](const Ready& ready) {
        heard = ready;
        bench.say("ready");
    });
    REQUIRE(watch);
    bench.system.announce(seven, Sign::both);
    bench.turn();
    CHECK(heard.watch == *watch);
    CHECK(heard.readable);
    CHECK_FALSE(heard.writable);

    CHECK(bench.reactor.set_interest(*watch, Interest::write));
    bench.system.announce(seven, Sign::both);
    bench.turn();
    CHECK_FALSE(heard.readable);
    CHECK(heard.writable);

    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "ready ready");
}

TEST_CASE("the end of a connect is heard as writable") {
    Bench bench;
    bench.reactor.watch(seven, Interest::connect, [&](const Ready& ready) {
        CHECK(ready.writable);
        bench.say("connected");
    });
    bench.system.announce(seven, Sign::writable);
    bench.turn();
    CHECK(bench.words == "connected");
}

TEST_CASE("a watch without interest hears nothing") {
    Bench bench;
    const auto watch = bench.reactor.watch(seven, Interest::none, bench.on_ready_saying("heard"));
    REQUIRE(watch);
    bench.system.announce(seven, Sign::both);
    bench.turn();
    CHECK(bench.words.empty());
    bench.reactor.set_interest(*watch, Interest::read);
    bench.system.announce(seven, Sign::both);
    bench.turn();
    CHECK(bench.words == "heard");
}

TEST_CASE("a socket that is watched already, and no socket at all, are refused") {
    Bench bench;
    REQUIRE(bench.reactor.watch(seven, Interest::read, bench.on_ready_saying("first")));
    CHECK_FALSE(bench.reactor.watch(seven, Interest::read, bench.on_ready_saying("second")));
    CHECK_FALSE(bench.reactor.watch(Socket::none, Interest::read, [](const Ready&) {}));
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "first");
}

TEST_CASE("nothing is heard after unwatch, which can be done once") {
    Bench bench;
    const auto watch = bench.reactor.watch(seven, Interest::read, bench.on_ready_saying("heard"));
    CHECK(bench.reactor.unwatch(*watch));
    CHECK_FALSE(bench.reactor.unwatch(*watch));
    CHECK_FALSE(bench.reactor.set_interest(*watch, Interest::read));
    CHECK_FALSE(bench.reactor.unwatch(WatchId{}));
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words.empty());
    CHECK(bench.reactor.watch(seven, Interest::read, bench.on_ready_saying("again")));
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "again");
}

TEST_CASE("a watch may remove itself in its callback") {
    Bench bench;
    std::optional<WatchId> watch;
    const auto held = std::make_shared<int>(5);
    watch = bench.reactor.watch(seven, Interest::read, [&, held](const Ready&) {
        CHECK(bench.reactor.unwatch(*watch));
        bench.say(std::to_string(*held)); // what it holds is still there
    });
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(held.use_count() == 1);
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "5");
}

TEST_CASE("two watches that remove each other in one batch: the first to run wins") {
    Bench bench;
    std::optional<WatchId> first;
    std::optional<WatchId> second;
    first = bench.reactor.watch(seven, Interest::read, [&](const Ready&) {
        bench.say("first");
        bench.reactor.unwatch(*second);
    });
    second = bench.reactor.watch(eight, Interest::read, [&](const Ready&) {
        bench.say("second");
        bench.reactor.unwatch(*first);
    });
    bench.system.announce(eight, Sign::readable);
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "second");
}

TEST_CASE("any callback may remove all watches, its own included") {
    for (int remover = 1; remover <= 5; ++remover) {
        Bench bench;
        std::vector<WatchId> watches;
        for (int number = 1; number <= 5; ++number) {
            watches.push_back(*bench.reactor.watch(socket_of(number), Interest::read,
                                                   [&, number, remover](const Ready&) {
                                                       bench.say(std::to_string(number));
                                                       if (number == remover) {
                                                           for (const WatchId watch : watches) {
                                                               bench.reactor.unwatch(watch);
                                                           }
                                                       }
                                                   }));
            bench.system.announce(socket_of(number), Sign::readable);
        }
        bench.turn();
        CHECK(bench.words.size() == static_cast<std::size_t>(2 * remover - 1));
        // The wake-up pair is not among them: a posted call still ends a wait without limit.
        bench.system.during_wait = [&] { bench.reactor.call_from_thread([] {}); };
        bench.reactor.run_once();
    }
}

TEST_CASE("a socket that is watched anew in its callback keeps the new callback") {
    Bench bench;
    std::optional<WatchId> watch;
    watch = bench.reactor.watch(seven, Interest::read, [&](const Ready&) {
        bench.say("old");
        bench.reactor.unwatch(*watch);
        const auto anew = bench.reactor.watch(seven, Interest::read, bench.on_ready_saying("new"));
        REQUIRE(anew);
        CHECK(anew->slot == watch->slot);
        CHECK(*anew != *watch);
    });
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "old");
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "old new");
}

TEST_CASE("an event for a watch that is gone never reaches the one that has its slot now") {
    Bench bench;
    std::optional<WatchId> victim;
    bench.reactor.watch(seven, Interest::read, [&](const Ready&) {
        bench.say("remover");
        bench.reactor.unwatch(*victim);
        const auto heir = bench.reactor.watch(nine, Interest::read, bench.on_ready_saying("heir"));
        CHECK(heir->slot == victim->slot);
    });
    victim = bench.reactor.watch(eight, Interest::read, bench.on_ready_saying("victim"));
    bench.system.announce(seven, Sign::readable);
    bench.system.announce(eight, Sign::readable);
    bench.turn();
    CHECK(bench.words == "remover");
}

TEST_CASE("an event for a closed socket never reaches a new one of the same number") {
    Bench bench;
    std::optional<WatchId> victim;
    bench.reactor.watch(seven, Interest::read, [&](const Ready&) {
        bench.say("closer");
        bench.reactor.unwatch(*victim);
        // As after close and accept: the same number is another socket now.
        REQUIRE(bench.reactor.watch(eight, Interest::read, bench.on_ready_saying("newcomer")));
    });
    victim = bench.reactor.watch(eight, Interest::read, bench.on_ready_saying("victim"));
    bench.system.announce(seven, Sign::readable);
    bench.system.announce(eight, Sign::readable);
    bench.turn();
    CHECK(bench.words == "closer");
    bench.system.announce(eight, Sign::readable);
    bench.turn();
    CHECK(bench.words == "closer newcomer");
}

TEST_CASE("interest that was dropped earlier in the batch silences the event") {
    Bench bench;
    std::optional<WatchId> later;
    bench.reactor.watch(seven, Interest::read, [&](const Ready&) {
        bench.say("first");
        bench.reactor.set_interest(*later, Interest::none);
    });
    later = bench.reactor.watch(eight, Interest::read, bench.on_ready_saying("later"));
    bench.system.announce(seven, Sign::readable);
    bench.system.announce(eight, Sign::readable);
    bench.turn();
    CHECK(bench.words == "first");
}

TEST_CASE("interest that was changed earlier in the batch hides the half no longer wanted") {
    Bench bench;
    std::optional<WatchId> later;
    bench.reactor.watch(seven, Interest::read,
                        [&](const Ready&) { bench.reactor.set_interest(*later, Interest::write); });
    later = bench.reactor.watch(eight, Interest::read | Interest::write, [&](const Ready& ready) {
        CHECK_FALSE(ready.readable);
        CHECK(ready.writable);
        bench.say("later");
    });
    bench.system.announce(seven, Sign::readable);
    bench.system.announce(eight, Sign::both);
    bench.turn();
    CHECK(bench.words == "later");
}

TEST_CASE("a callback may add a thousand watches") {
    Bench bench;
    int heard = 0;
    const auto held = std::make_shared<int>(5);
    bench.reactor.watch(seven, Interest::read, [&, held](const Ready&) {
        for (int i = 0; i < 1000; ++i) {
            REQUIRE(bench.reactor.watch(socket_of(5000 + i), Interest::read,
                                        [&](const Ready&) { ++heard; }));
        }
        bench.say(std::to_string(*held));
    });
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    for (int i = 0; i < 1000; ++i) {
        bench.system.announce(socket_of(5000 + i), Sign::readable);
    }
    bench.turn();
    CHECK(heard == 1000);
    CHECK(bench.words == "5");
}

TEST_CASE("a socket that is none is heard of once, and its watch is gone by then") {
    Bench bench;
    std::optional<WatchId> watch;
    watch = bench.reactor.watch(seven, Interest::read, [&](const Ready& ready) {
        CHECK(ready.invalid);
        CHECK_FALSE(bench.reactor.unwatch(*watch));
        bench.say("invalid");
    });
    bench.reactor.watch(eight, Interest::read, bench.on_ready_saying("other"));
    bench.system.announce(seven, Sign::invalid);
    bench.system.announce(eight, Sign::readable);
    bench.turn();
    CHECK(bench.words == "invalid other");
    // The number can be watched again, also from that very callback on.
    CHECK(bench.reactor.watch(seven, Interest::read, bench.on_ready_saying("anew")));
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "invalid other anew");
}

TEST_CASE("a removed watch's callback is destroyed, and what it holds may use the reactor then") {
    Bench bench;
    const auto watch_again = [&] {
        bench.say("destroyed");
        CHECK(bench.reactor.watch(seven, Interest::read, bench.on_ready_saying("new")));
    };
    const auto watch = bench.reactor.watch(seven, Interest::read,
                                           [held = at_destruction(watch_again)](const Ready&) {});
    bench.reactor.unwatch(*watch);
    CHECK(bench.words == "destroyed");
    bench.system.announce(seven, Sign::readable);
    bench.turn();
    CHECK(bench.words == "destroyed new");
}
