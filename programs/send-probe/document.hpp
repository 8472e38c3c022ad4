#pragma once

#include "send-probe/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// The schema that is written, and the only one that is read: docs/PROBE-SCHEMA.md.
inline constexpr std::int64_t schema_version = 1;

/// One fact about where the observations come from.
struct Fact {
    std::string name;
    std::string value;

    bool operator==(const Fact&) const = default;
};

/// What a file holds: where it was seen, and what.
struct Document {
    std::vector<Fact> fingerprint;
    std::vector<Table> tables;

    /// nullptr when there is none of that name.
    const Table* find(std::string_view table) const;

    /// The value of a fact; empty when there is none of that name.
    std::string fact(std::string_view name) const;

    /// For people, whom raw rounds would bury: only what sums them up.
    Document summary() const;

    bool operator==(const Document&) const = default;
};

} // namespace caesura::probe
