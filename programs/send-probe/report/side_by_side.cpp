#include "send-probe/report/side_by_side.hpp"

#include "send-probe/report/units.hpp"

#include <algorithm>
#include <map>

namespace caesura::probe {

std::vector<Line> side_by_side(const std::vector<Subject>& subjects, std::string_view table,
                               const std::vector<std::string_view>& keys) {
    std::vector<Line> lines;
    std::map<std::vector<Value>, std::size_t> places;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        const Table* const found = subjects[i].document.find(table);
        if (found == nullptr) {
            continue;
        }
        for (const Row& row : found->rows) {
            std::vector<Value> key;
            for (const std::string_view name : keys) {
                key.push_back(value_at(*found, row, name));
            }
            const auto [place, is_new] = places.emplace(std::move(key), lines.size());
            if (is_new) {
                lines.push_back({place->first, std::vector<const Row*>(subjects.size())});
            }
            const Row*& mine = lines[place->second].rows[i];
            mine = mine == nullptr ? &row : mine;
        }
    }
    return lines;
}

bool any_has(const std::vector<Subject>& subjects, std::string_view table) {
    return std::any_of(subjects.begin(), subjects.end(), [table](const Subject& one) {
        const Table* const found = one.document.find(table);
        return found != nullptr && !found->rows.empty();
    });
}

Html missing_note(const std::vector<Subject>& subjects, std::string_view table) {
    std::string names;
    for (const Subject& subject : subjects) {
        const Table* const found = subject.document.find(table);
        if (found == nullptr || found->rows.empty()) {
            names += (names.empty() ? "" : "; ") + subject.name;
        }
    }
    return names.empty() ? Html()
                         : element("p", {{"class", "missing"}},
                                   "No table " + std::string(table) + ": " + names + ".");
}

Cell no_cell() {
    return {"\xE2\x80\x93", Tone::faint}; // a dash
}

Cell number_cell(const Value& value) {
    return {cell_text(value), std::holds_alternative<Unknown>(value) ? Tone::faint : Tone::number};
}

void add_names(std::vector<Cell>& cells, const std::vector<Subject>& subjects,
               std::size_t columns) {
    for (const Subject& subject : subjects) {
        cells.push_back({subject.name, Tone::plain, columns});
    }
}

} // namespace caesura::probe
