#pragma once

#include "send-probe/report/html.hpp"
#include "send-probe/report/prediction.hpp"

#include <cstdint>

namespace caesura::probe {

/// What deviates from the prediction, under the rules that it contradicts.
Html deviation_list(const Subject& subject, const Prediction& prediction, std::uint64_t tolerance);

} // namespace caesura::probe
