#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

namespace caesura::probe {

namespace {

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
                      "note says why.") +
            grid.html();
    }
    section.body += missing_note(subjects, "rearm");
    return section;
}

} // namespace caesura::probe
