#include "send-probe/run.hpp"

namespace caesura::probe {

std::uint64_t Run::total_limit() const {
    // Where a system does not tell what is available: little enough for any machine.
    constexpr std::uint64_t without_knowing = std::uint64_t{256} << 20;
    if (settings.total_limit) {
        return *settings.total_limit;
    }
    const auto available = grounds.site().memory().available;
    return available ? *available / 8 : without_knowing;
}

} // namespace caesura::probe
