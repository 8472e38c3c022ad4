#pragma once

#include "send-probe/document.hpp"

#include <string>
#include <vector>

namespace caesura::probe {

/// One value that differs between two rows of the same keys.
struct ValueDifference {
    std::string key; // "sndbuf unset, write 64"
    std::string column;
    const Row* one = nullptr; // of tables that whoever asked has
    const Row* other = nullptr;
    Value value; // of the one
    Value twin;
};

/// Where two tables have rows of the same keys and their values differ beyond noise, as below.
/// `pairs` is how many such rows there are.
struct TableDifference {
    std::vector<ValueDifference> values;
    std::size_t pairs = 0;
};
TableDifference differing_values(const Table& one, const Table& other, std::uint64_t tolerance);

/// What differs between two documents beyond noise, a line each: tables and rows (told apart by
/// their keys) that only one of them has, texts that are not the same, figures that are further
/// apart than `tolerance` percent of the smaller one. Columns that only one has count too; noisy
/// ones and the fingerprint do not. Empty: nothing.
std::vector<std::string> differences(const Document& one, const Document& other,
                                     std::uint64_t tolerance);

} // namespace caesura::probe
