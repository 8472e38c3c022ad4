#include "simulate/program.hpp"

#include "common/console.hpp"

#include <cstdlib>

namespace {

using namespace caesura;

/// Whether that seed does what it should not, and what there must be of limits for it.
bool is_bad(std::uint64_t seed, std::uint64_t bad_one, const Limits& limits) {
    const auto link_cut = static_cast<std::size_t>(simulation::Fault::link_cut);
    return seed == bad_one && limits.clients_max > 2 && limits.faults.test(link_cut) &&
           limits.turns_max >= 10;
}

/// One seed crashes, the next one goes on for ever, the next throws what nobody expects, and the
/// next says that it is there. All others do nothing at all.
RunResult run(std::uint64_t seed, const Limits& limits) {
    if (is_bad(seed, 1000, limits)) {
        std::abort();
    }
    for (volatile bool goes_on = is_bad(seed, 1001, limits); goes_on;) {
    }
    if (is_bad(seed, 1002, limits)) {
        throw 42;
    }
    if (seed == 1003) {
        complain("here is seed 1003");
    }
    RunResult result;
    result.seed = seed;
    return result;
}

} // namespace

int main(int count, char** values) {
    return caesura::simulate_program(count, values, run);
}
