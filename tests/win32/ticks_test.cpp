#include "win32/ticks.hpp"

#include "win32/native.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace caesura;

namespace {

constexpr std::int64_t frequencies[] = {1,         1'000,         3'579'545,    10'000'000,
                                        2'441'406, 3'400'000'001, 9'000'000'000};
constexpr std::int64_t second = 1'000'000'000;

} // namespace

TEST_CASE("whole seconds of ticks are whole seconds, for centuries") {
    for (const std::int64_t frequency : frequencies) {
        for (const std::int64_t seconds : {0LL, 1LL, 922LL, 923LL, 4'294'967LL, 6'000'000'000LL}) {
            if (seconds > std::numeric_limits<std::int64_t>::max() / frequency) {
                continue;
            }
            CAPTURE(frequency);
            CAPTURE(seconds);
            CHECK(time_of_ticks(seconds * frequency, frequency).count() == seconds * second);
        }
    }
}

TEST_CASE("the time of ticks never goes back, and is never ahead") {
    for (const std::int64_t frequency : frequencies) {
        // Round the first overflow of 64 bits, round 32 bits, and round whole seconds.
        const std::int64_t first_overflow = std::numeric_limits<std::int64_t>::max() / second;
        for (const std::int64_t middle : {std::int64_t{100}, std::int64_t{1} << 32, first_overflow,
                                          3 * frequency, 100 * frequency}) {
            if (middle / frequency > 6'000'000'000) {
                continue; // more than this Duration holds
            }
            Duration before = time_of_ticks(middle - 100, frequency);
            for (std::int64_t ticks = middle - 99; ticks < middle + 100; ++ticks) {
                const Duration now = time_of_ticks(ticks, frequency);
                const auto rest = static_cast<double>(ticks % frequency);
                CAPTURE(frequency);
                CAPTURE(ticks);
                CHECK(now >= before);
                CHECK((now - std::chrono::seconds(ticks / frequency)).count() <=
                      rest / static_cast<double>(frequency) * 1e9 + 1);
                before = now;
            }
        }
    }
}

TEST_CASE("the clock never goes back") {
    Duration before = native::now();
    for (int i = 0; i < 100'000; ++i) {
        const Duration now = native::now();
        REQUIRE(now >= before);
        before = now;
    }
}
