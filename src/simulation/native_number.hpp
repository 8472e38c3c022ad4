#pragma once

#include <caesura/error.hpp>

#include <caesura/simulation/preset.hpp>

namespace caesura::simulation {

/// The error with the number that a system of that dialect has for it (on Linux, and by Winsock's
/// documentation).
Failure said(Dialect dialect, Error error);

} // namespace caesura::simulation
