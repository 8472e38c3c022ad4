#pragma once

#include <caesura/endpoint.hpp>
#include <caesura/result.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace caesura {

/// Floor 1: names to addresses, without blocking who asks.
class Resolver {
public:
    /// The addresses in the order to try them, each with the port asked for, at least one and no
    /// duplicates; or why there are none: host_not_found, host_not_found_for_now,
    /// name_server_failed, out_of_memory, ... (the native number is the resolver's own).
    using Answer = Result<std::vector<Endpoint>>;

    virtual ~Resolver() = default;

    /// Looks `host` up. `done` is called exactly once, from any thread, possibly before this
    /// returns; it must not throw, and whatever it refers to must live until then. A literal
    /// address is answered without asking anybody.
    /// When the process that asked ends before, there is no answer. So it is with a simulated one,
    /// which ends by Machine::exit or with its World: `done` is then destroyed without a call.
    virtual void resolve(std::string host, std::uint16_t port,
                         std::function<void(Answer)> done) = 0;
};

} // namespace caesura
