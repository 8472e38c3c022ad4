#pragma once

#include <caesura/time.hpp>

namespace caesura {

/// Floor 1: the one source of time. Monotonic: never goes back, unaffected by changes of the date.
/// May be asked from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() = 0;
};

} // namespace caesura
