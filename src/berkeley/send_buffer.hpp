#pragma once

#include <caesura/result.hpp>
#include <caesura/time.hpp>

#include "native.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

// What a system does with bytes it has taken, and how to bound it. In each system's
// send_buffer.cpp; the contracts are those of the methods of Sockets that have the same names.
namespace caesura::native {

Result<std::size_t> limit_unsent(Handle handle, std::size_t bytes);
std::optional<std::uint64_t> unsent(Handle handle);
std::optional<std::uint64_t> unacknowledged(Handle handle);
std::optional<Duration> round_trip(Handle handle);

} // namespace caesura::native
