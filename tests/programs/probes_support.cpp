#include "programs/probes.hpp"

#include "common/target.hpp"
#include "send-probe/json_reader.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

namespace caesura::testing {

using probe::Document;
using probe::Table;

namespace {

// Of docs/PROBE-SCHEMA.md: by table, each column as `name unit role`.
std::map<std::string, Words> documented_columns() {
    std::map<std::string, Words> documented;
    std::string table;
    for (const std::string& line : lines_of(content_of(CAESURA_PROBE_SCHEMA))) {
        if (line.rfind("### `", 0) == 0) {
            table = line.substr(5, line.size() - 6);
        } else if (!table.empty() && line.rfind("| `", 0) == 0) {
            const std::size_t name = line.find('`', 3);
            const std::size_t unit = line.find(" | ", name) + 3;
            const std::size_t role = line.find(" | ", unit - 1) + 3;
            const std::string unit_text =
                line[unit] == ' ' || unit + 3 > role ? "" : line.substr(unit, role - 3 - unit);
            documented[table].push_back(line.substr(3, name - 3) + "/" + unit_text + "/" +
                                        line.substr(role, line.find(' ', role) - role));
        }
    }
    return documented;
}

} // namespace

Words send_probe(const Words& arguments) {
    return Words{CAESURA_SEND_PROBE} + arguments;
}

Document document_of(const std::string& json) {
    auto read = probe::read_document(json);
    if (const auto* const refusal = std::get_if<probe::Refusal>(&read)) {
        FAIL(refusal->reason);
    }
    return std::get<Document>(std::move(read));
}

Document seen_by(const Words& arguments) {
    const Ran ran = run(send_probe(Words{"--format", "json"} + arguments));
    CHECK(ran.errors.empty());
    REQUIRE(ran.exit == exited(0));
    return document_of(ran.output);
}

const Table& table_in(const Document& document, std::string_view name) {
    const Table* const table = document.find(name);
    REQUIRE(table != nullptr);
    return *table;
}

std::string text_at(const Table& table, const probe::Row& row, std::string_view column) {
    REQUIRE(table.place_of(column) < row.size());
    return probe::text_of(row[table.place_of(column)]);
}

std::uint64_t number_at(const Table& table, const probe::Row& row, std::string_view column) {
    return std::stoull(text_at(table, row, column));
}

std::string fact_in(const Document& document, std::string_view name) {
    const auto& facts = document.fingerprint;
    const auto found = std::find_if(facts.begin(), facts.end(),
                                    [name](const probe::Fact& one) { return one.name == name; });
    return found == facts.end() ? std::string() : found->value;
}

void check_documented(const Document& document) {
    const auto documented = documented_columns();
    for (const Table& table : document.tables) {
        CAPTURE(table.name);
        REQUIRE(documented.count(table.name) == 1);
        Words columns;
        for (const probe::Column& column : table.columns) {
            columns.push_back(column.name + "/" + column.unit + "/" +
                              std::string(name_of(column.role)));
        }
        CHECK(columns == documented.at(table.name));
    }
}

Serving::Serving(const Words& options)
    : child_(Child::start(send_probe(Words{"serve"} + options))) {
    constexpr std::string_view words = "listening on ";
    const auto line = child_.read_line(Stream::output);
    if (!line) {
        FAIL("it does not listen; it said: " << child_.read_all(Stream::error));
    }
    REQUIRE(line->substr(0, words.size()) == words);
    const auto target = parse_target(line->substr(words.size()));
    REQUIRE(target);
    const auto endpoint = parse_address(target->host, target->port);
    REQUIRE(endpoint);
    endpoint_ = *endpoint;
}

Exit Serving::end() {
    REQUIRE(child_.signal(Signal::interrupt));
    return child_.wait();
}

} // namespace caesura::testing
