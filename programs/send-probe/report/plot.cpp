#include "send-probe/report/plot.hpp"

#include "send-probe/report/scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caesura::probe {

namespace {

constexpr double width = 480;
constexpr double height = 330;
constexpr double left = 96;
constexpr double right = 454;
constexpr double top = 14;
constexpr double bottom = 268;
constexpr double zero_band = 24; // above the bottom, when there is a zero to be drawn
constexpr std::size_t looks = 8; // colours, and markers

// To a tenth, which is finer than anybody sees.
std::string pixels(double value) {
    const long tenths = std::lround(std::abs(value) * 10);
    const std::string digits = (value < 0 && tenths != 0 ? "-" : "") + std::to_string(tenths / 10);
    return tenths % 10 == 0 ? digits : digits + "." + std::to_string(tenths % 10);
}

std::string colour_of(std::size_t look) {
    return " s" + std::to_string((look + look / looks) % looks);
}

// Corners around 0, 0; those of the first are many enough for a circle.
struct Corner {
    double x;
    double y;
};
const std::vector<Corner>& corners_of(std::size_t look) {
    static const std::array<std::vector<Corner>, looks> shapes{
        {{{0, -4.2}, {3, -3}, {4.2, 0}, {3, 3}, {0, 4.2}, {-3, 3}, {-4.2, 0}, {-3, -3}},
         {{-3.8, -3.8}, {3.8, -3.8}, {3.8, 3.8}, {-3.8, 3.8}},
         {{0, -5}, {4.8, 3.6}, {-4.8, 3.6}},
         {{0, -5.4}, {4.4, 0}, {0, 5.4}, {-4.4, 0}},
         {{0, 5}, {4.8, -3.6}, {-4.8, -3.6}},
         {{-5.5, -2}, {5.5, -2}, {5.5, 2}, {-5.5, 2}},
         {{-2, -5.5}, {2, -5.5}, {2, 5.5}, {-2, 5.5}},
         {{-1.6, -5},
          {1.6, -5},
          {1.6, -1.6},
          {5, -1.6},
          {5, 1.6},
          {1.6, 1.6},
          {1.6, 5},
          {-1.6, 5},
          {-1.6, 1.6},
          {-5, 1.6},
          {-5, -1.6},
          {-1.6, -1.6}}}};
    return shapes[look % looks];
}

Html marker(double x, double y, std::size_t look, bool is_open) {
    std::string corners;
    for (const Corner& corner : corners_of(look)) {
        corners += (corners.empty() ? "" : " ") + pixels(x + corner.x) + "," + pixels(y + corner.y);
    }
    const std::string kind = is_open ? "mark open" : "mark";
    return lone_element("polygon", {{"class", kind + colour_of(look)}, {"points", corners}});
}

Html line(double x1, double y1, double x2, double y2, const char* kind) {
    return lone_element("line", {{"class", kind},
                                 {"x1", pixels(x1)},
                                 {"y1", pixels(y1)},
                                 {"x2", pixels(x2)},
                                 {"y2", pixels(y2)}});
}

std::string stroke_of(const PlotSeries& series) {
    const char* const stroke = series.stroke == Stroke::solid    ? "curve"
                               : series.stroke == Stroke::dashed ? "curve dashed"
                                                                 : "curve dotted";
    return stroke + colour_of(series.look);
}

Html text(double x, double y, const char* anchor, const std::string& words) {
    return element("text", {{"x", pixels(x)}, {"y", pixels(y)}, {"text-anchor", anchor}}, words);
}

class Drawing {
public:
    explicit Drawing(const Plot& plot)
        : plot_(plot), x_(all(&PlotPoint::x), left, right),
          y_(all(&PlotPoint::y), has_zero() ? bottom - zero_band : bottom, top) {}

    Html svg() const {
        Html inner = element("title", {}, plot_.label) + axes();
        for (const PlotSeries& series : plot_.series) {
            inner += curve(series);
        }
        for (const PlotSeries& series : plot_.series) {
            inner += markers(series);
        }
        return element("svg",
                       {{"class", "plot"},
                        {"viewBox", "0 0 " + pixels(width) + " " + pixels(height)},
                        {"role", "img"}},
                       inner);
    }

private:
    std::vector<std::uint64_t> all(std::uint64_t PlotPoint::*coordinate) const {
        std::vector<std::uint64_t> values;
        for (const PlotSeries& series : plot_.series) {
            for (const PlotPoint& point : series.points) {
                if (point.x != 0) {
                    values.push_back(point.*coordinate);
                }
            }
        }
        return values;
    }

    bool has_zero() const {
        const auto values = all(&PlotPoint::y);
        return std::find(values.begin(), values.end(), 0) != values.end();
    }

    double y_of(const PlotPoint& point) const { return point.y == 0 ? bottom : y_.at(point.y); }

    Html axes() const {
        Html html;
        for (const Scale::Tick& tick : x_.ticks()) {
            html += line(tick.at, top, tick.at, bottom, "rule");
            html += text(tick.at, bottom + 23, "middle", tick.text);
        }
        for (const Scale::Tick& tick : y_.ticks()) {
            html += line(left, tick.at, right, tick.at, "rule");
            html += text(left - 7, tick.at + 4.5, "end", tick.text);
        }
        if (has_zero()) {
            html += text(left - 7, bottom + 4.5, "end", "0 B");
        }
        html += line(left, bottom, right, bottom, "axis") + line(left, top, left, bottom, "axis");
        html += text((left + right) / 2, bottom + 48, "middle", plot_.x_title);
        // Upwards, along its axis.
        html +=
            element("text",
                    {{"text-anchor", "middle"},
                     {"transform", "translate(14 " + pixels((top + bottom) / 2) + ") rotate(-90)"}},
                    plot_.y_title);
        return html;
    }

    Html curve(const PlotSeries& series) const {
        std::string points;
        std::size_t count = 0;
        for (const PlotPoint& point : series.points) {
            if (point.x != 0) {
                points += (points.empty() ? "" : " ") + pixels(x_.at(point.x)) + "," +
                          pixels(y_of(point));
                ++count;
            }
        }
        return count < 2
                   ? Html()
                   : lone_element("polyline", {{"class", stroke_of(series)}, {"points", points}});
    }

    Html markers(const PlotSeries& series) const {
        Html html;
        for (const PlotPoint& point : series.points) {
            if (point.x != 0 && series.has_markers) {
                html += marker(x_.at(point.x), y_of(point), series.look, point.is_open);
            }
        }
        return html;
    }

    const Plot& plot_;
    Scale x_;
    Scale y_;
};

Html swatch(const Html& inner) {
    return element("svg", {{"class", "swatch"}, {"viewBox", "0 0 40 14"}, {"aria-hidden", "true"}},
                   inner);
}

Html legend(const Plot& plot) {
    Html items;
    bool has_open = false;
    for (const PlotSeries& series : plot.series) {
        Html sample = line(1, 7, 39, 7, stroke_of(series).c_str());
        if (series.has_markers) {
            sample += marker(20, 7, series.look, false);
        }
        items += element("li", {}, swatch(sample) + element("span", {}, series.name));
        has_open = has_open || std::any_of(series.points.begin(), series.points.end(),
                                           [](const PlotPoint& point) { return point.is_open; });
    }
    if (has_open) {
        items += element("li", {},
                         swatch(marker(20, 7, 0, true)) + element("span", {}, plot.open_means));
    }
    return element("ul", {{"class", "legend"}}, items);
}

} // namespace

Html draw(const Plot& plot) {
    return element("figure", {}, Drawing(plot).svg() + (plot.has_legend ? legend(plot) : Html()));
}

} // namespace caesura::probe
