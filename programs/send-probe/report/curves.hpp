#pragma once

#include "send-probe/report/plot.hpp"
#include "send-probe/report/subject.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

void add_once(auto& list, const auto& value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) {
        list.push_back(value);
    }
}

/// Calls `visit(table, row)` for each row of a subject's table of that name, if it has one.
template <class Visit>
void for_each_row(const Subject& subject, std::string_view name, Visit visit) {
    if (const Table* const table = subject.document.find(name)) {
        for (const Row& row : table->rows) {
            visit(*table, row);
        }
    }
}

/// The hand-off budgets that a table has rows of, as they come; not more than can be shown.
std::vector<std::int64_t> budgets_of(const Subject& subject, std::string_view table);
std::string budget_text(std::int64_t budget);

/// A figure that counts something: 0 where there is none.
std::uint64_t count_of(std::optional<std::int64_t> figure);

/// Where a row lies in a plot; std::nullopt: nowhere.
using PointOf = std::function<std::optional<PlotPoint>(const Table& table, const Row& row)>;
/// A curve of each subject and budget, dashed with one; without those that have no point.
std::vector<PlotSeries> curves_of(const std::vector<Subject>& subjects, std::string_view table,
                                  const PointOf& point_of);

struct NamedPlot {
    std::string name;
    Plot plot;
};
/// The first large, with the legend of all; the others small, under that heading.
Html draw_all(std::vector<NamedPlot> plots, std::string_view heading);

} // namespace caesura::probe
