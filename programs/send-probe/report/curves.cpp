#include "send-probe/report/curves.hpp"

#include "send-probe/report/units.hpp"

namespace caesura::probe {

std::vector<std::int64_t> budgets_of(const Subject& subject, std::string_view table) {
    constexpr std::size_t most_budgets = 4;
    std::vector<std::int64_t> budgets;
    for_each_row(subject, table, [&budgets](const Table& rows, const Row& row) {
        if (budgets.size() < most_budgets) {
            add_once(budgets, figure_at(rows, row, "budget").value_or(0));
        }
    });
    return budgets;
}

std::string budget_text(std::int64_t budget) {
    return budget == 0 ? "without budget" : "budget " + size_text(budget);
}

std::uint64_t count_of(std::optional<std::int64_t> figure) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(figure.value_or(0), 0));
}

std::vector<PlotSeries> curves_of(const std::vector<Subject>& subjects, std::string_view table,
                                  const PointOf& point_of) {
    constexpr std::size_t most_points = 256; // no table has so many of one curve
    std::vector<PlotSeries> curves;
    for (const Subject& subject : subjects) {
        for (const std::int64_t budget : budgets_of(subject, table)) {
            PlotSeries series{subject.name, {}, subject.look, Stroke::solid, true};
            if (budget != 0) {
                series.name += ", " + budget_text(budget);
                series.stroke = Stroke::dashed;
            }
            for_each_row(subject, table, [&](const Table& rows, const Row& row) {
                const auto point = point_of(rows, row);
                if (point && series.points.size() < most_points &&
                    figure_at(rows, row, "budget").value_or(0) == budget) {
                    series.points.push_back(*point);
                }
            });
            std::stable_sort(series.points.begin(), series.points.end(),
                             [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
            if (!series.points.empty()) {
                curves.push_back(std::move(series));
            }
        }
    }
    return curves;
}

Html draw_all(std::vector<NamedPlot> plots, std::string_view heading) {
    Html html;
    Html small;
    for (NamedPlot& one : plots) {
        if (html.empty()) {
            html = element("h3", {}, one.name) + draw(one.plot);
        } else {
            one.plot.has_legend = false;
            small += element("div", {}, element("h4", {}, one.name) + draw(one.plot));
        }
    }
    if (!small.empty()) {
        html += element("h3", {}, heading) +
                paragraph("Lines and markers are those of the plot above.") +
                element("div", {{"class", "multiples"}}, small);
    }
    return html;
}

} // namespace caesura::probe
