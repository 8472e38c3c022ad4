#include "send-probe/report/curves.hpp"
#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace caesura::probe {

namespace {

constexpr std::size_t most_groups = 12;

/// Rows of one setting of both buffers.
struct Group {
    Value send_buffer;
    Value receive_buffer;

    bool operator==(const Group&) const = default;

    std::string title() const {
        return "send buffer " + setting_text(send_buffer) + ", receive buffer " +
               setting_text(receive_buffer);
    }
};

Group group_of(const Table& sweep, const Row& row) {
    return {value_at(sweep, row, "sndbuf"), value_at(sweep, row, "rcvbuf")};
}

// Unset buffers first, whoever has them, then by size.
std::vector<Group> groups_of(const std::vector<Subject>& subjects) {
    std::vector<Group> groups;
    for (const Subject& subject : subjects) {
        for_each_row(subject, "sweep", [&](const Table& sweep, const Row& row) {
            if (groups.size() <= most_groups) {
                add_once(groups, group_of(sweep, row));
            }
        });
    }
    const Group unset{"unset", "unset"};
    std::stable_sort(groups.begin(), groups.end(), [&unset](const Group& a, const Group& b) {
        return std::tuple(a != unset, a.send_buffer, a.receive_buffer) <
               std::tuple(b != unset, b.send_buffer, b.receive_buffer);
    });
    return groups;
}

Plot plot_of(const std::vector<Subject>& subjects, const Group& group) {
    const auto point_of = [&group](const Table& sweep, const Row& row) {
        const auto taken = figure_at(sweep, row, "taken");
        return taken && group_of(sweep, row) == group
                   ? std::optional(PlotPoint{count_of(figure_at(sweep, row, "write")),
                                             count_of(taken),
                                             !shown_at(sweep, row, "note").empty()})
                   : std::nullopt;
    };
    return {"Bytes taken by the size of each write, " + group.title(), "size of each write",
            "bytes taken", "hollow: the probe ended early, at one of its limits or by an error",
            curves_of(subjects, "sweep", point_of)};
}

Html plots(const std::vector<Subject>& subjects, const std::vector<Group>& groups) {
    std::vector<NamedPlot> plots;
    for (std::size_t i = 0; i < std::min(groups.size(), most_groups); ++i) {
        plots.push_back({groups[i].title(), plot_of(subjects, groups[i])});
    }
    return draw_all(std::move(plots), "Other settings of the buffers");
}

Cell taken_cell(const Table& sweep, const Row& row) {
    Cell cell = number_cell(value_at(sweep, row, "taken"));
    if (!shown_at(sweep, row, "note").empty()) {
        cell.content += "\xE2\x80\xA0"; // a dagger
    }
    return cell;
}

using CellKey = std::pair<std::size_t, std::int64_t>; // subject, budget
using Cells = std::map<CellKey, Cell>;

// By the size of the write.
std::map<std::int64_t, Cells> cells_of(const std::vector<Subject>& subjects, const Group& group) {
    std::map<std::int64_t, Cells> lines;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        for_each_row(subjects[i], "sweep", [&](const Table& sweep, const Row& row) {
            const auto write = figure_at(sweep, row, "write");
            if (write && group_of(sweep, row) == group) {
                const std::int64_t budget = figure_at(sweep, row, "budget").value_or(0);
                lines[*write].emplace(CellKey{i, budget}, taken_cell(sweep, row));
            }
        });
    }
    return lines;
}

Html table_of(const std::vector<Subject>& subjects, const std::vector<Group>& groups) {
    Grid grid("Bytes taken, with and without the hand-off budget", 1);
    std::vector<Cell> names{{"bytes taken"}};
    std::vector<Cell> budgets{{"each write"}};
    std::vector<CellKey> columns;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        const auto mine = budgets_of(subjects[i], "sweep");
        if (!mine.empty()) {
            names.push_back({subjects[i].name, Tone::plain, mine.size()});
        }
        for (const std::int64_t budget : mine) {
            columns.emplace_back(i, budget);
            budgets.push_back({budget_text(budget), Tone::number});
        }
    }
    grid.head(names);
    grid.head(budgets);
    for (std::size_t i = 0; i < std::min(groups.size(), most_groups); ++i) {
        grid.group(groups[i].title(), columns.size() + 1);
        for (const auto& [write, cells] : cells_of(subjects, groups[i])) {
            std::vector<Cell> line{{size_text(write)}};
            for (const CellKey& column : columns) {
                const auto cell = cells.find(column);
                line.push_back(cell == cells.end() ? no_cell() : cell->second);
            }
            grid.row(line);
        }
    }
    return grid.html();
}

} // namespace

Section acceptance_section(const std::vector<Subject>& subjects) {
    Section section{"acceptance", "What is taken of a sender whose reader does not read", {}};
    if (any_has(subjects, "sweep")) {
        const auto groups = groups_of(subjects);
        section.body += paragraph(
            "Bytes that a system took in all, in writes of one size, until a send would block and "
            "went on doing so. The dashed lines are the same through the library's hand-off "
            "budget. Where lines lie on each other, they take turns from marker to marker.");
        section.body += plots(subjects, groups);
        section.body += element("h3", {}, "The same in figures");
        section.body += table_of(subjects, groups);
        section.body += paragraph(
            "\xE2\x80\xA0 the probe ended early, at one of its limits (calls, time, bytes in all) "
            "or "
            "by an error: more might have been taken. ? is what the system did not tell.");
        if (groups.size() > most_groups) {
            section.body += paragraph("More settings of buffers are left out here; the files have "
                                      "them.");
        }
    }
    section.body += missing_note(subjects, "sweep");
    return section;
}

} // namespace caesura::probe
