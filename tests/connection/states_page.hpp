#pragma once

#include <string>

namespace caesura::testing {

// The text of docs/STATES.md, made from the table alone.
std::string states_page();

} // namespace caesura::testing
