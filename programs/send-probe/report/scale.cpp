#include "send-probe/report/scale.hpp"

#include "send-probe/report/units.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace caesura::probe {

Scale::Scale(const std::vector<std::uint64_t>& values, double first, double last)
    : first_(first), last_(last) {
    unsigned low = 64;
    unsigned high = 0;
    for (const std::uint64_t value : values) {
        if (value != 0) {
            const auto floor = static_cast<unsigned>(std::bit_width(value) - 1);
            low = std::min(low, floor);
            high = std::max(high, floor + (std::has_single_bit(value) ? 0 : 1));
        }
    }
    if (low <= high) {
        low_ = low;
        high_ = high;
    }
    // One value alone lies in the middle.
    if (low_ == high_) {
        low_ -= low_ == 0 ? 0 : 1;
        ++high_;
    }
}

double Scale::at(std::uint64_t value) const {
    const double exponent = std::log2(static_cast<double>(std::max<std::uint64_t>(value, 1)));
    const double share = (exponent - low_) / (high_ - low_);
    return first_ + (last_ - first_) * std::clamp(share, 0.0, 1.0);
}

std::vector<Scale::Tick> Scale::ticks() const {
    unsigned step = 1;
    for (const unsigned next : {2U, 4U, 8U, 10U}) {
        step = (high_ - low_) / step > 7 ? next : step;
    }
    std::vector<Tick> ticks;
    for (unsigned exponent = (low_ + step - 1) / step * step; exponent <= std::min(high_, 63U);
         exponent += step) {
        ticks.push_back({at(std::uint64_t{1} << exponent), power_text(exponent)});
    }
    return ticks;
}

} // namespace caesura::probe
