#include "simulate/checked_system.hpp"
#include "simulate/scene.hpp"
#include "simulate/settings.hpp"
#include "simulate/shrink.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace caesura;

namespace {

Options::Asked parse(CampaignSettings& settings, std::vector<std::string> words) {
    words.insert(words.begin(), "caesura-simulate");
    Options options = make_options(settings);
    const Options::Asked asked = options.parse(words);
    return asked == Options::Asked::run ? finish(options, settings) : asked;
}

/// A run that fails when more than two clients and the fault link-cut are there, from turn 10 on.
RunResult pretend(std::uint64_t seed, const Limits& limits) {
    const auto link_cut = static_cast<std::size_t>(simulation::Fault::link_cut);
    RunResult result;
    result.seed = seed;
    result.turns = std::min<std::uint64_t>(limits.turns_max, 1000);
    for (auto& tally : result.tallies) {
        tally.active = true;
    }
    if (limits.clients_max > 2 && limits.faults.test(link_cut) && limits.turns_max >= 10) {
        result.failure = "as pretended";
    }
    return result;
}

/// One that fails only with link-cut or before turn 100, and with process-exits only from turn 400
/// on: the one can go only when the time is short, which it is only when the other has gone.
RunResult pretend_entangled(std::uint64_t seed, const Limits& limits) {
    const auto has = [&limits](simulation::Fault fault) {
        return limits.faults.test(static_cast<std::size_t>(fault));
    };
    RunResult result = pretend(seed, {});
    result.failure.reset();
    result.turns = std::min<std::uint64_t>(limits.turns_max, 1000);
    const std::uint64_t least = has(simulation::Fault::process_exits) ? 400 : 10;
    if (result.turns >= least && (has(simulation::Fault::link_cut) || result.turns < 100)) {
        result.failure = "as pretended";
    }
    return result;
}

} // namespace

TEST_CASE("the options say which seeds, in what world") {
    CampaignSettings settings;
    CHECK(parse(settings, {"--seeds", "5..9", "--preset=wine8", "--faults", "send,link-cut",
                           "--clients", "3", "--turns", "70", "--jobs", "2"}) ==
          Options::Asked::run);
    CHECK(settings.first == 5);
    CHECK(settings.last == 9);
    CHECK(settings.limits.preset->name == "wine8");
    CHECK(settings.limits.clients_max == 3);
    CHECK(settings.limits.turns_max == 70);
    CHECK(settings.jobs == 2);
    CHECK(command_for(7, settings, settings.limits).substr(0, 70) ==
          "caesura-simulate --seed 7 --preset wine8 --clients 3 --turns 70 --faul");
}

TEST_CASE("every number of 64 bits is a seed, and the command that repeats it is understood") {
    CampaignSettings settings;
    CHECK(parse(settings, {"--seeds", "18446744073709551614..18446744073709551615"}) ==
          Options::Asked::run);
    CHECK(settings.further() == 1);
    CHECK(command_for(settings.last, settings, settings.limits) ==
          "caesura-simulate --seed 18446744073709551615");
    CampaignSettings again;
    CHECK(parse(again, {"--seed", "18446744073709551615"}) == Options::Asked::run);
    CHECK(again.first == settings.last);
    CHECK(again.further() == 0);
}

TEST_CASE("options that make no sense are refused") {
    const std::vector<std::vector<std::string>> mistakes = {
        {"--seeds", "9..5"},
        {"--seeds", "5"},
        {"--seeds", "..5"},
        {"--preset", "amiga"},
        {"--faults", "rain"},
        {"--jobs", "0"},
        {"--trace", "t", "--seeds", "1..2"},
        {"--hashes", "--minutes", "1"},
        {"--trace", "t", "--seed", "1", "--hashes"},
        {"--hashes", "--seed", "1", "--trace", "t"},
        {"--seed", "1", "--seeds", "1..2"},
        {"--seeds", "1..2", "--seed", "1"},
        {"--seed", "one"},
        {"--seed", "18446744073709551616"},
        {"--seed", "1", "--time", "5"},
        {"--minutes", "1", "--seed", "1"},
        {"--hashes", "--jobs", "2"},
        {"--trace", "-", "--seed", "1"},
        {"--hang", "0"},
        {"--time", "0"},
        {"--time", "0.0"},
        {"--time", "soon"},
        {"--minutes", "0"},
        {"a.txt"},
    };
    for (const auto& words : mistakes) {
        CAPTURE(words.front());
        CampaignSettings settings;
        CHECK(parse(settings, words) == Options::Asked::nothing_sensible);
    }
}

TEST_CASE("what is refused is told with what would be right") {
    const auto mistake = [](std::vector<std::string> words) {
        CampaignSettings settings;
        words.insert(words.begin(), "caesura-simulate");
        Options options = make_options(settings);
        if (options.parse(words) == Options::Asked::run) {
            CHECK(finish(options, settings) == Options::Asked::nothing_sensible);
        }
        return options.mistake();
    };
    CHECK(mistake({"--trace", "t", "--hashes", "--seed", "1"}) ==
          "caesura-simulate: --trace: it says the hash too; leave --hashes away");
    CHECK(mistake({"--seed", "1", "--seeds", "1..2"}) ==
          "caesura-simulate: --seeds: '1..2' will not do: give either --seed or --seeds");
    CHECK(mistake({"--time", "0"}) ==
          "caesura-simulate: --time: '0' will not do: give seconds above 0, up to 1000000000, such "
          "as 5 or 0.7");
}

TEST_CASE("a failure is shrunk to what it takes") {
    const Shrunk shrunk = shrink(1, Limits{}, pretend);
    REQUIRE(shrunk.result.failure);
    CHECK(shrunk.limits.clients_max == 3);
    CHECK(simulation::list_of(shrunk.limits.faults) == "link-cut");
    CHECK(shrunk.limits.turns_max == 10);
}

TEST_CASE("what is shrunk cannot be shrunk any more") {
    const Shrunk shrunk = shrink(1, Limits{}, pretend_entangled);
    CHECK(shrunk.limits.turns_max == 10);
    CHECK(simulation::list_of(shrunk.limits.faults) == "none");
    const Shrunk again = shrink(1, shrunk.limits, pretend_entangled);
    CHECK(again.limits.turns_max == shrunk.limits.turns_max);
    CHECK(again.limits.faults == shrunk.limits.faults);
}

TEST_CASE("a loop that turns in vain is noticed, and one that gets on is not") {
    Judge judge;
    Conduct conduct(judge);
    constexpr Socket socket{7};
    for (int i = 0; i < 1000; ++i) {
        conduct.reported(socket, Instant{});
        conduct.called(socket, true);
    }
    CHECK_FALSE(judge.reason());
    for (int i = 0; i < 200; ++i) {
        conduct.reported(socket, Instant{});
        conduct.called(socket, false);
    }
    CHECK(judge.reason());
}

TEST_CASE("a readiness that nobody cares for is noticed") {
    Judge judge;
    Conduct conduct(judge);
    for (int i = 0; i < 10; ++i) {
        conduct.reported(Socket{7}, Instant{});
    }
    CHECK(judge.reason());
}

TEST_CASE("an outcome whose ending and failure do not go together is noticed") {
    const auto is_right = [](Ending ending, Error error, std::uint64_t undelivered = 0) {
        Judge judge;
        check_outcome(judge, {.ending = ending, .failure = {error, 0}, .undelivered = undelivered});
        return !judge.reason();
    };
    CHECK(is_right(Ending::finished, Error::none));
    CHECK_FALSE(is_right(Ending::finished, Error::connection_reset));
    CHECK_FALSE(is_right(Ending::finished, Error::none, 1));
    CHECK(is_right(Ending::reset, Error::connection_reset));
    CHECK_FALSE(is_right(Ending::reset, Error::none));
    CHECK(is_right(Ending::stalled, Error::too_slow));
    CHECK_FALSE(is_right(Ending::timed_out, Error::none));
    CHECK_FALSE(is_right(Ending::refused, Error::timed_out));
    CHECK(is_right(Ending::failed, Error::file_changed));
    CHECK_FALSE(is_right(Ending::failed, Error::would_block));
    CHECK_FALSE(is_right(Ending::aborted, Error::connection_reset));
}

TEST_CASE("a run of a seed is the same each time, and all is well in it") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const RunResult once = run_plan(make_plan(seed, {}));
        const RunResult again = run_plan(make_plan(seed, {}));
        CHECK(once.failure.value_or("") == "");
        CHECK(once.hash == again.hash);
    }
}
