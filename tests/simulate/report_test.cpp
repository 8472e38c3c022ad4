#include "programs/programs.hpp"
#include "simulate/campaign.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

/// Of faults that never fired, but for the first of them.
CampaignResult result_of(std::uint64_t runs, Duration time, const simulation::FaultSet& faults) {
    CampaignResult result;
    result.runs = runs;
    result.time = time;
    result.virtual_time = 1000 * time;
    result.faults = faults;
    result.tallies[0].fired = 3;
    return result;
}

} // namespace

TEST_CASE("a fault that was switched off is not said to have never fired") {
    simulation::FaultSet faults;
    faults.set(0).set(1);
    const std::string said = report(result_of(1000, std::chrono::seconds(2), faults));
    CAPTURE(said);
    CHECK(contains(said, "1 of 2 kinds of faults fired\n"));
    CHECK(contains(said, "never fired: " + simulation::list_of(faults.reset(0)) + "\n"));
}

TEST_CASE("how fast a campaign was is said when it took long enough to tell") {
    const simulation::FaultSet none;
    CHECK(lines_of(report(result_of(1000, std::chrono::seconds(2), none))).front() ==
          "1000 seeds in 2.0 s: 500 seeds per second, 1000 virtual seconds per second");
    CHECK(lines_of(report(result_of(1, std::chrono::milliseconds(1), none))).front() ==
          "1 seed in 0.0 s");
}

TEST_CASE("hashes are printed one by one, as they come") {
    Child child = Child::start(
        {CAESURA_FAILING_SIMULATE, "--hashes", "--seeds", "2000..18446744073709551615"});
    CHECK(child.read_line(Stream::output) == "2000 0000000000000000");
    CHECK(child.read_line(Stream::output) == "2001 0000000000000000");
}

TEST_CASE("when nobody reads hashes any more, no more are made") {
    ChildOptions options;
    options.output = Plug::broken_pipe;
    const Ran ran = run(
        {CAESURA_FAILING_SIMULATE, "--hashes", "--seeds", "2000..18446744073709551615"}, options);
    CHECK(ran.exit == exited(1));
    CHECK(contains(ran.errors, "caesura-simulate: stdout: "));
}
