#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace caesura::probe {

/// Pixels of a drawing.
struct Place {
    double x;
    double y;
};
using Curve = std::vector<Place>;

/// Curves that lie on each other would hide each other; so they take turns, from point to point.
/// What no other lies on is drawn whole.
class Turns {
public:
    explicit Turns(const std::vector<Curve>& curves);

    /// Whether a point is drawn for that curve.
    bool has_point(std::size_t curve, std::size_t point) const { return has(curve, point, 1); }
    /// Whether the line from there to the next is.
    bool has_line(std::size_t curve, std::size_t point) const { return has(curve, point, 2); }
    /// The first curve that lies where this one does all along, if there is one before it.
    std::optional<std::size_t> lies_on(std::size_t curve) const;

private:
    // Where a point is, as far as an eye can tell.
    struct Spot {
        std::size_t column; // of all the x there are
        std::size_t row;    // of those in the column, as they come

        bool operator==(const Spot&) const = default;
    };

    bool has(std::size_t curve, std::size_t point, std::size_t points) const;

    std::vector<std::vector<Spot>> curves_;
};

} // namespace caesura::probe
