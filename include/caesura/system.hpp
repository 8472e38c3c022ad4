#pragma once

#include <caesura/clock.hpp>
#include <caesura/poller.hpp>
#include <caesura/resolver.hpp>
#include <caesura/sockets.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace caesura {

/// Floor 1: the seam as one thing. What a port to another system must supply is Sockets, Clock,
/// Resolver and at least one Poller; everything above them is shared.
class System {
public:
    virtual ~System() = default;

    virtual Sockets& sockets() = 0;
    virtual Clock& clock() = 0;
    virtual Resolver& resolver() = 0;

    /// The back-ends by name, the preferred one first.
    virtual std::vector<std::string_view> poller_names() const = 0;
    /// A fresh poller; the empty name means the preferred one. nullptr for an unknown name.
    virtual std::unique_ptr<Poller> make_poller(std::string_view name) = 0;
};

/// The system this program was built for: POSIX ("select", "poll") or Windows ("wsapoll",
/// "select"). Made on first use, lives for ever, may be used from any thread.
System& this_system();

} // namespace caesura
