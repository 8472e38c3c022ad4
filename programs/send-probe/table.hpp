#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caesura::probe {

/// What a system would not tell, or what has no meaning in a row.
using Unknown = std::monostate;

/// One observation.
using Value = std::variant<Unknown, std::int64_t, std::string>;

/// A whole number, of which nobody has more than 63 bits here.
template <std::integral Number>
Value number(Number value) {
    return static_cast<std::int64_t>(value);
}
/// Unknown when there is none.
template <std::integral Number>
Value number(const std::optional<Number>& value) {
    Value result;
    if (value) {
        result = static_cast<std::int64_t>(*value);
    }
    return result;
}

/// What a column is to whoever compares two tables.
enum class Role : std::uint8_t {
    key,    // which row this is
    figure, // differs when it is off by more than a tolerance
    noisy,  // differs from run to run, and means nothing by itself: times, memory of others
    text    // differs when it is not the same
};

/// The word for it, as files have it.
std::string_view name_of(Role role);

struct Column {
    std::string name;
    std::string unit; // empty: none
    Role role = Role::figure;

    bool operator==(const Column&) const = default;
};

using Row = std::vector<Value>;

/// What one probe has seen: each row has as many values as there are columns.
struct Table {
    std::string name;
    std::string title; // a sentence for people
    std::vector<Column> columns;
    std::vector<Row> rows;

    /// Where a column stands; columns.size() where there is none of that name.
    std::size_t place_of(std::string_view column) const;

    bool operator==(const Table&) const = default;
};

/// As people read it: `?` for what is unknown.
std::string text_of(const Value& value);

/// What a row has in a column of that name; unknown where the table has no such column.
const Value& value_at(const Table& table, const Row& row, std::string_view column);
/// The same as people read it.
std::string shown_at(const Table& table, const Row& row, std::string_view column);
/// The same where it is a number.
std::optional<std::int64_t> figure_at(const Table& table, const Row& row, std::string_view column);

} // namespace caesura::probe
