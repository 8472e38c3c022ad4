#pragma once

#include <caesura/poller.hpp>

#include <memory>

namespace caesura {

/// WSAPoll, with its traps handled.
std::unique_ptr<Poller> make_wsa_poller();
/// Winsock's select, with sets as long as needed.
std::unique_ptr<Poller> make_winsock_select_poller();

} // namespace caesura
