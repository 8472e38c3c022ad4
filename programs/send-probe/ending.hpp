#pragma once

#include "send-probe/exit_child.hpp"
#include "send-probe/reader.hpp"
#include "send-probe/run.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// How a sender goes.
enum class Manner : std::uint8_t {
    close,
    shut_and_close,
    abort,
    linger,       // closes, with a second for what has not been delivered
    unread_input, // closes while bytes of its reader's wait for it
    exit_closed,  // its process closes, then exits
    exit_open     // its process exits
};
std::string_view name_of(Manner manner);
bool is_exit(Manner manner);

/// One thing to try.
struct Trial {
    Manner manner;
    Load load;
    Reads reads;
};

/// Everything that is tried. Who reads when a process has ended reads late, and so
/// does who reads when a call has come back that waits for him.
std::vector<Trial> all_trials();

/// What came of it once.
struct Round {
    std::uint64_t taken = 0;
    Heard heard;
    Failure closing;                      // what the closing call said
    std::optional<Duration> closing_took; // none: it was not looked at
};

/// Tries it once. Of simulated systems each seed is a world of its own.
Round end(const Run& run, const Trial& trial, std::uint64_t seed);

} // namespace caesura::probe
