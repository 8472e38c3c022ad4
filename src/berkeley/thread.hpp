#pragma once

#include <caesura/error.hpp>

#include <functional>

namespace caesura::native {

/// See Host::start_thread.
///
/// Not std::thread: detached, it loses threads that end at once where MinGW's winpthreads stand
/// behind it (seen under Wine 10 on a busy machine: one of some hundred never ran).
Failure start_thread(std::function<void()> task);

} // namespace caesura::native
