#pragma once

#include <caesura/resolver.hpp>

#include <cstdint>
#include <string>

namespace caesura {

/// Asks the system for the addresses of a name, and waits for the answer, which may take a minute.
/// The addresses come in the system's order (RFC 6724: what cannot be reached comes last), possibly
/// some twice, or none at all.
Resolver::Answer look_up(const std::string& host, std::uint16_t port);

} // namespace caesura
