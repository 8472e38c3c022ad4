#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace caesura::probe {

namespace {

constexpr std::size_t most_pollers = 8; // of one subject

/// One back-end of one system.
struct BackEnd {
    std::size_t subject;
    Value poller;
};

std::vector<BackEnd> back_ends_of(const std::vector<Subject>& subjects) {
    std::vector<BackEnd> found;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        const Table* const poll = subjects[i].document.find("poll");
        std::vector<Value> pollers;
        for (std::size_t row = 0; poll != nullptr && row < poll->rows.size(); ++row) {
            const Value& poller = value_at(*poll, poll->rows[row], "poller");
            if (pollers.size() < most_pollers &&
                std::find(pollers.begin(), pollers.end(), poller) == pollers.end()) {
                pollers.push_back(poller);
                found.push_back({i, poller});
            }
        }
    }
    return found;
}

using Key = std::pair<Value, Value>; // situation, interest

struct Situations {
    std::vector<Key> order;
    std::map<Key, std::vector<const Row*>> rows; // by back-end; nullptr: none
};

Situations situations_of(const std::vector<Subject>& subjects, const std::vector<BackEnd>& ends) {
    Situations situations;
    for (std::size_t end = 0; end < ends.size(); ++end) {
        const Table& poll = *subjects[ends[end].subject].document.find("poll");
        for (const Row& row : poll.rows) {
            if (value_at(poll, row, "poller") == ends[end].poller) {
                const Key key{value_at(poll, row, "situation"), value_at(poll, row, "interest")};
                const auto [place, is_new] = situations.rows.try_emplace(key, ends.size());
                if (is_new) {
                    situations.order.push_back(key);
                }
                place->second[end] = &row;
            }
        }
    }
    return situations;
}

Cell cell_of(const Table& poll, const Row& row) {
    const std::string verdict = shown_at(poll, row, "verdict");
    Cell cell{cell_text(value_at(poll, row, "reported"))};
    if (verdict != "as expected") {
        // Not equal; the word is for whoever does not see the sign.
        cell.content = Html("\xE2\x89\xA0 ") + cell.content + ", " + cell_text(verdict);
        cell.tone = Tone::bad;
    }
    const std::string bits = shown_at(poll, row, "system_says");
    if (bits != "?" && !bits.empty()) {
        cell.content += Html(" ") + element("span", {{"class", "small"}}, cell_text(bits));
    }
    return cell;
}

} // namespace

Section poll_section(const std::vector<Subject>& subjects) {
    Section section{"poll", "What each back-end reports", {}};
    const auto ends = back_ends_of(subjects);
    if (!ends.empty()) {
        Grid grid("What each back-end reports in each situation", 2);
        std::vector<Cell> systems{{"situation"}, {"asked for"}, {"expected"}, {"alike"}};
        std::vector<Cell> pollers(4);
        for (std::size_t i = 0; i < subjects.size(); ++i) {
            const auto mine = std::count_if(ends.begin(), ends.end(),
                                            [i](const BackEnd& one) { return one.subject == i; });
            if (mine > 0) {
                systems.push_back({subjects[i].name, Tone::plain, static_cast<std::size_t>(mine)});
            }
        }
        for (const BackEnd& end : ends) {
            pollers.push_back({cell_text(end.poller)});
        }
        grid.head(systems);
        grid.head(pollers);
        const Situations situations = situations_of(subjects, ends);
        for (const Key& key : situations.order) {
            std::vector<Cell> cells;
            std::string expected;
            std::set<std::string> reported;
            const auto& rows = situations.rows.at(key);
            for (std::size_t end = 0; end < ends.size(); ++end) {
                const Table& poll = *subjects[ends[end].subject].document.find("poll");
                if (rows[end] == nullptr) {
                    cells.push_back(no_cell());
                    continue;
                }
                cells.push_back(cell_of(poll, *rows[end]));
                expected = cell_text(value_at(poll, *rows[end], "expected"));
                reported.insert(shown_at(poll, *rows[end], "reported"));
            }
            std::vector<Cell> line{{cell_text(key.first)},
                                   {cell_text(key.second)},
                                   {expected},
                                   {reported.size() > 1 ? "no" : "yes",
                                    reported.size() > 1 ? Tone::mixed : Tone::faint}};
            line.insert(line.end(), cells.begin(), cells.end());
            grid.row(line);
        }
        section.body += paragraph("By situation of a socket and what was asked for. \xE2\x89\xA0 "
                                  "marks what is not as the library's contract has it; what that "
                                  "leaves open is in brackets under "
                                  "\xE2\x80\x98"
                                  "expected\xE2\x80\x99. Capitals are the bits of a "
                                  "simulated system's own poll.") +
                        grid.html();
    }
    section.body += missing_note(subjects, "poll");
    return section;
}

} // namespace caesura::probe
