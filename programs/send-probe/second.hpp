#pragma once

#include "send-probe/run.hpp"
#include "send-probe/table.hpp"

namespace caesura::probe {

/// What a second client meets while a first one that never reads has much hoarded for it. It tells
/// two explanations apart of a second client that was told "would block" by a system with an empty
/// buffer: H1, that memory for sends is used up, which a small send would still pass; and H2, that
/// memory pressure throttles the limit of sockets whose buffer nobody has set, which a buffer that
/// is set escapes.
Table second(const Run& run);

} // namespace caesura::probe
