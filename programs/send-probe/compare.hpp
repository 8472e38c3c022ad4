#pragma once

#include "send-probe/document.hpp"

#include <string>
#include <vector>

namespace caesura::probe {

/// What differs between two documents beyond noise, a line each: tables and rows (told apart by
/// their keys) that only one of them has, texts that are not the same, figures that are further
/// apart than `tolerance` percent of the larger one. Columns that only one has count too; noisy
/// ones and the fingerprint do not. Empty: nothing.
std::vector<std::string> differences(const Document& one, const Document& other,
                                     std::uint64_t tolerance);

} // namespace caesura::probe
