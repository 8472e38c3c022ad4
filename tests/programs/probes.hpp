#pragma once

#include "programs/programs.hpp"
#include "send-probe/document.hpp"

#include <string>
#include <string_view>

namespace caesura::testing {

// The command that starts send-probe.
Words send_probe(const Words& arguments);

// Of what it has written; the test fails when that is no document.
probe::Document document_of(const std::string& json);
// Of what it writes now, without a word of complaint.
probe::Document seen_by(const Words& arguments);

const probe::Table& table_in(const probe::Document& document, std::string_view name);
std::string text_at(const probe::Table& table, const probe::Row& row, std::string_view column);
std::uint64_t number_at(const probe::Table& table, const probe::Row& row, std::string_view column);
// Empty when there is no such fact.
std::string fact_in(const probe::Document& document, std::string_view name);

// Every table and column is as docs/PROBE-SCHEMA.md has it.
void check_documented(const probe::Document& document);

// A `send-probe serve` that listens. It is killed when nobody has ended it.
class Serving {
public:
    explicit Serving(const Words& options = {});

    Child& child() { return child_; }
    const Endpoint& at() const { return endpoint_; }
    // As --to takes it.
    std::string target() const { return to_string(endpoint_); }

    // Reads its log up to a line that has all these words in it.
    std::string await_log(const Words& words) { return await_line(child_, Stream::error, words); }
    // Tells it to end, as a user would, and waits for that.
    Exit end();

private:
    Child child_;
    Endpoint endpoint_;
};

} // namespace caesura::testing
