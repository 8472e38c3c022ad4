#include "send-probe/report/plot.hpp"

#include "send-probe/report/scale.hpp"
#include "send-probe/report/turns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

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

std::string pixels(const Place& place) {
    return pixels(place.x) + "," + pixels(place.y);
}

std::string colour_of(std::size_t look) {
    return " s" + std::to_string((look + look / looks) % looks);
}

// Corners around 0, 0; those of the first are many enough for a circle.
const std::vector<Place>& corners_of(std::size_t look) {
    static const std::array<std::vector<Place>, looks> shapes{
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

Html marker(const Place& middle, std::size_t look, bool is_open) {
    std::string corners;
    for (const Place& corner : corners_of(look)) {
        corners +=
            (corners.empty() ? "" : " ") + pixels(Place{middle.x + corner.x, middle.y + corner.y});
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
          y_(all(&PlotPoint::y), has_zero() ? bottom - zero_band : bottom, top),
          lines_(curves([](const PlotSeries&) { return true; })),
          markers_(curves([](const PlotSeries& series) { return series.has_markers; })) {}

    Html svg() const {
        Html inner = element("title", {}, plot_.label) + axes();
        for (std::size_t i = 0; i < plot_.series.size(); ++i) {
            inner += curve(i);
        }
        for (std::size_t i = 0; i < plot_.series.size(); ++i) {
            inner += markers(i);
        }
        return element("svg",
                       {{"class", "plot"},
                        {"viewBox", "0 0 " + pixels(width) + " " + pixels(height)},
                        {"role", "img"}},
                       inner);
    }

    // As the legend has it.
    std::string name_of(std::size_t series) const {
        const auto under = lines_.lies_on(series);
        return plot_.series[series].name +
               (under ? " (lies on " + plot_.series[*under].name + ")" : "");
    }

private:
    static std::vector<PlotPoint> drawn_points(const PlotSeries& series) {
        std::vector<PlotPoint> points = series.points;
        std::erase_if(points, [](const PlotPoint& point) { return point.x == 0; });
        return points;
    }

    std::vector<std::uint64_t> all(std::uint64_t PlotPoint::*coordinate) const {
        std::vector<std::uint64_t> values;
        for (const PlotSeries& series : plot_.series) {
            for (const PlotPoint& point : drawn_points(series)) {
                values.push_back(point.*coordinate);
            }
        }
        return values;
    }

    // Those of the others are empty.
    std::vector<Curve> curves(bool (*is_wanted)(const PlotSeries& series)) const {
        std::vector<Curve> curves(plot_.series.size());
        for (std::size_t i = 0; i < curves.size(); ++i) {
            if (is_wanted(plot_.series[i])) {
                for (const PlotPoint& point : drawn_points(plot_.series[i])) {
                    curves[i].push_back(place_of(point));
                }
            }
        }
        return curves;
    }

    bool has_zero() const {
        const auto values = all(&PlotPoint::y);
        return std::find(values.begin(), values.end(), 0) != values.end();
    }

    Place place_of(const PlotPoint& point) const {
        return {x_at(point.x), point.y == 0 ? bottom : y_.at(point.y)};
    }

    double x_at(std::uint64_t x) const {
        const auto names = static_cast<double>(plot_.x_names.size());
        return plot_.x_names.empty()
                   ? x_.at(x)
                   : left + (right - left) * (static_cast<double>(x) - 0.5) / names;
    }

    std::vector<Scale::Tick> x_ticks() const {
        if (plot_.x_names.empty()) {
            return x_.ticks();
        }
        constexpr std::size_t most = 7; // that can be read beside each other
        const std::size_t step = (plot_.x_names.size() + most - 1) / most;
        std::vector<Scale::Tick> ticks;
        for (std::size_t i = 0; i < plot_.x_names.size(); i += step) {
            ticks.push_back({x_at(i + 1), plot_.x_names[i]});
        }
        return ticks;
    }

    Html axes() const {
        Html html;
        for (const Scale::Tick& tick : x_ticks()) {
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

    // In as many pieces as it has turns.
    Html curve(std::size_t series) const {
        const auto points = drawn_points(plot_.series[series]);
        Html html;
        std::string piece;
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            if (lines_.has_line(series, i)) {
                piece += (piece.empty() ? pixels(place_of(points[i])) : "") + " " +
                         pixels(place_of(points[i + 1]));
            }
            const bool ends = i + 2 == points.size() || !lines_.has_line(series, i + 1);
            if (ends && !piece.empty()) {
                html += lone_element("polyline", {{"class", stroke_of(plot_.series[series])},
                                                  {"points", std::exchange(piece, {})}});
            }
        }
        return html;
    }

    Html markers(std::size_t series) const {
        const auto points = drawn_points(plot_.series[series]);
        Html html;
        for (std::size_t i = 0; i < points.size() && plot_.series[series].has_markers; ++i) {
            if (markers_.has_point(series, i)) {
                html += marker(place_of(points[i]), plot_.series[series].look, points[i].is_open);
            }
        }
        return html;
    }

    const Plot& plot_;
    Scale x_;
    Scale y_;
    Turns lines_;
    Turns markers_;
};

Html swatch(const Html& inner) {
    return element("svg", {{"class", "swatch"}, {"viewBox", "0 0 40 14"}, {"aria-hidden", "true"}},
                   inner);
}

Html legend(const Plot& plot, const Drawing& drawing) {
    Html items;
    bool has_open = false;
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
        const PlotSeries& series = plot.series[i];
        Html sample = line(1, 7, 39, 7, stroke_of(series).c_str());
        if (series.has_markers) {
            sample += marker({20, 7}, series.look, false);
        }
        items += element("li", {}, swatch(sample) + element("span", {}, drawing.name_of(i)));
        has_open = has_open || std::any_of(series.points.begin(), series.points.end(),
                                           [](const PlotPoint& point) { return point.is_open; });
    }
    if (has_open) {
        items += element("li", {},
                         swatch(marker({20, 7}, 0, true)) + element("span", {}, plot.open_means));
    }
    return element("ul", {{"class", "legend"}}, items);
}

} // namespace

Html draw(const Plot& plot) {
    const Drawing drawing(plot);
    return element("figure", {},
                   drawing.svg() + (plot.has_legend ? legend(plot, drawing) : Html()));
}

} // namespace caesura::probe
