#include "send-probe/report/curves.hpp"
#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

#include "common/options.hpp"

#include <limits>

namespace caesura::probe {

namespace {

// A send buffer as a plot orders them: unset first, then by size. std::nullopt: it is neither.
std::optional<std::int64_t> rank_of(const Value& buffer) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    const std::string text = text_of(buffer);
    const auto bytes = parse_number(text, most);
    return text == "unset" ? std::optional<std::int64_t>(-1)
           : bytes         ? std::optional(static_cast<std::int64_t>(*bytes))
                           : std::nullopt;
}

// What there is to be told apart: every send buffer, and every size of writes.
struct Settings {
    std::vector<std::int64_t> buffers; // ranks
    std::vector<std::int64_t> writes;
};

Settings settings_of(const std::vector<Subject>& subjects) {
    constexpr std::size_t most = 12;
    Settings settings;
    for (const Subject& subject : subjects) {
        for_each_row(subject, "rearm", [&settings](const Table& rearm, const Row& row) {
            const auto buffer = rank_of(value_at(rearm, row, "sndbuf"));
            const auto write = figure_at(rearm, row, "write");
            if (buffer && settings.buffers.size() < most) {
                add_once(settings.buffers, *buffer);
            }
            if (write && settings.writes.size() < most) {
                add_once(settings.writes, *write);
            }
        });
    }
    std::sort(settings.buffers.begin(), settings.buffers.end());
    std::sort(settings.writes.begin(), settings.writes.end());
    return settings;
}

Plot plot_of(const std::vector<Subject>& subjects, const Settings& settings, std::int64_t write) {
    const auto point_of = [&](const Table& rearm, const Row& row) -> std::optional<PlotPoint> {
        const auto read = figure_at(rearm, row, "read");
        const auto buffer = rank_of(value_at(rearm, row, "sndbuf"));
        const auto place = std::find(settings.buffers.begin(), settings.buffers.end(), buffer);
        if (!read || place == settings.buffers.end() || figure_at(rearm, row, "write") != write) {
            return std::nullopt;
        }
        return PlotPoint{static_cast<std::uint64_t>(place - settings.buffers.begin()) + 1,
                         count_of(read), !shown_at(rearm, row, "note").empty()};
    };
    Plot plot{"Bytes read until there was room again, by the send buffer, writes of " +
                  size_text(write),
              "send buffer", "bytes read until room",
              "hollow: the sender was not blocked, but stopped at one of the probe's limits",
              curves_of(subjects, "rearm", point_of)};
    for (const std::int64_t buffer : settings.buffers) {
        plot.x_names.push_back(buffer < 0 ? "unset" : size_text(buffer));
    }
    return plot;
}

Html plots(const std::vector<Subject>& subjects) {
    const Settings settings = settings_of(subjects);
    std::vector<NamedPlot> plots;
    for (const std::int64_t write : settings.writes) {
        Plot plot = plot_of(subjects, settings, write);
        if (!plot.series.empty()) {
            plots.push_back({"writes of " + size_text(write), std::move(plot)});
        }
    }
    return draw_all(std::move(plots), "Other sizes of writes");
}

// "1,150,000 of 3,919,467, 29 %"
Cell cell_of(const Table& rearm, const Row& row) {
    const Value& read = value_at(rearm, row, "read");
    if (std::holds_alternative<Unknown>(read)) {
        const std::string note = shown_at(rearm, row, "note");
        return {note.empty() || note == "?" ? "?" : cell_text(note), Tone::faint};
    }
    return {cell_text(read) + " of " + cell_text(value_at(rearm, row, "taken")) + ", " +
                cell_text(value_at(rearm, row, "share")) + " %",
            Tone::number};
}

} // namespace

Section rearm_section(const std::vector<Subject>& subjects) {
    Section section{"rearm", "How much must be read until there is room again", {}};
    if (any_has(subjects, "rearm")) {
        Grid grid("Bytes read until a full sender heard of room", 3);
        std::vector<Cell> head{{"send buffer"}, {"each write"}, {"budget"}};
        add_names(head, subjects);
        grid.head(head);
        for (const Line& line : side_by_side(subjects, "rearm", {"sndbuf", "write", "budget"})) {
            std::vector<Cell> cells{
                {setting_text(line.keys[0])},
                {setting_text(line.keys[1])},
                {text_of(line.keys[2]) == "0" ? "none" : setting_text(line.keys[2])}};
            for (std::size_t i = 0; i < subjects.size(); ++i) {
                cells.push_back(line.rows[i] == nullptr
                                    ? no_cell()
                                    : cell_of(*subjects[i].document.find("rearm"), *line.rows[i]));
            }
            grid.row(cells);
        }
        section.body +=
            paragraph("Bytes that the reader of a full connection had read when its sender was "
                      "told of room, of all that had been taken. Where that did not happen, the "
                      "note in the table says why. The dashed lines are the same through the "
                      "library's hand-off budget. Where lines lie on each other, they take turns "
                      "from marker to marker.") +
            plots(subjects) + element("h3", {}, "The same in figures") + grid.html();
    }
    section.body += missing_note(subjects, "rearm");
    return section;
}

} // namespace caesura::probe
