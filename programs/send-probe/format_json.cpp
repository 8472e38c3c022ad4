#include "send-probe/format.hpp"

#include <array>

namespace caesura::probe {

namespace {

std::string quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json += {'\\', c};
        } else if (byte < 0x20) {
            json += "\\u00";
            json += {digits[byte >> 4], digits[byte & 15]};
        } else {
            json += c;
        }
    }
    return json + '"';
}

std::string json_of(const Value& value) {
    if (std::holds_alternative<Unknown>(value)) {
        return "null";
    }
    const auto* const text = std::get_if<std::string>(&value);
    return text == nullptr ? text_of(value) : quoted(*text);
}

// The elements, each on a line of its own, between brackets.
template <class List, class TextOf>
std::string list_of(const List& list, const std::string& indent, TextOf json_of_one) {
    std::string json;
    for (const auto& one : list) {
        json += (json.empty() ? "\n" : ",\n") + indent + "  " + json_of_one(one);
    }
    return json.empty() ? "[]" : "[" + json + "\n" + indent + "]";
}

std::string json_of_row(const Row& row) {
    std::string json;
    for (const Value& value : row) {
        json += (json.empty() ? "" : ", ") + json_of(value);
    }
    return "[" + json + "]";
}

std::string json_of_table(const Table& table) {
    const auto column = [](const Column& one) {
        return "{\"name\": " + quoted(one.name) + ", \"unit\": " + quoted(one.unit) +
               ", \"role\": " + quoted(name_of(one.role)) + "}";
    };
    return "{\n      \"name\": " + quoted(table.name) +
           ",\n      \"title\": " + quoted(table.title) +
           ",\n      \"columns\": " + list_of(table.columns, "      ", column) +
           ",\n      \"rows\": " + list_of(table.rows, "      ", json_of_row) + "\n    }";
}

} // namespace

std::string format_json(const Document& document) {
    const auto fact = [](const Fact& one) {
        return "{\"name\": " + quoted(one.name) + ", \"value\": " + quoted(one.value) + "}";
    };
    return "{\n  \"schema\": \"caesura-send-probe\",\n  \"version\": " +
           std::to_string(schema_version) +
           ",\n  \"fingerprint\": " + list_of(document.fingerprint, "  ", fact) +
           ",\n  \"tables\": " + list_of(document.tables, "  ", json_of_table) + "\n}\n";
}

} // namespace caesura::probe
