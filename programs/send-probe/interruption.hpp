#pragma once

#include "common/interruption.hpp"

#include <caesura/time.hpp>

#include <exception>

namespace caesura::probe {

/// Somebody has asked a command to end. Half a table looks like a whole one, so none is written.
class Interrupted : public std::exception {
public:
    const char* what() const noexcept override { return "interrupted; nothing was written"; }
};

/// Ctrl-C and its like: as long as this exists they end nothing by themselves, and what works for
/// long looks for them.
class Interruption {
public:
    /// Throws Interrupted once a signal has asked for the end, and from then on each time. At a
    /// price that can be paid often.
    void check();

private:
    caesura::Interruption signals_;
    Instant next_look_{}; // by the real clock
    bool is_asked_ = false;
};

} // namespace caesura::probe
