#include "simulate/errand.hpp"

#include <algorithm>
#include <string_view>

namespace caesura {

Errand errand_for(std::uint64_t seed, const Limits& limits) {
    Errand errand{seed, limits.clients_max, limits.turns_max, limits.faults, {}};
    if (limits.preset) {
        limits.preset->name.copy(errand.preset.data(), errand.preset.size() - 1);
    }
    return errand;
}

Limits limits_of(const Errand& errand) {
    Limits limits;
    limits.preset = simulation::find_preset(errand.preset.data());
    limits.clients_max = static_cast<std::size_t>(errand.clients_max);
    limits.turns_max = errand.turns_max;
    limits.faults = errand.faults;
    return limits;
}

} // namespace caesura
