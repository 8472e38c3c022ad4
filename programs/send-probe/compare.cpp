#include "send-probe/compare.hpp"

#include <algorithm>
#include <map>

namespace caesura::probe {

namespace {

// Any two numbers of 64 bits, without an overflow.
bool is_near(std::int64_t one, std::int64_t other, std::uint64_t tolerance) {
    if (one == other) {
        return true;
    }
    const auto a = static_cast<double>(one);
    const auto b = static_cast<double>(other);
    const double smaller = std::min(std::max(a, -a), std::max(b, -b));
    return std::max(a - b, b - a) * 100 <= smaller * static_cast<double>(tolerance);
}

bool is_same(const Value& one, const Value& other, Role role, std::uint64_t tolerance) {
    const auto* const a = std::get_if<std::int64_t>(&one);
    const auto* const b = std::get_if<std::int64_t>(&other);
    if (role == Role::figure && a != nullptr && b != nullptr) {
        return is_near(*a, *b, tolerance);
    }
    return one == other;
}

// What tells a row from the others: "sndbuf unset, write 64".
std::string key_of(const Table& table, const Row& row) {
    std::string key;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (table.columns[i].role == Role::key) {
            key += (key.empty() ? "" : ", ") + table.columns[i].name + " " + text_of(row[i]);
        }
    }
    return key;
}

using Rows = std::map<std::string, const Row*>;

Rows by_key(const Table& table) {
    Rows rows;
    for (const Row& row : table.rows) {
        rows.emplace(key_of(table, row), &row); // of rows with one key, the first
    }
    return rows;
}

void compare_rows(const Table& one, const Row& row, const Table& other, const Row& twin,
                  const std::string& key, std::uint64_t tolerance,
                  std::vector<ValueDifference>& found) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        const Column& column = one.columns[i];
        const std::size_t place = other.place_of(column.name);
        const bool counts = column.role == Role::figure || column.role == Role::text;
        if (counts && place != twin.size() &&
            !is_same(row[i], twin[place], column.role, tolerance)) {
            found.push_back({key, column.name, &row, &twin, row[i], twin[place]});
        }
    }
}

class Comparison {
public:
    explicit Comparison(std::uint64_t tolerance) : tolerance_(tolerance) {}

    void documents(const Document& one, const Document& other) {
        for (const Table& table : one.tables) {
            if (const Table* const twin = other.find(table.name)) {
                tables(table, *twin);
            } else {
                found_.push_back(table.name + ": only in the first");
            }
        }
        for (const Table& table : other.tables) {
            if (one.find(table.name) == nullptr) {
                found_.push_back(table.name + ": only in the second");
            }
        }
    }

    std::vector<std::string> found() && { return std::move(found_); }

private:
    void tables(const Table& one, const Table& other) {
        columns(one, other, "first");
        columns(other, one, "second");
        // Rows that are all noise have nothing to be compared by: how many there are is noise too.
        if (!has_substance(one) && !has_substance(other)) {
            return;
        }
        const Rows rows = by_key(one);
        const Rows others = by_key(other);
        for (const auto& [key, row] : rows) {
            const auto twin = others.find(key);
            if (twin == others.end()) {
                found_.push_back(one.name + ", " + key + ": only in the first");
            } else {
                values(one, *row, other, *twin->second, key);
            }
        }
        for (const auto& [key, row] : others) {
            if (rows.count(key) == 0) {
                found_.push_back(one.name + ", " + key + ": only in the second");
            }
        }
    }

    static bool has_substance(const Table& table) {
        return std::any_of(table.columns.begin(), table.columns.end(), [](const Column& column) {
            return column.role == Role::figure || column.role == Role::text;
        });
    }

    void columns(const Table& one, const Table& other, const std::string& which) {
        for (const Column& column : one.columns) {
            if (column.role != Role::noisy && other.place_of(column.name) == other.columns.size()) {
                found_.push_back(one.name + ": column " + column.name + " only in the " + which);
            }
        }
    }

    void values(const Table& one, const Row& row, const Table& other, const Row& twin,
                const std::string& key) {
        std::vector<ValueDifference> differing;
        compare_rows(one, row, other, twin, key, tolerance_, differing);
        for (const ValueDifference& value : differing) {
            found_.push_back(one.name + ", " + key + ": " + value.column + " " +
                             quoted(value.value) + " and " + quoted(value.twin));
        }
    }

    // So that an empty text is seen.
    static std::string quoted(const Value& value) {
        return std::holds_alternative<std::string>(value) ? "'" + text_of(value) + "'"
                                                          : text_of(value);
    }

    std::uint64_t tolerance_;
    std::vector<std::string> found_;
};

} // namespace

TableDifference differing_values(const Table& one, const Table& other, std::uint64_t tolerance) {
    TableDifference difference;
    const Rows others = by_key(other);
    for (const Row& row : one.rows) {
        const std::string key = key_of(one, row);
        if (const auto twin = others.find(key); twin != others.end()) {
            ++difference.pairs;
            compare_rows(one, row, other, *twin->second, key, tolerance, difference.values);
        }
    }
    return difference;
}

std::vector<std::string> differences(const Document& one, const Document& other,
                                     std::uint64_t tolerance) {
    Comparison comparison(tolerance);
    comparison.documents(one, other);
    return std::move(comparison).found();
}

} // namespace caesura::probe
