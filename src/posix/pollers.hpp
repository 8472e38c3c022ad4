#pragma once

#include <caesura/poller.hpp>

#include <memory>

namespace caesura {

/// select(2) with bitmaps of our own: it knows no limit but the system's.
std::unique_ptr<Poller> make_select_poller();
/// poll(2).
std::unique_ptr<Poller> make_poll_poller();

} // namespace caesura
