#include "programs/programs.hpp"

#include <doctest/doctest.h>

using namespace caesura::testing;

namespace {

// caesura-simulate with seeds that are worse than any of the real ones should be.
Ran failing(const Words& arguments) {
    return run(Words{CAESURA_FAILING_SIMULATE} + arguments);
}

// So narrow that few processes have to die for it: to start one is slow on some systems.
const Words narrow = {"--clients", "4", "--turns", "20", "--faults", "link-cut,link-slow"};

void check_repeated(const std::string& errors, const std::string& seed) {
    CAPTURE(errors);
    CHECK(contains(errors, "as it was: caesura-simulate --seed " + seed +
                               " --clients 4 --turns 20 --faults link-cut,link-slow\n"));
    CHECK(contains(errors, "to repeat it: caesura-simulate --seed " + seed +
                               " --clients 3 --turns 10 --faults link-cut\n"));
}

} // namespace

TEST_CASE("a seed that crashes is told, shrunk, and can be repeated") {
    const Ran ran = failing(Words{"--seeds", "990..1010"} + narrow);
    CHECK(ran.exit == exited(1));
    CHECK(contains(ran.errors, "caesura-simulate: seed 1000 FAILED: it crashed: "));
    check_repeated(ran.errors, "1000");
}

TEST_CASE("so is one that never ends, of several at a time") {
    const Ran ran =
        failing(Words{"--seeds", "1001..1001", "--hang", "0.6", "--jobs", "2"} + narrow);
    CHECK(ran.exit == exited(1));
    CHECK(contains(ran.errors, "caesura-simulate: seed 1001 FAILED: it hangs: no end within 600 "));
    check_repeated(ran.errors, "1001");
}

TEST_CASE("so is one that throws what nobody expects") {
    const Ran ran = failing(Words{"--seed", "1002"} + narrow);
    CHECK(ran.exit == exited(1));
    check_repeated(ran.errors, "1002");
}

TEST_CASE("a seed that does none of this ends well") {
    const Ran ran = failing({"--seeds", "1004..1500", "--jobs", "2"});
    CHECK(ran.errors.empty());
    CHECK(ran.exit == exited(0));
    CHECK(contains(ran.output, "497 seeds in "));
}
