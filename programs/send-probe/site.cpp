#include "send-probe/site.hpp"

#include <algorithm>

namespace caesura::probe {

Site::Site(const simulation::Preset& preset, std::uint64_t seed)
    : world_(std::make_unique<simulation::World>(preset, seed)) {
    world_->add_machine(preset);
}

System& Site::system() const {
    return world_ ? world_->machine() : this_system();
}

System& Site::far_system() const {
    return world_ ? world_->machine(1) : this_system();
}

Endpoint Site::far_address() const {
    return world_ ? world_->machine().address(Family::ipv4) : address();
}

simulation::Machine* Site::machine() const {
    return world_ ? &world_->machine() : nullptr;
}

MemoryUse Site::memory() const {
    if (!world_) {
        return this_host().memory();
    }
    const simulation::Machine& machine = world_->machine();
    MemoryUse use;
    use.kernel_pool = machine.load().pool_used;
    const std::uint64_t limit = machine.preset().pool_limit;
    if (limit != ~std::uint64_t{0}) {
        use.available = limit - std::min(limit, *use.kernel_pool);
    }
    return use;
}

} // namespace caesura::probe
