#include "reactor/bench.hpp"
#include "reactor/cooling.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Watches for reading, admitted at the same time, and a turn every so often.
struct Crowd {
    FakeSystem system;
    WatchTable table;
    Cooling cooling{table, system.sockets()};
    std::vector<WatchId> watches;

    explicit Crowd(int count) {
        while (count-- > 0) {
            add();
        }
    }
    Instant now() { return system.clock().now(); }
    WatchId add(Interest interest = Interest::read) {
        const int number = static_cast<int>(watches.size()) + 1;
        watches.push_back(*table.add(socket_of(number), interest));
        cooling.admit(watches.back(), now());
        return watches.back();
    }
    Tier tier(std::size_t index) const { return table.find(watches[index])->tier; }
    std::size_t cold() const { return table.slots(Tier::cold).size(); }
    void pass(Duration duration, Duration turn = milliseconds(10)) {
        for (; duration > Duration::zero(); duration -= turn) {
            system.clock().pass(turn);
            cooling.tend(now());
        }
    }
    // As long as the watch stays hot, and at most a minute and a half.
    Duration silence_until_cold(std::size_t index) {
        const Instant start = now();
        while (tier(index) != Tier::cold && now() - start < seconds(90)) {
            pass(milliseconds(10));
        }
        return now() - start;
    }
};

constexpr Duration round = milliseconds(250); // of the hand, and a turn

} // namespace

TEST_CASE("a watch that is silent for a second goes cold, not sooner") {
    Crowd crowd(64);
    crowd.pass(milliseconds(1000));
    CHECK(crowd.cold() == 0);
    crowd.pass(round + milliseconds(10));
    CHECK(crowd.cold() == 64);
}

TEST_CASE("a pinned watch stays hot, even when somebody says that it can wait") {
    Crowd crowd(64);
    crowd.cooling.pin(crowd.watches[0]);
    crowd.cooling.set_warm(crowd.watches[0], true, crowd.now());
    crowd.pass(seconds(3));
    CHECK(crowd.tier(0) == Tier::hot);
    CHECK(crowd.cold() == 63);
}

TEST_CASE("with fewer than 64 watches nothing cools, and nobody is asked for his peer") {
    Crowd crowd(63);
    crowd.pass(seconds(100), milliseconds(100));
    CHECK(crowd.cold() == 0);
    CHECK(crowd.system.sockets().peers_asked == 0);
    crowd.add();
    crowd.pass(round);
    CHECK(crowd.cold() == 63); // the one that has just come is not
}

TEST_CASE("a watch that is heard is hot at once, and stays so for four times its longest gap") {
    Crowd crowd(64);
    crowd.pass(seconds(3));
    REQUIRE(crowd.tier(5) == Tier::cold);
    crowd.cooling.heard(crowd.watches[5], crowd.now());
    CHECK(crowd.tier(5) == Tier::hot);
    CHECK(crowd.cold() == 63);
    const Duration hot = crowd.silence_until_cold(5);
    CHECK(hot >= seconds(12));
    CHECK(hot <= seconds(12) + round + milliseconds(20));
}

TEST_CASE("a gap is forgotten by and by") {
    Crowd crowd(64);
    crowd.pass(seconds(3));
    for (int i = 0; i < 16; ++i) {
        crowd.pass(milliseconds(100));
        crowd.cooling.heard(crowd.watches[5], crowd.now());
    }
    const Duration hot = crowd.silence_until_cold(5);
    CHECK(hot >= seconds(1));
    CHECK(hot <= seconds(1) + round + milliseconds(20));
}

TEST_CASE("after a minute every silent watch is cold, however long it was silent before") {
    Crowd crowd(64);
    crowd.pass(hours(2), seconds(1));
    crowd.cooling.heard(crowd.watches[5], crowd.now());
    const Duration hot = crowd.silence_until_cold(5);
    CHECK(hot >= seconds(60));
    CHECK(hot <= seconds(60) + round + milliseconds(20));
}

TEST_CASE("a watch that speaks regularly never cools") {
    Crowd crowd(64);
    for (int i = 0; i < 50; ++i) {
        crowd.cooling.heard(crowd.watches[5], crowd.now());
        crowd.pass(milliseconds(900));
        CHECK(crowd.tier(5) == Tier::hot);
    }
    CHECK(crowd.cold() == 63);
}

TEST_CASE("a watch whose interest changes is hot at once, and for a second") {
    Crowd crowd(64);
    crowd.pass(seconds(3));
    crowd.table.set_interest(crowd.watches[5], Interest::write);
    crowd.cooling.heed(crowd.watches[5], crowd.now());
    CHECK(crowd.tier(5) == Tier::hot);
    CHECK(crowd.silence_until_cold(5) <= seconds(1) + round + milliseconds(20));
}

TEST_CASE("neither a listener nor a connecting socket nor one that was pinned ever cools") {
    Crowd crowd(64);
    crowd.system.sockets().lonely = {socket_of(1)};
    crowd.table.set_interest(crowd.watches[1], Interest::connect);
    crowd.cooling.pin(crowd.watches[2]);
    crowd.pass(seconds(100), milliseconds(100));
    CHECK(crowd.cold() == 61);
    for (const std::size_t index : {0u, 1u, 2u}) {
        CHECK(crowd.tier(index) == Tier::hot);
    }
    CHECK(crowd.system.sockets().peers_asked == 62); // each once
}

TEST_CASE("a slot that is taken anew forgets what was known of the old watch") {
    Crowd crowd(64);
    crowd.cooling.pin(crowd.watches[5]);
    crowd.pass(seconds(2));
    crowd.table.remove(crowd.watches[5]);
    const WatchId young = crowd.add();
    REQUIRE(young.slot == crowd.watches[5].slot);
    crowd.pass(milliseconds(990));
    CHECK(crowd.table.find(young)->tier == Tier::hot);
    crowd.pass(round + milliseconds(20));
    CHECK(crowd.table.find(young)->tier == Tier::cold);
}

TEST_CASE("a warm watch cools too, and is warm again when it is heard") {
    Crowd crowd(64);
    crowd.cooling.set_warm(crowd.watches[5], true, crowd.now());
    CHECK(crowd.tier(5) == Tier::warm);
    crowd.pass(seconds(2));
    crowd.cooling.set_warm(crowd.watches[5], true, crowd.now()); // as it is already
    CHECK(crowd.tier(5) == Tier::cold);
    crowd.cooling.heard(crowd.watches[5], crowd.now());
    CHECK(crowd.tier(5) == Tier::warm);
    crowd.cooling.set_warm(crowd.watches[5], false, crowd.now());
    CHECK(crowd.tier(5) == Tier::hot);
}

TEST_CASE("a cold watch that may be warm is looked at soon, for it has just changed") {
    Crowd crowd(64);
    crowd.pass(seconds(3));
    crowd.cooling.set_warm(crowd.watches[5], true, crowd.now());
    CHECK(crowd.tier(5) == Tier::warm);
    CHECK(crowd.silence_until_cold(5) >= seconds(1));
}

TEST_CASE("a watch that wants nothing is left where it is") {
    Crowd crowd(64);
    crowd.table.set_interest(crowd.watches[5], Interest::none);
    crowd.pass(seconds(3));
    CHECK(crowd.tier(5) == Tier::hot);
    CHECK(crowd.cold() == 63);
}

TEST_CASE("switched off nothing cools, and what was cold is back where it was") {
    Crowd crowd(70);
    crowd.cooling.set_warm(crowd.watches[5], true, crowd.now());
    crowd.pass(seconds(3));
    REQUIRE(crowd.cold() == 70);
    crowd.cooling.switch_on(false);
    CHECK(crowd.cold() == 0);
    CHECK(crowd.tier(5) == Tier::warm);
    CHECK(crowd.tier(6) == Tier::hot);
    crowd.pass(seconds(3));
    CHECK(crowd.cold() == 0);
    crowd.cooling.switch_on(true);
    crowd.pass(seconds(1));
    CHECK(crowd.cold() == 70);
}

TEST_CASE("one turn after a long sleep is enough for all, unless they are very many") {
    Crowd crowd(4000);
    crowd.pass(seconds(5), seconds(5));
    CHECK(crowd.cold() == 4000);
}

TEST_CASE("the hand goes round in a quarter of a second, however often there is a turn") {
    for (const Duration turn : {Duration(std::chrono::microseconds(3)), Duration(milliseconds(1)),
                                Duration(milliseconds(249)), Duration(seconds(1))}) {
        CAPTURE(turn.count());
        Crowd crowd(300);
        crowd.pass(seconds(1), seconds(1)); // all silent for exactly a second
        REQUIRE(crowd.cold() == 0);
        crowd.pass(milliseconds(255), turn);
        CHECK(crowd.cold() >= 299);
    }
}
