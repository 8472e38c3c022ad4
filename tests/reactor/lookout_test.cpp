#include "reactor/bench.hpp"
#include "reactor/lookout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

using std::chrono::microseconds;

constexpr Duration price = microseconds(1); // of asking about one watch

// Writes down what is asked. Nothing is ready but what the test says, and a look costs time.
class Scene : public Poller {
public:
    struct Asked {
        Scope scope;
        Duration timeout;
        bool operator==(const Asked&) const = default;
    };

    std::string_view name() const override { return "scene"; }
    Failure wait(const WatchTable& watches, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override {
        asked.push_back({scope, timeout});
        for (const Tier tier : all_tiers) {
            if (covers(scope, tier)) {
                clock.pass(price * static_cast<int>(watches.slots(tier).size()));
            }
        }
        if (error != Error::none) {
            return {error, 0};
        }
        const Watch* const one = table.find(ready_one);
        if (one != nullptr && covers(scope, one->tier)) {
            ready.push_back({.watch = ready_one, .readable = true});
        } else {
            REQUIRE(timeout != forever);
            clock.pass(timeout);
        }
        return {};
    }

    void add(Tier tier, int count) {
        for (; count > 0; --count) {
            last = *table.add(socket_of(++number_), Interest::read);
            table.set_tier(last, tier);
        }
    }
    // What one wait asked.
    std::vector<Asked> wait(Duration longest) {
        asked.clear();
        found.clear();
        REQUIRE(lookout.wait(*this, table, clock, longest, found).error == error);
        return asked;
    }

    FakeClock clock;
    WatchTable table;
    Lookout lookout;
    std::vector<Asked> asked;
    std::vector<Ready> found;
    WatchId last;
    WatchId ready_one;
    Error error = Error::none;

private:
    int number_ = 0;
};

using Looks = std::vector<Scene::Asked>;

} // namespace

TEST_CASE("a pace does what costs nothing at its shortest, and else for its share of all time") {
    Pace pace(microseconds(250), 49);
    Instant now{};
    CHECK(pace.due() <= now);
    pace.done(now, now);
    CHECK(pace.due() == now + microseconds(250));
    for (int i = 0; i < 2; ++i) {
        pace.done(now, now + milliseconds(1));
    }
    CHECK(pace.due() == now + milliseconds(1 + 49));
    pace.rest(now + seconds(1)); // what nobody measured is taken to cost the same
    CHECK(pace.due() == now + seconds(1) + milliseconds(49));
}

TEST_CASE("a pace is not slowed down by one that took long because others ran") {
    Pace pace(milliseconds(10), 49);
    const Instant now{};
    pace.done(now, now + milliseconds(1));
    pace.done(now, now + milliseconds(1));
    pace.done(now, now + seconds(1));
    CHECK(pace.due() == now + seconds(1) + milliseconds(49));
    pace.done(now, now + seconds(1));
    CHECK(pace.due() == now + seconds(1) + Pace::longest);
}

TEST_CASE("with hot watches alone a wait is one call, and the clock is left alone") {
    Scene scene;
    CHECK(scene.wait(seconds(1)) == Looks{{Scope::all, seconds(1)}});
    scene.add(Tier::hot, 500);
    CHECK(scene.wait(seconds(1)) == Looks{{Scope::all, seconds(1)}});
    CHECK(scene.clock.times_asked == 0);
}

TEST_CASE("a few warm and cold watches are blocked on when there is nothing else to do") {
    Scene scene;
    scene.add(Tier::hot, 100);
    scene.add(Tier::warm, 32);
    scene.add(Tier::cold, 32);
    CHECK(scene.wait(seconds(1)) == Looks{{Scope::all, seconds(1)}});
    scene.wait(Duration::zero());
    const Looks looks = scene.wait(seconds(1)); // right after a look: the hot ones first
    REQUIRE(looks.size() == 2);
    CHECK(looks[0] == Scene::Asked{Scope::hot, microseconds(250)});
    CHECK(looks[1].scope == Scope::all);
}

TEST_CASE("many cold watches are never blocked on, but swept, for a hundredth of all time") {
    Scene scene;
    scene.add(Tier::hot, 10);
    scene.add(Tier::cold, 990);
    scene.wait(seconds(1)); // learns what a sweep costs
    const Looks looks = scene.wait(seconds(10));
    int sweeps = 0;
    for (const Scene::Asked& look : looks) {
        CHECK((look == Scene::Asked{Scope::all, Duration::zero()} ||
               !covers(look.scope, Tier::cold)));
        sweeps += look.scope == Scope::all ? 1 : 0;
    }
    const Duration swept = sweeps * 1000 * price;
    CHECK(swept <= Duration(seconds(10)) / 100);
    CHECK(swept >= Duration(seconds(10)) / 120); // and not more seldom than needed
}

TEST_CASE("a few warm watches are blocked on between the sweeps of the cold ones") {
    Scene scene;
    scene.add(Tier::warm, 64);
    scene.add(Tier::cold, 1000);
    for (const Scene::Asked& look : scene.wait(seconds(1))) {
        CHECK(
            (look == Scene::Asked{Scope::all, Duration::zero()} || look.scope == Scope::not_cold));
    }
}

TEST_CASE("many warm watches are swept too, at a pace of their own") {
    Scene scene;
    scene.add(Tier::hot, 1);
    scene.add(Tier::warm, 99);
    scene.wait(milliseconds(20));
    const Looks looks = scene.wait(seconds(1));
    const auto sweeps =
        std::count(looks.begin(), looks.end(), Scene::Asked{Scope::not_cold, Duration::zero()});
    CHECK(sweeps * 100 * price <= Duration(seconds(1)) / 50);
    CHECK(sweeps * 100 * price >= Duration(seconds(1)) / 60);
}

TEST_CASE("what a sweep finds ends the wait") {
    Scene scene;
    scene.add(Tier::hot, 10);
    scene.add(Tier::cold, 1000);
    scene.wait(seconds(1));
    scene.ready_one = scene.last;
    const Instant start = scene.clock.now();
    scene.wait(forever);
    REQUIRE(scene.found.size() == 1);
    CHECK(scene.found[0].watch == scene.last);
    CHECK(scene.clock.now() - start <= 51 * 1010 * price);
}

TEST_CASE("a wait is over when its time is, whatever is cold or warm") {
    for (const int count : {1, 64, 65, 1000}) {
        for (const Tier tier : {Tier::warm, Tier::cold}) {
            Scene scene;
            scene.add(Tier::hot, 1);
            scene.add(tier, count);
            for (const Duration longest : {Duration::zero(), Duration(microseconds(1)),
                                           Duration(milliseconds(3)), Duration(seconds(2))}) {
                const Instant start = scene.clock.now();
                scene.wait(longest);
                const Duration took = scene.clock.now() - start;
                CHECK(took >= longest);
                CHECK(took <= longest + (count + 1) * price);
            }
        }
    }
}

TEST_CASE("a busy server that never waits looks at the cold ones all the same, and no more often") {
    Scene scene;
    scene.add(Tier::cold, 1000);
    scene.add(Tier::hot, 1);
    scene.ready_one = scene.last;
    int sweeps = 0;
    const Instant end = scene.clock.now() + seconds(1);
    while (scene.clock.now() < end) {
        const Looks looks = scene.wait(seconds(1));
        REQUIRE(looks.size() == 1);
        sweeps += looks[0].scope == Scope::all ? 1 : 0;
    }
    CHECK(sweeps * 1001 * price <= Duration(seconds(1)) / 90);
    CHECK(sweeps * 1001 * price >= Duration(seconds(1)) / 120);
}

TEST_CASE("a poller that fails is not asked again, and what it did not see is still due") {
    Scene scene;
    scene.add(Tier::cold, 1000);
    scene.error = Error::out_of_memory;
    CHECK(scene.wait(seconds(1)).size() == 1);
    scene.error = Error::none;
    CHECK(scene.wait(seconds(1))[0] == Scene::Asked{Scope::all, Duration::zero()});
}
