#include "seam/generator.hpp"
#include "seam/table_checks.hpp"

#include <caesura/watch_table.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

using namespace caesura;
using caesura::testing::Generator;
using caesura::testing::require_invariants;
using caesura::testing::socket_number;

namespace {

// The table once more, too simple to be wrong: everything is looked for from the beginning.
class Model {
public:
    // The slots as they should be, free or not.
    std::vector<Watch> slots;
    // The slots in the order of their latest changes, the newest first.
    std::vector<std::uint32_t> order;

    Watch* find(WatchId id) {
        const auto place = std::find_if(slots.begin(), slots.end(), [id](const Watch& watch) {
            return watch.id == id && watch.socket != Socket::none;
        });
        return place == slots.end() ? nullptr : &*place;
    }

    Watch* find(Socket socket) {
        const auto place = std::find_if(slots.begin(), slots.end(), [socket](const Watch& watch) {
            return watch.socket == socket;
        });
        return place == slots.end() ? nullptr : &*place;
    }

    std::size_t size() const {
        return static_cast<std::size_t>(
            std::count_if(slots.begin(), slots.end(),
                          [](const Watch& watch) { return watch.socket != Socket::none; }));
    }

    // The table says where it put the socket. It must be a free slot, or a new one if none is.
    void add(WatchId id, Socket socket, Interest interest) {
        if (id.slot == slots.size()) {
            REQUIRE(size() == slots.size());
            slots.emplace_back().id = WatchId{id.slot, 1};
        }
        REQUIRE(id.slot < slots.size());
        Watch& watch = slots[id.slot];
        REQUIRE(watch.socket == Socket::none);
        REQUIRE(watch.id == id);
        watch = Watch{socket, id, interest, Tier::hot};
    }

    void remove(Watch& watch) {
        const WatchId next{watch.id.slot, watch.id.generation + 1};
        watch = Watch{};
        watch.id = next;
    }

    void touch(std::uint32_t slot) {
        std::erase(order, slot);
        order.insert(order.begin(), slot);
    }
};

void require_same(const Watch& watch, const Watch& expected) {
    REQUIRE(watch.socket == expected.socket);
    REQUIRE(watch.id == expected.id);
    REQUIRE(watch.interest == expected.interest);
    REQUIRE(watch.tier == expected.tier);
}

// Somebody who looks at the changes now and then and should always end up with the truth.
struct Consumer {
    WatchTable::Revision seen = 0;
    std::vector<Watch> mirror;
    std::set<std::uint32_t> dirty;

    void look(const WatchTable& table, const Model& model) {
        std::vector<std::uint32_t> told;
        seen = table.changes_since(seen, [&](const Watch& watch) {
            told.push_back(watch.id.slot);
            mirror.resize(std::max<std::size_t>(mirror.size(), watch.id.slot + 1));
            mirror[watch.id.slot] = watch;
        });
        std::vector<std::uint32_t> expected;
        std::copy_if(model.order.begin(), model.order.end(), std::back_inserter(expected),
                     [this](std::uint32_t slot) { return dirty.contains(slot); });
        REQUIRE(told == expected);
        REQUIRE(seen == table.revision());
        dirty.clear();
        REQUIRE(mirror.size() == model.slots.size());
        for (std::size_t slot = 0; slot < mirror.size(); ++slot) {
            require_same(mirror[slot], model.slots[slot]);
        }
    }
};

// One run of random operations, done to the table and to the model alike.
class Run {
public:
    Run(std::uint64_t seed, std::size_t sockets) : random_(seed), sockets_(sockets) {}

    void step() {
        const WatchTable::Revision before = table_.revision();
        const std::size_t changes = changes_;
        switch (random_.below(8)) {
        case 0:
        case 1:
        case 2:
            add();
            break;
        case 3:
        case 4:
            remove();
            break;
        case 5:
            set_interest();
            break;
        case 6:
            set_tier();
            break;
        default:
            consumers_[random_.below(consumers_.size())].look(table_, model_);
        }
        REQUIRE(table_.revision() == before + (changes_ - changes));
    }

    void compare() {
        require_invariants(table_);
        REQUIRE(table_.size() == model_.size());
        REQUIRE(table_.slot_count() == model_.slots.size());
        for (std::uint32_t slot = 0; slot < table_.slot_count(); ++slot) {
            require_same(table_.at(slot), model_.slots[slot]);
        }
        for (std::uint64_t number = 0; number < sockets_; ++number) {
            const Watch* const watch = table_.find(socket_number(number));
            const Watch* const expected = model_.find(socket_number(number));
            REQUIRE((watch == nullptr) == (expected == nullptr));
        }
        for (const WatchId id : ids_) {
            REQUIRE((table_.find(id) == nullptr) == (model_.find(id) == nullptr));
        }
    }

    void finish() {
        for (Consumer& consumer : consumers_) {
            consumer.look(table_, model_);
        }
    }

private:
    Interest any_interest() { return static_cast<Interest>(random_.below(8)); }

    // Mostly one that was given out lately, often one that is gone, sometimes one that never was.
    WatchId any_id() {
        if (ids_.empty() || random_.below(16) == 0) {
            return WatchId{static_cast<std::uint32_t>(random_.below(sockets_ + 2)),
                           static_cast<std::uint32_t>(random_.below(4))};
        }
        const std::size_t recent = std::min(ids_.size(), 2 * sockets_);
        return ids_[ids_.size() - 1 - random_.below(recent)];
    }

    void changed(std::uint32_t slot) {
        ++changes_;
        model_.touch(slot);
        for (Consumer& consumer : consumers_) {
            consumer.dirty.insert(slot);
        }
    }

    void add() {
        const Socket socket = socket_number(random_.below(sockets_));
        const Interest interest = any_interest();
        const std::optional<WatchId> id = table_.add(socket, interest);
        REQUIRE(id.has_value() == (model_.find(socket) == nullptr));
        if (id) {
            REQUIRE(std::find(ids_.begin(), ids_.end(), *id) == ids_.end());
            ids_.push_back(*id);
            model_.add(*id, socket, interest);
            changed(id->slot);
        }
    }

    void remove() {
        const WatchId id = any_id();
        Watch* const expected = model_.find(id);
        REQUIRE(table_.remove(id) == (expected != nullptr));
        if (expected != nullptr) {
            model_.remove(*expected);
            changed(id.slot);
        }
    }

    void set_interest() {
        const WatchId id = any_id();
        const Interest interest = any_interest();
        Watch* const expected = model_.find(id);
        REQUIRE(table_.set_interest(id, interest) == (expected != nullptr));
        if (expected != nullptr && expected->interest != interest) {
            expected->interest = interest;
            changed(id.slot);
        }
    }

    void set_tier() {
        const WatchId id = any_id();
        const Tier tier = all_tiers[random_.below(all_tiers.size())];
        Watch* const expected = model_.find(id);
        REQUIRE(table_.set_tier(id, tier) == (expected != nullptr));
        if (expected != nullptr && expected->tier != tier) {
            expected->tier = tier;
            changed(id.slot);
        }
    }

    Generator random_;
    std::size_t sockets_;
    WatchTable table_;
    Model model_;
    std::array<Consumer, 2> consumers_;
    std::vector<WatchId> ids_;
    std::size_t changes_ = 0;
};

void run(std::uint64_t seed, std::size_t sockets, int steps, int compare_every) {
    CAPTURE(seed);
    CAPTURE(sockets);
    Run run(seed, sockets);
    for (int step = 0; step < steps; ++step) {
        CAPTURE(step);
        run.step();
        if (step % compare_every == 0) {
            run.compare();
        }
    }
    run.compare();
    run.finish();
}

} // namespace

TEST_CASE("whatever is done to a table of few sockets, it is what a naive one is, at every step") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        run(seed, 1 + seed % 6, 120, 1);
    }
}

TEST_CASE("whatever is done to a table of many sockets, it stays what a naive one is") {
    for (std::uint64_t seed = 101; seed <= 104; ++seed) {
        run(seed, 150, 3000, 500);
    }
}
