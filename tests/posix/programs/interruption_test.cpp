#include "programs/programs.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

// Here, where the processes of a campaign have its standard error, one of them can say when it is
// there.
TEST_CASE("a campaign that is interrupted gives its summary, and says that it is not whole") {
    Child child = Child::start({CAESURA_FAILING_SIMULATE, "--seeds", "1003..1000000000"});
    await_line(child, Stream::error, {"here is seed 1003"});
    REQUIRE(child.signal(Signal::interrupt));
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    CHECK(contains(ran.output, " seed"));
    CHECK(ran.errors == "caesura-simulate: interrupted; up to then all was well\n");
}
