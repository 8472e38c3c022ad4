#include "send-probe/look_up.hpp"

#include "send-probe/bench.hpp"
#include "send-probe/interruption.hpp"

#include <future>

namespace caesura::probe {

Resolver::Answer look_up(const Target& target, Interruption& interruption) {
    constexpr Duration patience = std::chrono::seconds(30);
    // Shared, because an answer may come when nobody waits for it any more.
    const auto promise = std::make_shared<std::promise<Resolver::Answer>>();
    auto answer = promise->get_future();
    System& system = this_system();
    system.resolver().resolve(target.host, target.port, [promise](Resolver::Answer found) {
        promise->set_value(std::move(found));
    });
    const Instant deadline = after(system.clock().now(), patience);
    while (answer.wait_for(blink) != std::future_status::ready) {
        interruption.check();
        if (system.clock().now() >= deadline) {
            return Failure{Error::timed_out};
        }
    }
    return answer.get();
}

} // namespace caesura::probe
