#pragma once

#include "common/target.hpp"

#include <caesura/resolver.hpp>

namespace caesura::probe {

class Interruption;

/// The addresses of a target, on the real network. timed_out when there is no answer for half a
/// minute. Throws Interrupted meanwhile.
Resolver::Answer look_up(const Target& target, Interruption& interruption);

} // namespace caesura::probe
