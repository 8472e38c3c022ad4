#include "send-probe/format.hpp"

namespace caesura::probe {

namespace {

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string field = "\"";
    for (const char c : text) {
        field += c == '"' ? "\"\"" : std::string(1, c);
    }
    return field + "\"";
}

std::string field_of(const Value& value) {
    return std::holds_alternative<Unknown>(value) ? "" : quoted(text_of(value));
}

std::string csv_of(const Table& table) {
    std::string text = "table";
    for (const Column& column : table.columns) {
        const std::string unit = column.unit.empty() ? "" : " (" + column.unit + ")";
        text += "," + quoted(column.name + unit);
    }
    for (const Row& row : table.rows) {
        text += "\n" + quoted(table.name);
        for (const Value& value : row) {
            text += "," + field_of(value);
        }
    }
    return text + "\n";
}

} // namespace

std::string format_csv(const Document& document) {
    Table facts{"fingerprint", "", {{"name", "", Role::key}, {"value", "", Role::text}}, {}};
    for (const Fact& fact : document.fingerprint) {
        facts.rows.push_back({fact.name, fact.value});
    }
    std::string text = csv_of(facts);
    for (const Table& table : document.tables) {
        text += "\n" + csv_of(table);
    }
    return text;
}

} // namespace caesura::probe
