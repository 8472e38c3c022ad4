#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caesura::probe {

/// A logarithmic scale of bytes along one axis of a drawing.
class Scale {
public:
    /// From the pixel of the smallest to that of the largest of these values; zeros do not count.
    /// Of no values: 1 B to 1 KiB.
    Scale(const std::vector<std::uint64_t>& values, double first, double last);

    /// Where a value that is not 0 lies, always between the two pixels.
    double at(std::uint64_t value) const;

    struct Tick {
        double at;
        std::string text;
    };
    /// At most eight, evenly spaced, at powers of two.
    std::vector<Tick> ticks() const;

private:
    double first_;
    double last_;
    unsigned low_ = 0; // exponents of two
    unsigned high_ = 10;
};

} // namespace caesura::probe
