#include "send-probe/interruption.hpp"

#include "send-probe/bench.hpp"

#include <algorithm>

namespace caesura::probe {

Interruption::Interruption()
    : signals_(must(this_host().watch_signals(), "cannot watch for Ctrl-C")) {}

void Interruption::check() {
    constexpr Duration often = std::chrono::milliseconds(50);
    const Instant now = this_system().clock().now();
    if (now >= next_look_) {
        next_look_ = after(now, often);
        const std::vector<Signal> signals = signals_->take();
        is_asked_ = is_asked_ || std::any_of(signals.begin(), signals.end(),
                                             [](Signal signal) { return signal != Signal::user1; });
    }
    if (is_asked_) {
        throw Interrupted();
    }
}

} // namespace caesura::probe
