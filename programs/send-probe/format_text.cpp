#include "send-probe/format.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

bool is_known(const Table& table, std::size_t column) {
    return std::any_of(table.rows.begin(), table.rows.end(), [column](const Row& row) {
        return text_of(row[column]) != "?" && !text_of(row[column]).empty();
    });
}

bool is_number(const Table& table, std::size_t column) {
    return std::any_of(table.rows.begin(), table.rows.end(), [column](const Row& row) {
        return std::holds_alternative<std::int64_t>(row[column]);
    });
}

bool has_units(const Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const Column& column) { return !column.unit.empty(); });
}

// Numbers stand to the right, words to the left.
std::string padded(std::string text, std::size_t width, bool to_the_right) {
    const std::string space(width - std::min(width, text.size()), ' ');
    return to_the_right ? space + text : text + space;
}

struct Shown {
    std::size_t column;
    std::size_t width;
    bool is_number;
};

std::vector<Shown> shown_columns(const Table& table) {
    std::vector<Shown> shown;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        if (column.role != Role::key && !is_known(table, i)) {
            continue;
        }
        std::size_t width = std::max(column.name.size(), column.unit.size());
        for (const Row& row : table.rows) {
            width = std::max(width, text_of(row[i]).size());
        }
        shown.push_back({i, width, is_number(table, i)});
    }
    return shown;
}

template <class TextOf>
std::string line_of(const std::vector<Shown>& shown, TextOf text_in) {
    std::string line;
    for (const Shown& one : shown) {
        line += (line.empty() ? "" : "  ") + padded(text_in(one.column), one.width, one.is_number);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

std::string text_of_table(const Table& table) {
    const auto shown = shown_columns(table);
    std::string text = table.name + ": " + table.title + "\n";
    text += line_of(shown, [&](std::size_t i) { return table.columns[i].name; });
    if (has_units(table)) {
        text += line_of(shown, [&](std::size_t i) { return table.columns[i].unit; });
    }
    for (const Row& row : table.rows) {
        text += line_of(shown, [&](std::size_t i) { return text_of(row[i]); });
    }
    std::string unknown;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].role != Role::key && table.columns[i].role != Role::text &&
            !is_known(table, i)) {
            unknown += (unknown.empty() ? "" : ", ") + table.columns[i].name;
        }
    }
    return text + (unknown.empty() ? "" : "unknown throughout: " + unknown + "\n");
}

} // namespace

std::string format_text(const Document& document) {
    std::size_t width = 0;
    for (const Fact& fact : document.fingerprint) {
        width = std::max(width, fact.name.size());
    }
    std::string text;
    for (const Fact& fact : document.fingerprint) {
        text += padded(fact.name, width, false) + "  " + fact.value + "\n";
    }
    for (const Table& table : document.tables) {
        text += (text.empty() ? "" : "\n") + text_of_table(table);
    }
    return text;
}

} // namespace caesura::probe
