#pragma once

#include "send-probe/report/subject.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caesura::probe {

/// One page of HTML, which is well-formed XML too, about these documents side by side. It needs
/// nothing from elsewhere and has no script. `tolerance`: percent that a figure may deviate from
/// the model.
std::string page_of(std::vector<Source> sources, std::uint64_t tolerance);

} // namespace caesura::probe
