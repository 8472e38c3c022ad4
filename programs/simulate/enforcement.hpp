#pragma once

#include "simulate/testimony.hpp"

#include <caesura/tcp.hpp>
#include <caesura/time.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace caesura {

/// One look at a connection, after a turn of its reactor.
struct TurnLook {
    Instant before;           // by the reactor's clock, before the turn
    Instant after;            // likewise
    std::uint64_t queued = 0; // not yet taken by the system
    bool is_done = false;     // nothing more will ever be written
};

/// Holds a connection to its limits: whether it has outlived one that must have ended it. Looked at
/// after every turn, except while only the peer's end is awaited, for then there is the drain limit
/// alone. Where there is a least rate the testimony has to know what has arrived up to then.
///
/// Why it is never wrong, whatever the system does and however late a turn comes: the library has a
/// timer for each limit, due at a moment that a look can bound from above by the reactor's own time
/// in a turn before; and a turn that begins at or after that moment runs that timer, and ends what
/// it closes, before the look that follows.
class Enforcement {
public:
    Enforcement(const ConnectionOptions& options, std::shared_ptr<const Testimony> testimony,
                Instant began);

    /// What is wrong; nothing: all is well.
    std::optional<std::string_view> look(const TurnLook& turn);

private:
    bool stands_too_long(const TurnLook& turn);
    bool is_too_slow(const TurnLook& turn);
    bool is_too_full(const TurnLook& turn);

    /// A wait in two steps: the library may have begun to count as late as at the end of the first.
    struct Wait {
        Instant due = never;
        bool is_second = false;

        void begin(Instant end) { *this = {end, false}; }
        /// Whether both are over.
        bool is_over(const TurnLook& turn, Duration step);
    };

    ConnectionOptions options_;
    std::shared_ptr<const Testimony> testimony_;
    Instant end_;
    std::uint64_t moves_ = 0;
    Wait idle_;
    Wait span_;
    std::uint64_t delivered_before_ = 0; // when both began
    std::uint64_t queued_before_ = 0;
};

} // namespace caesura
