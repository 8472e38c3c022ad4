#include "send-probe/interruption.hpp"

#include <caesura/system.hpp>

namespace caesura::probe {

void Interruption::check() {
    constexpr Duration often = std::chrono::milliseconds(50);
    const Instant now = this_system().clock().now();
    if (now >= next_look_) {
        next_look_ = after(now, often);
        is_asked_ = signals_.has_come();
    }
    if (is_asked_) {
        throw Interrupted();
    }
}

} // namespace caesura::probe
