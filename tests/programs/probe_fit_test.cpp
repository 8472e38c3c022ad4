// What sweeps and second clients of simulated systems are explained by.

#include "send-probe/fit.hpp"
#include "send-probe/second.hpp"
#include "send-probe/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

using namespace caesura;
using namespace caesura::probe;

namespace {

template <class Probe>
Table run_probe(Probe what, const simulation::Preset& preset, const Settings& settings) {
    const Grounds grounds(preset);
    return what(Run{settings, grounds, [](std::size_t, std::size_t, const std::string&) {}});
}

Table sweep_of(const simulation::Preset& preset) {
    Settings settings;
    settings.total_limit = std::uint64_t{256} << 20;
    settings.most_calls = 1 << 14;
    return run_probe(sweep, preset, settings);
}

Explanation by_rule(const std::vector<Explanation>& explanations, Rule rule) {
    REQUIRE(explanations.size() == 3);
    return *std::find_if(explanations.begin(), explanations.end(),
                         [rule](const Explanation& one) { return one.rule == rule; });
}

Rule rule_of(const simulation::Preset& preset) {
    switch (preset.sends.rule) {
    case simulation::SendRule::share:
    case simulation::SendRule::low_water:
        return Rule::share;
    case simulation::SendRule::whole_sends:
        return Rule::whole_sends;
    case simulation::SendRule::hold_back:
        break;
    }
    return Rule::hold_back;
}

// One row for each write that was not cut.
double mean_error(const Table& sweep, Rule rule, std::uint64_t limit, std::uint64_t receiver) {
    double sum = 0;
    std::size_t rows = 0;
    for (const Row& row : sweep.rows) {
        if (shown_at(sweep, row, "note").empty()) {
            const auto write = static_cast<std::uint64_t>(*figure_at(sweep, row, "write"));
            const auto taken = static_cast<double>(*figure_at(sweep, row, "taken"));
            const auto guess = static_cast<double>(predicted(rule, limit, receiver, write));
            sum += std::abs(std::log(guess / taken));
            ++rows;
        }
    }
    return sum / static_cast<double>(rows);
}

std::string hoard_end(const Table& table) {
    return shown_at(table, table.rows.back(), "hoard_ended");
}

std::int64_t hoarded(const Table& table) {
    return figure_at(table, table.rows.back(), "hoarded").value_or(-1);
}

} // namespace

TEST_CASE("fit names the rule that a simulated system was made with, and what it takes in all") {
    const auto windows = explain(sweep_of(simulation::winsock_win7()));
    CHECK(windows.front().rule == Rule::whole_sends);
    CHECK(windows.front().error < 0.02);
    CHECK(windows.front().together.least > 22'000);
    CHECK(windows.front().together.most < 25'000);
    const auto linux = explain(sweep_of(simulation::linux_6()));
    CHECK(linux.front().rule == Rule::share);
    CHECK(linux.front().together.least > 3'890'000);
    CHECK(linux.front().together.most < 3'950'000);
    // Whole sends for a receiver that holds nothing look the same.
    CHECK(explain(sweep_of(simulation::wine10())).front().rule != Rule::share);
    CHECK(explain({"sweep", "", {}, {}}).empty());
}

TEST_CASE("the limit and the receiver that a simulated system was made with are in fit's ranges") {
    for (const simulation::Preset& preset : simulation::presets()) {
        if (preset.is_nasty) {
            continue; // takes what it likes
        }
        CAPTURE(std::string(preset.name));
        const auto found = explain(sweep_of(preset));
        const Explanation own = by_rule(found, rule_of(preset));
        CHECK(own.standing != Standing::worse);
        CHECK(own.limits.has(preset.sends.limit));
        CHECK(own.receivers.has(preset.receive_capacity));
        CHECK(own.together.has(preset.sends.limit + preset.receive_capacity));
        for (const Explanation& one : found) {
            CHECK(one.limits.has(one.limit));
            CHECK(one.receivers.has(one.receiver));
        }
    }
}

TEST_CASE("where only the sum of limit and receiver shows, fit says so") {
    const Explanation linux = explain(sweep_of(simulation::linux_6())).front();
    CHECK(linux.limits.least == 1);
    CHECK(linux.limits.most > 3'900'000);
    CHECK(linux.receivers.least == 0);
    CHECK(linux.receivers.most > 3'900'000);
}

TEST_CASE("outside of fit's ranges nothing explains the sweep as well") {
    const Table table = sweep_of(simulation::winsock_win7());
    const Explanation best = explain(table).front();
    REQUIRE(best.rule == Rule::whole_sends);
    CHECK(mean_error(table, best.rule, best.limit, best.receiver) == doctest::Approx(best.error));
    // One step of what was tried is 2 percent.
    const auto well_below = [](std::uint64_t bytes) { return bytes - bytes / 40; };
    const auto well_above = [](std::uint64_t bytes) { return bytes + bytes / 40; };
    for (std::uint64_t other = 1; other < 40'000; other += 3) {
        double least = 1;
        for (const std::uint64_t limit :
             {well_below(best.limits.least), well_above(best.limits.most)}) {
            least = std::min(least, mean_error(table, best.rule, limit, other));
        }
        for (const std::uint64_t receiver :
             {well_below(best.receivers.least), well_above(best.receivers.most)}) {
            least = std::min(least, mean_error(table, best.rule, other, receiver));
        }
        REQUIRE(least > best.error + as_good_within);
    }
}

TEST_CASE("a rule that explains a sweep as well as the best is as good, another is worse") {
    const auto same = explain(sweep_of(simulation::winsock_win10()));
    CHECK(same.front().standing == Standing::best);
    CHECK(by_rule(same, Rule::hold_back).standing != Standing::worse);
    CHECK(by_rule(same, Rule::whole_sends).standing != Standing::worse);
    CHECK(by_rule(same, Rule::share).standing == Standing::worse);
    const auto clear = explain(sweep_of(simulation::winsock_win7()));
    CHECK(clear.front().standing == Standing::best);
    CHECK(by_rule(clear, Rule::hold_back).standing == Standing::worse);
    CHECK(name_of(Standing::as_good) == "as good");
}

TEST_CASE("figures of a hostile file are not fitted, and do no harm") {
    Table table{"sweep",
                "",
                {{"budget", "B", Role::key},
                 {"sndbuf", "B", Role::key},
                 {"rcvbuf", "B", Role::key},
                 {"write", "B", Role::key},
                 {"taken", "B", Role::figure},
                 {"note", "", Role::text}},
                {}};
    for (int i = 0; i < 1000; ++i) {
        table.rows.push_back({0, "unset", "unset", INT64_MAX - i, INT64_MAX, ""});
    }
    CHECK(explain(table).empty());
    for (std::int64_t i = 0; i < 40; ++i) {
        table.rows.push_back(
            {0, "unset", "unset", std::int64_t{1} << i, std::int64_t{1} << 50, ""});
    }
    CHECK(explain(table).size() == 3);
}

TEST_CASE("a second client tells the two hypotheses apart") {
    Settings settings;
    settings.total_limit = std::uint64_t{256} << 20;
    const auto verdict = [&settings](const simulation::Preset& preset) {
        return judge_second(run_probe(second, preset, settings));
    };
    simulation::Preset preset = simulation::winsock_win10();
    CHECK(verdict(preset).find("neither H1 nor H2 showed") == 0);
    preset.pool_limit = std::uint64_t{200} << 20;
    CHECK(verdict(preset).find("H1 survives") == 0);
    preset = simulation::winsock_win10();
    preset.sends.backlog = simulation::Backlog::ideal;
    preset.sends.ideal_backlog = 0;
    CHECK(verdict(preset).find("H2 survives") == 0);
}

TEST_CASE("a hoard grows to the total limit, or until it is refused, or sockets run short") {
    Settings settings;
    settings.total_limit = std::uint64_t{8'000} << 20;
    // 8 GiB, which are not used up: more of them may tell more.
    Table table = run_probe(second, simulation::winsock_win10(), settings);
    CHECK(hoarded(table) == std::int64_t{8'000 - 64} << 20);
    CHECK(hoard_end(table) == "total limit");
    CHECK(judge_second(table).find("a larger --total-limit may tell more") != std::string::npos);
    // 3 GiB, which are, with nothing left.
    table = run_probe(second, simulation::winsock_win7(), settings);
    CHECK(hoarded(table) == std::int64_t{3} << 30);
    CHECK(hoard_end(table) == "refused");
    CHECK(judge_second(table).find("used up to the last byte") != std::string::npos);
    CHECK(judge_second(table).find("a smaller --total-limit") != std::string::npos);
    // With 63 MiB left.
    simulation::Preset preset = simulation::winsock_win7();
    preset.pool_limit -= std::uint64_t{65} << 20;
    CHECK(judge_second(run_probe(second, preset, settings)).find("H1 survives") == 0);
    // 69 sockets less the 64 that are kept back are two links; a larger limit would be of no use.
    preset = simulation::winsock_win10();
    preset.most_sockets = 64 + 5;
    table = run_probe(second, preset, settings);
    CHECK(hoarded(table) == std::int64_t{128} << 20);
    CHECK(hoard_end(table) == "sockets");
    CHECK(judge_second(table).find("--total-limit") == std::string::npos);
    CHECK(judge_second(table).find("no more sockets") != std::string::npos);
}
