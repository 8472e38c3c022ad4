// The two checks of poller_support.hpp that change a table a great deal.

#include "poller_support.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <random>
#include <string>

namespace caesura::testing {

namespace {

// A socket of the walk: it is always writable, and readable when it holds a byte.
struct Walker {
    Ends ends;
    bool holds_byte = false;
    std::optional<WatchId> watch;
    Interest interest = Interest::none;
    Tier tier = Tier::hot;

    std::string expected(Scope scope) const {
        if (!watch || !covers(scope, tier)) {
            return "";
        }
        const bool reads = holds_byte && has(interest, Interest::read);
        const bool writes = has(interest, Interest::write | Interest::connect);
        return reads && writes ? "rw" : reads ? "r" : writes ? "w" : "";
    }
};

void change(WatchTable& table, Walker& walker, std::mt19937& dice) {
    if (!walker.watch) {
        walker.interest = static_cast<Interest>(dice() % 8);
        walker.tier = Tier::hot;
        walker.watch = watch(table, walker.ends.here, walker.interest);
        return;
    }
    switch (dice() % 3) {
    case 0:
        REQUIRE(table.remove(*walker.watch));
        walker.watch.reset();
        break;
    case 1:
        walker.interest = static_cast<Interest>(dice() % 8);
        REQUIRE(table.set_interest(*walker.watch, walker.interest));
        break;
    default:
        walker.tier = all_tiers[dice() % all_tiers.size()];
        REQUIRE(table.set_tier(*walker.watch, walker.tier));
    }
}

void check_report(const std::vector<Walker>& walkers, const std::vector<Ready>& ready,
                  Scope scope) {
    std::size_t count = 0;
    for (const Walker& walker : walkers) {
        const std::string expected = walker.expected(scope);
        count += expected.empty() ? 0 : 1;
        if (walker.watch) {
            REQUIRE(told(ready, {*walker.watch})[0] == expected);
        }
    }
    REQUIRE(ready.size() == count);
}

} // namespace

void check_many_changes(Poller& poller) {
    constexpr unsigned seed = 3;
    std::mt19937 dice(seed);
    std::vector<Walker> walkers(90); // their descriptors fill more than one word
    for (std::size_t i = 0; i < walkers.size(); ++i) {
        walkers[i].ends = connected_ends();
        walkers[i].holds_byte = i % 2 == 0;
        if (walkers[i].holds_byte) {
            say(walkers[i].ends.there, "!");
        }
    }
    WatchTable table;
    for (int turn = 0; turn < 400; ++turn) {
        for (auto changes = dice() % 200; changes > 0; --changes) {
            change(table, walkers[dice() % walkers.size()], dice);
        }
        const auto scope = static_cast<Scope>(dice() % 4);
        check_report(walkers, look(poller, table, Duration::zero(), scope), scope);
    }
}

void check_stale_generations(Poller& poller) {
    const Ends ends = connected_ends();
    const Ends others = connected_ends();
    say(ends.there, "!");
    WatchTable table;
    WatchId id = watch(table, ends.here, Interest::read);
    for (const bool other_takes_slot : {false, true}) {
        for (const Tier tier : {Tier::cold, Tier::hot}) {
            REQUIRE(table.set_tier(id, tier));
            CHECK(told(look(poller, table), {id})[0] == "r");
            const WatchId old = id;
            REQUIRE(table.remove(old));
            std::optional<WatchId> other;
            if (other_takes_slot) {
                other = watch(table, others.here, Interest::read);
            }
            id = watch(table, ends.here, Interest::write);
            CHECK((id.slot == old.slot) != other_takes_slot);
            CHECK(look(poller, table).size() == 1);
            CHECK(told(look(poller, table), {old, id}) == std::vector<std::string>{"", "w"});
            CHECK(look(poller, table, Duration::zero(), Scope::cold).empty());
            REQUIRE(table.set_interest(id, Interest::read));
            if (other) {
                REQUIRE(table.remove(*other));
            }
        }
    }
}

} // namespace caesura::testing
