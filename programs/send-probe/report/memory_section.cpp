#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

struct Counter {
    std::string_view column;
    const char* name;
};

constexpr Counter counters[] = {{"process_resident", "this process, resident"},
                                {"process_own", "this process, its own"},
                                {"tcp_memory", "all TCP sockets"},
                                {"kernel_pool", "kernel, never paged"},
                                {"available", "available"}};

// Without a budget, with buffers that nobody set.
bool is_plain(const Table& sweep, const Row& row) {
    return figure_at(sweep, row, "budget").value_or(0) == 0 &&
           shown_at(sweep, row, "sndbuf") == "unset" && shown_at(sweep, row, "rcvbuf") == "unset";
}

std::vector<Counter> known_counters(const Table& sweep) {
    std::vector<Counter> known;
    for (const Counter& counter : counters) {
        if (std::any_of(sweep.rows.begin(), sweep.rows.end(), [&](const Row& row) {
                return is_plain(sweep, row) && figure_at(sweep, row, counter.column).has_value();
            })) {
            known.push_back(counter);
        }
    }
    return known;
}

Html table_of(const Subject& subject, const Table& sweep) {
    const auto known = known_counters(sweep);
    if (known.empty()) {
        return element("p", {{"class", "missing"}}, "It tells of no memory in this file.");
    }
    Grid grid("Memory that moved, " + subject.name, 1);
    std::vector<Cell> head{{"each write"}, {"taken", Tone::number}};
    for (const Counter& counter : known) {
        head.push_back({counter.name, Tone::number});
    }
    grid.head(head);
    for (const Row& row : sweep.rows) {
        if (is_plain(sweep, row)) {
            std::vector<Cell> cells{{setting_text(value_at(sweep, row, "write"))},
                                    number_cell(value_at(sweep, row, "taken"))};
            for (const Counter& counter : known) {
                cells.push_back(number_cell(value_at(sweep, row, counter.column)));
            }
            grid.row(cells);
        }
    }
    return grid.html();
}

} // namespace

Section memory_section(const std::vector<Subject>& subjects) {
    Section section{"memory", "Memory that moved meanwhile", {}};
    if (any_has(subjects, "sweep")) {
        section.body += paragraph(
            "Bytes by which each counter had changed when a send blocked; without a budget, with "
            "buffers that nobody set. Counters of the whole system are moved by others too. What "
            "no row tells is left out.");
        for (const Subject& subject : subjects) {
            if (const Table* const sweep = subject.document.find("sweep")) {
                section.body += element("h3", {}, subject.name) + table_of(subject, *sweep);
            }
        }
    }
    section.body += missing_note(subjects, "sweep");
    return section;
}

} // namespace caesura::probe
