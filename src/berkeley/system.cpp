#include "berkeley/system.hpp"

#include "berkeley/look_up.hpp"
#include "native.hpp"

namespace caesura {

BerkeleySystem::BerkeleySystem(std::span<const PollerMaker> pollers)
    : pollers_(pollers), resolver_(look_up) {}

Instant BerkeleySystem::SystemClock::now() {
    return Instant(native::now());
}

std::vector<std::string_view> BerkeleySystem::poller_names() const {
    std::vector<std::string_view> names;
    for (const PollerMaker& poller : pollers_) {
        names.push_back(poller.name);
    }
    return names;
}

std::unique_ptr<Poller> BerkeleySystem::make_poller(std::string_view name) {
    for (const PollerMaker& poller : pollers_) {
        if (name.empty() || poller.name == name) {
            return poller.make();
        }
    }
    return nullptr;
}

} // namespace caesura
