#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

struct Outcome {
    std::string_view delivers; // as the table has it
    const char* sign;
    Tone tone;
};

constexpr Outcome outcomes[] = {{"all", "\xE2\x97\x8F", Tone::good},        // a full circle
                                {"sometimes", "\xE2\x97\x90", Tone::mixed}, // half a one
                                {"not all", "\xE2\x97\x8B", Tone::bad}};    // an empty one

// How much of it came, as a bar beside the words.
Html bar(std::int64_t part, std::int64_t whole) {
    const double share =
        std::clamp(static_cast<double>(part) / static_cast<double>(whole), 0.0, 1.0);
    const std::string width = std::to_string(static_cast<int>(share * 80));
    return element(
        "svg", {{"class", "bar"}, {"viewBox", "0 0 80 6"}, {"aria-hidden", "true"}},
        lone_element("rect", {{"class", "rest"}, {"width", "80"}, {"height", "6"}}) +
            lone_element("rect", {{"class", "part"}, {"width", width}, {"height", "6"}}));
}

Html words(const Table& close, const Row& row, const std::string& delivers) {
    const auto cell = [&](const char* column) { return cell_text(value_at(close, row, column)); };
    const std::string rounds = cell("rounds");
    return delivers == "sometimes" ? "all in " + cell("all_delivered") + " of " + rounds
           : delivers == "not all" ? "not all in any of " + rounds
                                   : delivers + ", " + rounds + " times";
}

Cell cell_of(const Table& close, const Row& row) {
    const std::string delivers = shown_at(close, row, "delivers");
    const auto* const outcome =
        std::find_if(std::begin(outcomes), std::end(outcomes),
                     [&](const Outcome& one) { return one.delivers == delivers; });
    Cell cell{"", Tone::faint};
    if (outcome != std::end(outcomes)) {
        cell.tone = outcome->tone;
        cell.content += Html(outcome->sign) + " ";
    }
    cell.content += words(close, row, delivers);
    const std::int64_t taken = figure_at(close, row, "taken").value_or(0);
    const auto least = figure_at(close, row, "least");
    if (taken > 0 && least) {
        cell.content += bar(*least, taken) +
                        element("span", {{"class", "whole"}},
                                "at least " + cell_text(value_at(close, row, "least")) + " B");
    }
    cell.content +=
        lone_element("br", {}) + "reader: " + cell_text(value_at(close, row, "reader_saw"));
    return cell;
}

} // namespace

Section close_section(const std::vector<Subject>& subjects) {
    Section section{"close", "What becomes of bytes taken when their sender goes", {}};
    if (any_has(subjects, "close")) {
        Grid grid("What was delivered after a sender had gone", 3);
        std::vector<Cell> head{{"ending"}, {"handed over"}, {"read"}};
        add_names(head, subjects);
        grid.head(head);
        for (const Line& line : side_by_side(subjects, "close", {"ending", "load", "reads"})) {
            std::vector<Cell> cells{
                {cell_text(line.keys[0])}, {cell_text(line.keys[1])}, {cell_text(line.keys[2])}};
            for (std::size_t i = 0; i < subjects.size(); ++i) {
                cells.push_back(line.rows[i] == nullptr
                                    ? no_cell()
                                    : cell_of(*subjects[i].document.find("close"), *line.rows[i]));
            }
            grid.row(cells);
        }
        section.body +=
            paragraph("\xE2\x97\x8F all that was taken was delivered in every round, \xE2\x97\x90 "
                      "in some, \xE2\x97\x8B in none; the bar is the worst round's share. "
                      "\xE2\x80\x98"
                      "end with an error hint\xE2\x80\x99 is a reset that a read tells as an "
                      "end.") +
            grid.html();
    }
    section.body += missing_note(subjects, "close");
    return section;
}

} // namespace caesura::probe
