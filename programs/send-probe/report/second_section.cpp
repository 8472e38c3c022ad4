#include "send-probe/fit.hpp"
#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

namespace caesura::probe {

namespace {

Cell cell_of(const Table& second, const Row& row) {
    const Value& taken = value_at(second, row, "taken");
    const std::string error = shown_at(second, row, "error");
    if (std::holds_alternative<Unknown>(taken)) {
        return {error.empty() || error == "?" ? "?" : cell_text(error), Tone::faint};
    }
    Cell cell{cell_text(taken), Tone::number};
    if (!error.empty() && error != "?") {
        cell.content +=
            ", " + cell_text(error) + " (" + text_of(value_at(second, row, "native")) + ")";
        cell.tone = Tone::bad;
    }
    const std::int64_t hoarded = figure_at(second, row, "hoarded").value_or(0);
    if (hoarded > 0) {
        cell.content += lone_element("br", {}) +
                        element("span", {{"class", "small"}}, "beside " + grouped(hoarded));
    }
    return cell;
}

} // namespace

Section second_section(const std::vector<Subject>& subjects) {
    Section section{"second", "What a second client\xE2\x80\x99s first send meets", {}};
    if (any_has(subjects, "second")) {
        Grid grid("Bytes taken of a second client's first send", 3);
        std::vector<Cell> head{{"others"}, {"send buffer"}, {"first send"}};
        add_names(head, subjects);
        grid.head(head);
        for (const Line& line : side_by_side(subjects, "second", {"hoard", "sndbuf", "write"})) {
            std::vector<Cell> cells{{text_of(line.keys[0]) == "none" ? "none" : "have much taken"},
                                    {setting_text(line.keys[1])},
                                    {setting_text(line.keys[2])}};
            for (std::size_t i = 0; i < subjects.size(); ++i) {
                cells.push_back(line.rows[i] == nullptr
                                    ? no_cell()
                                    : cell_of(*subjects[i].document.find("second"), *line.rows[i]));
            }
            grid.row(cells);
        }
        section.body += paragraph("Bytes taken of it, while other connections have nothing taken, "
                                  "or much, for readers that do not read. H1: the memory for sends "
                                  "is used up. H2: the limit is the ideal send backlog, which a "
                                  "shortage of memory throttles.") +
                        grid.html();
        Html verdicts;
        for (const Subject& subject : subjects) {
            if (const Table* const second = subject.document.find("second")) {
                verdicts += element("li", {},
                                    element("strong", {}, subject.name) + ": " +
                                        judge_second(*second) + ".");
            }
        }
        section.body += element("h3", {}, "Verdict") + element("ul", {}, verdicts);
    }
    section.body += missing_note(subjects, "second");
    return section;
}

} // namespace caesura::probe
