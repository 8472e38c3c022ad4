// The same scenarios on the real kernel and on the simulated system that claims to be like it: the
// same calls must have the same answers, line by line.

#include "parity_scenarios.hpp"
#include "world.hpp"

#include "support/chosen.hpp"

#include <caesura/simulation/world.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>

namespace caesura::testing {

namespace {

// The preset of the system that this program was built for; none has been seen beside a Windows.
std::optional<simulation::Preset> preset_of_real_system() {
    if (World().kin() == Kin::posix) {
        return simulation::linux_6();
    }
    const char* const wine = std::getenv("CAESURA_WINE_MAJOR");
    return simulation::find_preset("wine" + std::string(wine == nullptr ? "" : wine));
}

std::vector<std::string> trace_of(const Scenario& scenario, System& system) {
    Recorder recorder(system, chosen_poller());
    scenario.play(recorder);
    return recorder.lines();
}

} // namespace

TEST_SUITE_BEGIN("parity");

TEST_CASE("the kernel and its preset answer the same calls alike") {
    if (!chosen_system().empty()) {
        skip_aloud("this is a simulated system already");
        return;
    }
    const std::optional<simulation::Preset> preset = preset_of_real_system();
    if (!preset) {
        skip_aloud("no preset was made beside this system");
        return;
    }
    for (const Scenario& scenario : parity_scenarios()) {
        CAPTURE(scenario.name);
        const std::vector<std::string> real = trace_of(scenario, this_system());
        simulation::World world(*preset, 1);
        const std::vector<std::string> simulated = trace_of(scenario, world.machine());
        REQUIRE(real.size() == simulated.size());
        for (std::size_t i = 0; i < real.size(); ++i) {
            CAPTURE(i);
            CHECK(simulated[i] == real[i]);
        }
    }
}

TEST_SUITE_END();

} // namespace caesura::testing
