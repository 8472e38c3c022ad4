#pragma once

#include "send-probe/document.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace caesura::probe {

/// Why a text is no document: a sentence fragment.
struct Refusal {
    std::string reason;
};

/// What format_json has written. Strict: every member that schema 1 names must be there, with the
/// right kind of value, and no other; each row has a value for each column; no two tables and no
/// two columns of one have the same name.
std::variant<Document, Refusal> read_document(std::string_view text);

/// The same of a file. UTF-8 path.
std::variant<Document, Refusal> read_document_file(const std::string& path);

} // namespace caesura::probe
