#pragma once

#include <caesura/time.hpp>

#include <cstdint>

namespace caesura {

/// The time that so many ticks are, of which there are `frequency` (up to 9 GHz) in a second.
/// Seconds and the rest apart, because ticks times a thousand million leave 64 bits after a quarter
/// of an hour at the 10 MHz that Windows 10 has.
constexpr Duration time_of_ticks(std::int64_t ticks, std::int64_t frequency) {
    const std::int64_t second = Duration(std::chrono::seconds(1)).count();
    return std::chrono::seconds(ticks / frequency) +
           Duration(ticks % frequency * second / frequency);
}

} // namespace caesura
