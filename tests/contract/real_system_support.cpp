#include "system_under_test.hpp"

#include <algorithm>
#include <cstdlib>

namespace caesura::testing {

SystemUnderTest system_under_test() {
    System& system = this_system();
    const std::vector<std::string_view> pollers = system.poller_names();
    const bool has_wsapoll = std::find(pollers.begin(), pollers.end(), "wsapoll") != pollers.end();
    const char* const wine = std::getenv("CAESURA_WINE_MAJOR");
    return {system, has_wsapoll ? Kin::windows : Kin::posix,
            has_wsapoll && wine != nullptr ? std::atoi(wine) : 0};
}

} // namespace caesura::testing
