#include "send-probe/json_reader.hpp"

#include "common/text.hpp"
#include "send-probe/json.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace caesura::probe {

namespace {

struct Wrong {
    std::string what;
};

template <class Kind>
Kind& as(Json& json, const std::string& what) {
    auto* const found = std::get_if<Kind>(&json.value);
    if (found == nullptr) {
        throw Wrong{what + " is of the wrong kind"};
    }
    return *found;
}

// Text that is fit to be printed, as all that is written is.
std::string text_in(Json& json, const std::string& what) {
    std::string text = std::move(as<std::string>(json, what));
    if (printable(text, text.size()) != text) {
        throw Wrong{what + " is not printable"};
    }
    return text;
}

// The members of an object, which must have exactly these names, in any order; in this order.
template <std::size_t count>
std::array<Json*, count> members_of(Json& json, const std::array<std::string_view, count>& names,
                                    const std::string& what) {
    auto& members = as<JsonObject>(json, what);
    std::array<Json*, count> found{};
    for (std::size_t i = 0; i < count; ++i) {
        const auto same = [&](const auto& member) { return member.first == names[i]; };
        const auto member = std::find_if(members.begin(), members.end(), same);
        if (member == members.end()) {
            throw Wrong{what + " has no " + std::string(names[i])};
        }
        found[i] = &member->second;
    }
    if (members.size() != count) {
        throw Wrong{what + " has a member that schema 1 does not know"};
    }
    return found;
}

Role role_of(const std::string& word) {
    for (const Role role : {Role::key, Role::figure, Role::noisy, Role::text}) {
        if (word == name_of(role)) {
            return role;
        }
    }
    throw Wrong{"a column has an unknown role"};
}

Column column_of(Json& json) {
    const auto [name, unit, role] = members_of<3>(json, {"name", "unit", "role"}, "a column");
    return {text_in(*name, "a column's name"), text_in(*unit, "a column's unit"),
            role_of(as<std::string>(*role, "a column's role"))};
}

Value value_of(Json& json) {
    if (std::holds_alternative<std::monostate>(json.value)) {
        return {};
    }
    if (const auto* const number = std::get_if<std::int64_t>(&json.value)) {
        return *number;
    }
    return text_in(json, "a value");
}

Row row_of(Json& json, std::size_t columns) {
    Row row;
    for (Json& value : as<JsonList>(json, "a row")) {
        row.push_back(value_of(value));
    }
    if (row.size() != columns) {
        throw Wrong{"a row has another number of values than there are columns"};
    }
    return row;
}

Table table_of(Json& json) {
    const auto [name, title, columns, rows] =
        members_of<4>(json, {"name", "title", "columns", "rows"}, "a table");
    Table table{text_in(*name, "a table's name"), text_in(*title, "a table's title"), {}, {}};
    for (Json& one : as<JsonList>(*columns, "columns")) {
        Column column = column_of(one);
        if (table.place_of(column.name) != table.columns.size()) {
            throw Wrong{"two columns of " + table.name + " have one name"};
        }
        table.columns.push_back(std::move(column));
    }
    for (Json& row : as<JsonList>(*rows, "rows")) {
        table.rows.push_back(row_of(row, table.columns.size()));
    }
    return table;
}

Document document_of(Json& json) {
    const auto [schema, version, fingerprint, tables] =
        members_of<4>(json, {"schema", "version", "fingerprint", "tables"}, "the document");
    if (as<std::string>(*schema, "schema") != "caesura-send-probe") {
        throw Wrong{"it is not of send-probe"};
    }
    if (as<std::int64_t>(*version, "version") != schema_version) {
        throw Wrong{"it is of another version than " + std::to_string(schema_version)};
    }
    Document document;
    for (Json& fact : as<JsonList>(*fingerprint, "fingerprint")) {
        const auto [name, value] = members_of<2>(fact, {"name", "value"}, "a fact");
        document.fingerprint.push_back(
            {text_in(*name, "a fact's name"), text_in(*value, "a fact's value")});
    }
    for (Json& one : as<JsonList>(*tables, "tables")) {
        Table table = table_of(one);
        if (document.find(table.name) != nullptr) {
            throw Wrong{"two tables are called " + table.name};
        }
        document.tables.push_back(std::move(table));
    }
    return document;
}

} // namespace

std::variant<Document, Refusal> read_document(std::string_view text) {
    auto parsed = parse_json(text);
    if (const auto* const mistake = std::get_if<JsonMistake>(&parsed)) {
        return Refusal{"no JSON as it should be: line " + std::to_string(mistake->line) + ": " +
                       mistake->what};
    }
    try {
        return document_of(std::get<Json>(parsed));
    } catch (const Wrong& wrong) {
        return Refusal{wrong.what};
    }
}

std::variant<Document, Refusal> read_document_file(const std::string& path) {
    const auto file = this_host().open_file(path);
    if (!file) {
        return Refusal{describe(file.failure())};
    }
    if ((*file)->size() > json_size_max) {
        return Refusal{"longer than " + std::to_string(json_size_max) + " bytes"};
    }
    std::string text(static_cast<std::size_t>((*file)->size()), '\0');
    if (!text.empty()) {
        if (const Failure failure = (*file)->read(0, std::as_writable_bytes(std::span(text)))) {
            return Refusal{describe(failure)};
        }
    }
    // What a redirection of PowerShell 5 writes.
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
        return Refusal{
            "is UTF-16, as PowerShell's > makes it; have send-probe write it with --out"};
    }
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    return read_document(std::string_view(text).substr(
        text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0));
}

} // namespace caesura::probe
