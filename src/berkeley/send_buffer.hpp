#pragma once

#include <caesura/time.hpp>

#include "native.hpp"

#include <cstdint>
#include <optional>

// What a system does with bytes it has taken. In each system's send_buffer.cpp; the contracts are
// those of the methods of Sockets that have the same names.
namespace caesura::native {

std::optional<std::uint64_t> unsent(Handle handle);
std::optional<std::uint64_t> unacknowledged(Handle handle);
std::optional<std::uint64_t> unread(Handle handle);
std::optional<Duration> round_trip(Handle handle);

} // namespace caesura::native
