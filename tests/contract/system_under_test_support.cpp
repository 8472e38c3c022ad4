#include "system_under_test.hpp"

#include "support/chosen.hpp"

#include <caesura/simulation/world.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

namespace caesura::testing {

namespace {

Kin kin_of(System& system) {
    const std::vector<std::string_view> pollers = system.poller_names();
    const bool has_wsapoll = std::find(pollers.begin(), pollers.end(), "wsapoll") != pollers.end();
    return has_wsapoll ? Kin::windows : Kin::posix;
}

SystemUnderTest real_system() {
    System& system = this_system();
    const Kin kin = kin_of(system);
    const char* const wine = std::getenv("CAESURA_WINE_MAJOR");
    return {system, kin, kin == Kin::windows && wine != nullptr ? std::atoi(wine) : 0, false};
}

/// A world of its own for each case; the one before it goes, as nothing uses it any more.
SystemUnderTest simulated_system(const simulation::Preset& preset) {
    static std::unique_ptr<simulation::World> world;
    world = nullptr;
    world = std::make_unique<simulation::World>(preset, chosen_seed());
    simulation::Machine& machine = world->machine();
    const int wine = preset.name == "wine8" ? 8 : preset.name == "wine10" ? 10 : 0;
    return {machine, kin_of(machine), wine, preset.is_nasty};
}

} // namespace

SystemUnderTest system_under_test() {
    const std::string_view name = chosen_system();
    if (name.empty()) {
        return real_system();
    }
    const std::optional<simulation::Preset> preset = simulation::find_preset(name);
    REQUIRE_MESSAGE(preset.has_value(), "--system names no preset: ", std::string(name));
    return simulated_system(*preset);
}

} // namespace caesura::testing
