#include "send-probe/report/turns.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace caesura::probe {

namespace {

// Less than a marker is high, about as much as a line is.
constexpr double near = 3;

} // namespace

Turns::Turns(const std::vector<Curve>& curves) : curves_(curves.size()) {
    std::map<double, std::vector<double>> columns; // the x, and in each the y of its rows
    for (const Curve& curve : curves) {
        for (const Place& place : curve) {
            columns[place.x];
        }
    }
    for (std::size_t i = 0; i < curves.size(); ++i) {
        for (const Place& place : curves[i]) {
            const auto column = columns.find(place.x);
            std::vector<double>& rows = column->second;
            auto row = std::find_if(rows.begin(), rows.end(),
                                    [&place](double y) { return std::abs(y - place.y) < near; });
            if (row == rows.end()) {
                row = rows.insert(rows.end(), place.y);
            }
            curves_[i].push_back({static_cast<std::size_t>(std::distance(columns.begin(), column)),
                                  static_cast<std::size_t>(row - rows.begin())});
        }
    }
}

std::optional<std::size_t> Turns::lies_on(std::size_t curve) const {
    const auto mine = curves_.begin() + static_cast<std::ptrdiff_t>(curve);
    const auto found = std::find(curves_.begin(), mine, *mine);
    return found == mine || mine->empty()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - curves_.begin()));
}

bool Turns::has(std::size_t curve, std::size_t point, std::size_t points) const {
    const auto begin = curves_[curve].begin() + static_cast<std::ptrdiff_t>(point);
    const auto end = begin + static_cast<std::ptrdiff_t>(points);
    std::size_t sharers = 0;
    std::size_t mine = 0;
    for (std::size_t i = 0; i < curves_.size(); ++i) {
        mine = i == curve ? sharers : mine;
        const auto& other = curves_[i];
        sharers += std::search(other.begin(), other.end(), begin, end) == other.end() ? 0 : 1;
    }
    return begin->column % sharers == mine;
}

} // namespace caesura::probe
