#include "torture/run.hpp"

#include <caesura/simulation/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

using namespace caesura;
using namespace caesura::torture;

namespace {

// How many failures are shown of one test: the first is usually the reason for all.
constexpr int shown_max = 12;
// After so many nothing more is learnt from the rest.
constexpr int failures_max = 500;

std::size_t number_in_environment(const char* name, std::size_t otherwise) {
    const char* const value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

/// Every so many runs: 1 is all of them. The build says how many it has time for.
std::size_t stride() {
    return std::max<std::size_t>(
        number_in_environment("CAESURA_TORTURE_STRIDE", CAESURA_TORTURE_STRIDE), 1);
}

/// Runs cases, counts them, and shows those that went wrong.
class Rack {
public:
    Verdict operator()(const Case& what) {
        const Verdict verdict = run(what);
        ++runs_;
        for (const FaultRow* const row : verdict.befallen) {
            fired_.insert(row);
        }
        if (!verdict.complaints.empty() && ++failures_ <= shown_max) {
            MESSAGE(describe(what, verdict));
        }
        if (failures_ >= failures_max) {
            FAIL("so many runs went wrong that the rest were not made");
        }
        return verdict;
    }
    std::size_t runs() const { return runs_; }
    int failures() const { return failures_; }
    const std::set<const FaultRow*>& fired() const { return fired_; }

private:
    std::size_t runs_ = 0;
    int failures_ = 0;
    std::set<const FaultRow*> fired_;
};

void print(const char* what, const Rack& rack, std::size_t scenarios_played) {
    std::printf("torture: %s: %zu runs, %zu scenarios\n", what, rack.runs(), scenarios_played);
    if (stride() > 1) {
        std::printf("torture: only one run in %zu was made (CAESURA_TORTURE_STRIDE)\n", stride());
    }
}

std::vector<simulation::Preset> both_dialects() {
    return {simulation::linux_6(), simulation::winsock_win10()};
}

bool is_felt(const FaultRow& row, bool for_ever) {
    return for_ever || row.harm == Harm::some;
}

/// Whether it concerns one connection, and so may cost no more than that one.
bool is_of_one(const FaultRow& row, bool for_ever) {
    switch (row.call) {
    case SeamCall::open:
    case SeamCall::connect:
    case SeamCall::connect_outcome:
    case SeamCall::receive:
    case SeamCall::send:
    case SeamCall::shut_writes:
    case SeamCall::set_option:
    case SeamCall::figure:
        return !for_ever;
    default:
        return false;
    }
}

/// Every row of every call, once and for ever.
void every_call(const Scenario& scenario, const simulation::Preset& preset, Rack& rack,
                std::size_t& turn) {
    constexpr std::size_t any = ~std::size_t{0};
    const Verdict clean = rack({&scenario, preset, {}, any, true});
    for (std::size_t at = 0; at < clean.calls.size(); ++at) {
        for (const FaultRow& row : rows_of(clean.calls[at])) {
            for (const bool for_ever : {false, true}) {
                if ((for_ever && row.lasts == Lasts::once) || ++turn % stride() != 0) {
                    continue;
                }
                rack({&scenario,
                      preset,
                      {{.at = at, .row = &row, .for_ever = for_ever}},
                      any,
                      !is_felt(row, for_ever) && !scenario.is_impatient,
                      is_of_one(row, for_ever) ? clean.ill + 1 : any});
            }
        }
    }
}

} // namespace

TEST_CASE("whatever call fails, and however, once or for ever: nothing is lost without a word") {
    Rack rack;
    std::size_t turn = 0;
    const std::vector<Scenario> all = scenarios();
    for (const simulation::Preset& preset : both_dialects()) {
        for (const Scenario& scenario : all) {
            every_call(scenario, preset, rack, turn);
        }
    }
    print("every call fails", rack, all.size());
    CHECK(rack.failures() == 0);
    if (stride() == 1) {
        for (const FaultRow& row : all_rows()) {
            CHECK_MESSAGE(rack.fired().count(&row) == 1, describe(row));
        }
    }
}

TEST_CASE("whenever everything is thrown away, nothing of it is left") {
    Rack rack;
    std::size_t turn = 0;
    const std::vector<Scenario> all = scenarios();
    for (const simulation::Preset& preset : both_dialects()) {
        for (const Scenario& scenario : all) {
            const std::size_t turns = run({&scenario, preset, {}}).turns;
            for (std::size_t most = 0; most < turns; ++most) {
                if (++turn % stride() == 0) {
                    rack({&scenario, preset, {}, most});
                }
            }
        }
    }
    print("thrown away after every turn", rack, all.size());
    CHECK(rack.failures() == 0);
}

TEST_CASE("two faults at random, on any system: nothing is lost without a word") {
    const std::uint64_t seed = number_in_environment("CAESURA_TORTURE_SEED", 20'250'601);
    const std::size_t pairs = number_in_environment("CAESURA_TORTURE_PAIRS", 5000) / stride();
    std::printf("torture: pairs of faults by seed %llu\n", static_cast<unsigned long long>(seed));
    simulation::Random random(seed);
    Rack rack;
    const std::vector<Scenario> all = scenarios();
    const std::vector<simulation::Preset> presets = simulation::presets();
    for (std::size_t i = 0; i < pairs; ++i) {
        Case what{&all[random.below(all.size())], presets[random.below(presets.size())], {}};
        const std::size_t calls = run(what).calls.size();
        for (int fault = 0; fault < 2; ++fault) {
            what.faults.push_back({.at = static_cast<std::size_t>(random.below(calls)),
                                   .choice = static_cast<std::size_t>(random.below(1000)),
                                   .for_ever = random.one_in(2)});
        }
        std::sort(what.faults.begin(), what.faults.end(),
                  [](const Fault& one, const Fault& other) { return one.at < other.at; });
        rack(what);
    }
    print("pairs of faults", rack, all.size());
    CHECK(rack.failures() == 0);
}
