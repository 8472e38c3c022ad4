#pragma once

#include "send-probe/report/grid.hpp"
#include "send-probe/report/subject.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// Rows that say the same of several systems.
struct Line {
    std::vector<Value> keys;
    std::vector<const Row*> rows; // of each subject; nullptr: it has none
};

/// The rows of a table of that name, by the values of these columns, in the order in which they
/// first come; of one subject's rows with the same keys the first. The subjects must outlive it.
std::vector<Line> side_by_side(const std::vector<Subject>& subjects, std::string_view table,
                               const std::vector<std::string_view>& keys);

/// Whether any of them has a table of that name with a row in it.
bool any_has(const std::vector<Subject>& subjects, std::string_view table);
/// Says who has no such table; empty when all have.
Html missing_note(const std::vector<Subject>& subjects, std::string_view table);

/// A cell for where a subject has no such row.
Cell no_cell();
/// A number, or `?`.
Cell number_cell(const Value& value);
/// A cell of the head for each subject, spanning so many columns.
void add_names(std::vector<Cell>& cells, const std::vector<Subject>& subjects,
               std::size_t columns = 1);

} // namespace caesura::probe
