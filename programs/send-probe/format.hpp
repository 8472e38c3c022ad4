#pragma once

#include "send-probe/document.hpp"

#include <string>

namespace caesura::probe {

/// For a terminal or a plain file. Columns of which no row knows anything are named, not shown.
std::string format_text(const Document& document);
/// One block a table, by RFC 4180 with plain line ends: a line with the names, then the rows; an
/// empty line between. Unknown is an empty field. The fingerprint is a table of its own.
std::string format_csv(const Document& document);
/// Schema 1 (docs/PROBE-SCHEMA.md); read_document takes it back.
std::string format_json(const Document& document);

} // namespace caesura::probe
