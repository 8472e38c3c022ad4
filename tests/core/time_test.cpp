#include <caesura/time.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <type_traits>

using namespace caesura;
using namespace std::chrono_literals;

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto no_most = std::numeric_limits<std::int64_t>::max();
constexpr Instant zero_point{};
constexpr Instant earliest = Instant::min();

constexpr Instant at(Duration since_zero) {
    return Instant(since_zero);
}

} // namespace

// In a constant expression an overflow does not compile, so these prove more than what they say.
static_assert(after(at(5s), 2s) == at(7s));
static_assert(after(never - 1ns, forever) == never);
static_assert(after(earliest, forever) == never);
static_assert(until(never, earliest) == forever);
static_assert(until(never - 1ns, earliest) == forever);
static_assert(until(earliest, never) == Duration::zero());
static_assert(round_up<milliseconds>(forever, no_most) == 9'223'372'036'855);
static_assert(round_up<milliseconds>(Duration::min(), no_most) == 0);
static_assert(Monotonic::is_steady);
static_assert(std::is_same_v<Instant::duration, Duration>);
static_assert(std::chrono::is_clock_v<std::chrono::steady_clock> &&
                  !std::chrono::is_clock_v<Monotonic>,
              "nobody can ask the tag what time it is");

TEST_CASE("a deadline is its start and the delay") {
    CHECK(after(zero_point, 1ns) == at(1ns));
    CHECK(after(at(3s), 250ms) == at(3250ms));
    CHECK(after(at(-3s), 1s) == at(-2s));
    CHECK(after(at(-3s), 5s) == at(2s));
}

TEST_CASE("a delay of nothing or less is due at its start") {
    for (const Instant start : {earliest, at(-1ns), zero_point, at(9s), never - 1ns, never}) {
        CHECK(after(start, 0ns) == start);
        CHECK(after(start, -1ns) == start);
        CHECK(after(start, Duration::min()) == start);
    }
}

TEST_CASE("a delay that passes the end of time gives never, not the past") {
    CHECK(after(at(1ns), forever) == never);
    CHECK(after(never, 1ns) == never);
    CHECK(after(never - 10ns, 11ns) == never);
    CHECK(after(never - 10ns, 10ns) == never);
    CHECK(after(never - 10ns, 9ns) == never - 1ns);
    CHECK(after(at(1h), forever - 1ns) == never);
}

TEST_CASE("a delay of forever gives never, whatever the clock started at") {
    for (const Instant start : {earliest, at(-1h), at(-1ns), zero_point, at(1ns), never - 1ns}) {
        CHECK(after(start, forever) == never);
    }
}

TEST_CASE("a clock that starts below zero can be delayed by almost everything") {
    CHECK(after(earliest, 1ns) == earliest + 1ns);
    CHECK(after(earliest, forever - 1ns) == earliest + (forever - 1ns));
    CHECK(after(at(-2ns), forever - 1ns) == never - 3ns);
}

TEST_CASE("the time until a deadline is what lies between") {
    CHECK(until(at(7s), at(5s)) == 2s);
    CHECK(until(at(1s), at(-1s)) == 2s);
    CHECK(until(at(-1s), at(-3s)) == 2s);
    CHECK(until(never - 1ns, zero_point) == forever - 1ns);
}

TEST_CASE("a deadline that is now or has passed is no time away") {
    CHECK(until(at(5s), at(5s)) == 0ns);
    CHECK(until(at(5s), at(5s) + 1ns) == 0ns);
    CHECK(until(earliest, never) == 0ns);
    CHECK(until(earliest, earliest) == 0ns);
}

TEST_CASE("never is forever away, at any time") {
    for (const Instant now : {earliest, at(-1h), zero_point, at(1h), never - 1ns, never}) {
        CHECK(until(never, now) == forever);
    }
}

TEST_CASE("a deadline further off than a duration can say is forever away") {
    CHECK(until(never - 1ns, at(-1h)) == forever);
    CHECK(until(at(2ns), earliest) == forever);
    CHECK(until(at(-1ns), earliest) == forever);
    CHECK(until(at(-2ns), earliest) == forever - 1ns);
}

TEST_CASE("after and until undo each other") {
    for (const Instant now : {at(-50s), at(-1ns), zero_point, at(1ns), at(40h)}) {
        for (const Duration delay :
             {0ns, 1ns, Duration(1ms), Duration(1h), Duration(24h * 36500)}) {
            CHECK(until(after(now, delay), now) == delay);
        }
    }
}

TEST_CASE("exact multiples of a unit are not rounded") {
    CHECK(round_up<milliseconds>(1ms, no_most) == 1);
    CHECK(round_up<milliseconds>(250ms, no_most) == 250);
    CHECK(round_up<milliseconds>(1h, no_most) == 3'600'000);
    CHECK(round_up<microseconds>(1ms, no_most) == 1000);
    CHECK(round_up<seconds>(2s, no_most) == 2);
    CHECK(round_up<Duration>(1ns, no_most) == 1);
}

TEST_CASE("the last fraction of a unit is a whole one, for a poller that is told 0 would spin") {
    CHECK(round_up<milliseconds>(1ns, no_most) == 1);
    CHECK(round_up<milliseconds>(999'999ns, no_most) == 1);
    CHECK(round_up<milliseconds>(1'000'001ns, no_most) == 2);
    CHECK(round_up<microseconds>(1ns, no_most) == 1);
    CHECK(round_up<seconds>(1ns, no_most) == 1);
    CHECK(round_up<seconds>(1s + 1ns, no_most) == 2);
}

TEST_CASE("no time at all, and less than none, is zero units") {
    CHECK(round_up<milliseconds>(0ns, no_most) == 0);
    CHECK(round_up<milliseconds>(-1ns, no_most) == 0);
    CHECK(round_up<milliseconds>(-5s, no_most) == 0);
    CHECK(round_up<milliseconds>(Duration::min(), 10) == 0);
}

TEST_CASE("rounding is clamped to the most there may be") {
    CHECK(round_up<milliseconds>(9ms, 10) == 9);
    CHECK(round_up<milliseconds>(9ms + 1ns, 10) == 10);
    CHECK(round_up<milliseconds>(10ms, 10) == 10);
    CHECK(round_up<milliseconds>(10ms + 1ns, 10) == 10);
    CHECK(round_up<milliseconds>(forever, 2'147'483'647) == 2'147'483'647);
    CHECK(round_up<milliseconds>(1h, 0) == 0);
}

TEST_CASE("rounding never wraps round, even at the end of what a duration can say") {
    CHECK(round_up<Duration>(forever, no_most) == no_most);
    CHECK(round_up<Duration>(forever - 1ns, no_most) == no_most - 1);
    CHECK(round_up<seconds>(forever, no_most) == 9'223'372'037);
}

TEST_CASE("what was rounded up is never too short, and never a unit too long") {
    for (std::int64_t ns = 0; ns <= 5000; ++ns) {
        const Duration exact(ns);
        const Duration rounded = microseconds(round_up<microseconds>(exact, no_most));
        REQUIRE(rounded >= exact);
        REQUIRE(rounded - exact < 1us);
    }
}
