#include "connection/every.hpp"
#include "connection/promises.hpp"
#include "connection/state.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace caesura;
using testing::every_event;
using testing::History;

namespace {

constexpr std::size_t longest = 6;

// Walks through all sequences of up to `longest` events. Plain comparisons, one CHECK at the end:
// there are six million steps.
class Walk {
public:
    explicit Walk(State start) {
        History history;
        history.state = start;
        walk(history, 0);
    }

    std::uint64_t steps() const { return steps_; }
    const std::string& first_broken() const { return first_broken_; }

private:
    void walk(const History& before, std::size_t depth) {
        for (const Event event : every_event()) {
            const Step taken = step(before.state, event);
            const History now = after(before, event, taken);
            path_[depth] = event;
            ++steps_;
            const char* broken = broken_promise(before, taken, now);
            if (*broken != '\0' && first_broken_.empty()) {
                describe(broken, depth);
            }
            if (depth + 1 != longest) {
                walk(now, depth + 1);
            }
        }
    }

    void describe(const char* broken, std::size_t depth) {
        first_broken_ = broken;
        first_broken_ += ", but:";
        for (std::size_t i = 0; i <= depth; ++i) {
            first_broken_ += ' ';
            first_broken_ += name_of(path_[i]);
        }
    }

    std::array<Event, longest> path_{};
    std::uint64_t steps_ = 0;
    std::string first_broken_;
};

std::uint64_t number_of_sequences() {
    std::uint64_t all = 0;
    std::uint64_t of_this_length = 1;
    for (std::size_t length = 1; length <= longest; ++length) {
        of_this_length *= event_count;
        all += of_this_length;
    }
    return all;
}

} // namespace

TEST_CASE("no sequence of up to six events breaks a promise to a connection that is being made") {
    const Walk walk(State::connecting);
    CHECK(walk.first_broken() == "");
    CHECK(walk.steps() == number_of_sequences());
}

TEST_CASE("no sequence of up to six events breaks a promise to a connection that was accepted") {
    const Walk walk(State::open);
    CHECK(walk.first_broken() == "");
    CHECK(walk.steps() == number_of_sequences());
}
