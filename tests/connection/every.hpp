#pragma once

#include "connection/state.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace caesura::testing {

// Every state, and every event, in the order of the table.
inline std::array<State, state_count> every_state() {
    std::array<State, state_count> all{};
    for (std::size_t i = 0; i != all.size(); ++i) {
        all[i] = static_cast<State>(i);
    }
    return all;
}

inline std::array<Event, event_count> every_event() {
    std::array<Event, event_count> all{};
    for (std::size_t i = 0; i != all.size(); ++i) {
        all[i] = static_cast<Event>(i);
    }
    return all;
}

} // namespace caesura::testing
