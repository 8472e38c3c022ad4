#include "send-probe/table.hpp"

#include <algorithm>

namespace caesura::probe {

std::string_view name_of(Role role) {
    switch (role) {
    case Role::key:
        return "key";
    case Role::figure:
        return "figure";
    case Role::noisy:
        return "noisy";
    case Role::text:
        break;
    }
    return "text";
}

std::size_t Table::place_of(std::string_view column) const {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [column](const Column& one) { return one.name == column; });
    return static_cast<std::size_t>(found - columns.begin());
}

std::string text_of(const Value& value) {
    if (const auto* const number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    const auto* const text = std::get_if<std::string>(&value);
    return text == nullptr ? "?" : *text;
}

const Value& value_at(const Table& table, const Row& row, std::string_view column) {
    static const Value unknown;
    const std::size_t place = table.place_of(column);
    return place < row.size() ? row[place] : unknown;
}

std::string shown_at(const Table& table, const Row& row, std::string_view column) {
    return text_of(value_at(table, row, column));
}

std::optional<std::int64_t> figure_at(const Table& table, const Row& row, std::string_view column) {
    const auto* const value = std::get_if<std::int64_t>(&value_at(table, row, column));
    return value == nullptr ? std::nullopt : std::optional(*value);
}

} // namespace caesura::probe
