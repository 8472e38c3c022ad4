#pragma once

#include <caesura/error.hpp>

#include <string>
#include <string_view>

namespace caesura::probe {

/// Makes a file of that text, in place of one that may be there: whole, or not at all. Until all of
/// it is written it is called as it will be, and `.part` behind. What is no regular file, such as a
/// device, is written to as it is. Errors: those of Host::open_output, Output::write, Host::rename.
Failure write_whole(const std::string& path, std::string_view text);

} // namespace caesura::probe
