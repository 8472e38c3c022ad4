#pragma once

#include <caesura/sockets.hpp>
#include <caesura/time.hpp>

namespace caesura {

/// Accepts the connection that comes from `wanted`, and closes all others: any process of the
/// machine can connect to a loopback listener first. Waits, until `deadline` of native::now().
/// Errors: timed_out; connection_aborted when too many others came.
Result<SocketOwner> accept_from(Sockets& sockets, Socket listener, const Endpoint& wanted,
                                Duration deadline);

} // namespace caesura
