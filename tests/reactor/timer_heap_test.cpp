#include "reactor/bench.hpp"
#include "reactor/timer_heap.hpp"
#include "seam/generator.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace caesura;
using caesura::testing::at_destruction;
using caesura::testing::Generator;

namespace {

constexpr Instant at(int time) {
    return Instant(Duration(time));
}

// Takes out all that is due, and says the words of the calls in their order.
std::string words_due(TimerHeap& heap, Instant now, std::string& words) {
    words.clear();
    const std::uint64_t mark = heap.mark();
    while (const auto call = heap.take_due(now, mark)) {
        (*call)();
    }
    return words;
}

// The same promises, kept by looking at everything each time.
class NaiveTimers {
public:
    void add(TimerId id, Instant deadline, int name) {
        timers_.push_back({id, deadline, order_++, name});
    }
    bool remove(TimerId id) {
        return std::erase_if(timers_, [&](const Timer& timer) { return timer.id == id; }) != 0;
    }
    bool move(TimerId id, Instant deadline) {
        for (Timer& timer : timers_) {
            if (timer.id == id) {
                timer.deadline = deadline;
                timer.order = order_++;
                return true;
            }
        }
        return false;
    }
    Instant earliest() const { return timers_.empty() ? never : first()->deadline; }
    std::uint64_t mark() const { return order_; }
    // The name of the one that is to be taken next; -1: none.
    int take_due(Instant now, std::uint64_t mark) {
        if (timers_.empty() || first()->deadline > now || first()->order >= mark) {
            return -1;
        }
        const int name = first()->name;
        remove(first()->id);
        return name;
    }
    TimerId any(Generator& random) const { return timers_[random.below(timers_.size())].id; }
    std::size_t size() const { return timers_.size(); }

private:
    struct Timer {
        TimerId id;
        Instant deadline;
        std::uint64_t order;
        int name;
    };

    std::vector<Timer>::const_iterator first() const {
        return std::min_element(timers_.begin(), timers_.end(), [](const auto& a, const auto& b) {
            return std::pair(a.deadline, a.order) < std::pair(b.deadline, b.order);
        });
    }

    std::vector<Timer> timers_;
    std::uint64_t order_ = 0;
};

// A heap and its model, and what was called last.
struct Pair {
    TimerHeap heap;
    NaiveTimers naive;
    int called = -1;
    int names = 0;
    std::vector<TimerId> gone;
    Generator random;

    explicit Pair(std::uint64_t seed) : random(seed) {}

    // Few different ones, so that many are equal.
    Instant some_deadline() { return at(static_cast<int>(random.below(40))); }

    void add() {
        const int name = names++;
        const Instant deadline = some_deadline();
        naive.add(heap.add(deadline, [this, name] { called = name; }), deadline, name);
    }
    void remove() {
        const TimerId id = naive.any(random);
        REQUIRE(heap.remove(id));
        REQUIRE(naive.remove(id));
        gone.push_back(id);
    }
    void move() {
        const TimerId id = naive.any(random);
        const Instant deadline = some_deadline();
        REQUIRE(heap.move(id, deadline));
        REQUIRE(naive.move(id, deadline));
    }
    void take() {
        const Instant now = some_deadline();
        const std::uint64_t mark = heap.mark() - random.below(3);
        called = -1;
        if (const auto call = heap.take_due(now, mark)) {
            (*call)();
        }
        REQUIRE(called == naive.take_due(now, mark));
    }
    void probe_gone() {
        for (const TimerId id : gone) {
            REQUIRE_FALSE(heap.pending(id));
            REQUIRE_FALSE(heap.remove(id));
            REQUIRE_FALSE(heap.move(id, at(0)));
        }
        gone.clear();
    }
};

} // namespace

TEST_CASE("a heap without timers has no deadline, and nothing is due") {
    TimerHeap heap;
    CHECK(heap.empty());
    CHECK(heap.earliest() == never);
    CHECK_FALSE(heap.take_due(never, heap.mark()));
    CHECK_FALSE(heap.pending(TimerId{}));
    CHECK_FALSE(heap.remove(TimerId{}));
    CHECK_FALSE(heap.move(TimerId{}, at(1)));
}

TEST_CASE("timers come in the order of their deadlines, equal ones in the order they were set") {
    TimerHeap heap;
    std::string words;
    for (const auto& [time, word] :
         {std::pair{3, 'a'}, {1, 'b'}, {2, 'c'}, {1, 'd'}, {3, 'e'}, {1, 'f'}}) {
        heap.add(at(time), [&words, letter = word] { words += letter; });
    }
    CHECK(heap.earliest() == at(1));
    CHECK(words_due(heap, at(0), words).empty());
    CHECK(words_due(heap, at(2), words) == "bdfc");
    CHECK(words_due(heap, at(3), words) == "ae");
    CHECK(heap.empty());
}

TEST_CASE("a timer that is moved counts as newly set") {
    TimerHeap heap;
    std::string words;
    const TimerId first = heap.add(at(5), [&] { words += 'a'; });
    heap.add(at(5), [&] { words += 'b'; });
    CHECK(heap.move(first, at(5)));
    CHECK(heap.pending(first));
    CHECK(words_due(heap, at(5), words) == "ba");
}

TEST_CASE("timers set after the mark wait, and do not hide those from before it") {
    TimerHeap heap;
    heap.add(at(1), [] {});
    const std::uint64_t mark = heap.mark();
    heap.add(at(1), [] {});
    CHECK(heap.take_due(at(1), mark));
    CHECK_FALSE(heap.take_due(at(1), mark));
    CHECK(heap.take_due(at(1), heap.mark()));
}

TEST_CASE("a timer that is gone stays gone when its slot has another") {
    TimerHeap heap;
    const TimerId old = heap.add(at(1), [] {});
    CHECK(heap.remove(old));
    CHECK_FALSE(heap.remove(old));
    const TimerId now = heap.add(at(2), [] {});
    REQUIRE(now.slot == old.slot);
    CHECK_FALSE(heap.pending(old));
    CHECK_FALSE(heap.move(old, at(3)));
    CHECK_FALSE(heap.remove(old));
    CHECK(heap.pending(now));
    CHECK(heap.earliest() == at(2));
}

TEST_CASE("what a removed call holds may use the heap when it is destroyed") {
    TimerHeap heap;
    const TimerId other = heap.add(at(9), [] {});
    TimerId made;
    const TimerId holder = heap.add(at(1), [held = at_destruction([&] {
                                                heap.remove(other);
                                                made = heap.add(at(4), [] {});
                                            })] {});
    CHECK(heap.remove(holder));
    CHECK_FALSE(heap.pending(other));
    CHECK(heap.pending(made));
    CHECK(heap.earliest() == at(4));
}

TEST_CASE("the heap does what a list that is searched each time does") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Pair pair(seed);
        for (int step = 0; step < 1500; ++step) {
            // Grows at first, then shrinks.
            const std::size_t adding = step < 700 ? 6 : 3;
            const std::size_t what = pair.random.below(10);
            if (what < adding || pair.naive.size() == 0) {
                pair.add();
            } else if (what < 7) {
                pair.take();
            } else if (what < 8) {
                pair.remove();
            } else {
                pair.move();
            }
            REQUIRE(pair.heap.earliest() == pair.naive.earliest());
            REQUIRE(pair.heap.empty() == (pair.naive.size() == 0));
        }
        pair.probe_gone();
    }
}
