#pragma once

#include "send-probe/report/html.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace caesura::probe {

/// One point of a plot, in bytes. An x of 0 is not drawn; a y of 0 has a line of its own.
struct PlotPoint {
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    bool is_open = false; // its marker is hollow
};

enum class Stroke : unsigned char { solid, dashed, dotted };

/// Points that belong together, in the order in which they are joined.
struct PlotSeries {
    std::string name;
    std::vector<PlotPoint> points;
    std::size_t look = 0; // those of one look have the same colour and marker
    Stroke stroke = Stroke::solid;
    bool has_markers = true;
};

/// Bytes against bytes, both logarithmic; or against settings that have names.
struct Plot {
    std::string label; // for people who do not see it
    std::string x_title;
    std::string y_title;
    std::string open_means; // what a hollow marker says, for the legend
    std::vector<PlotSeries> series;
    bool has_legend = true;             // not where another plot's is near
    std::vector<std::string> x_names{}; // of x = 1, 2, ..., one beside the other; none: x is bytes
};

/// The drawing, and under it the legend, as one figure. What a series is can be told without its
/// colour: by the marker and the stroke. Those that lie on each other take turns, and the legend
/// says of one that does so all along on which other it lies.
Html draw(const Plot& plot);

} // namespace caesura::probe
