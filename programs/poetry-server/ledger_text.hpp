#pragma once

#include <caesura/ledger.hpp>

#include <string>

namespace caesura {

/// Adds what is in `more`; what one of the two cannot tell, their sum cannot either.
void add(Ledger& sum, const Ledger& more);

/// For a log line: "queued 0, handed over 3003, unacknowledged 128, unsent 0 bytes".
std::string describe(const Ledger& ledger);

} // namespace caesura
