#pragma once

#include "simulation/computer.hpp"

#include <caesura/poller.hpp>

#include <caesura/simulation/machine.hpp>

#include <string_view>

namespace caesura::simulation {

/// What the system's own poll would say of a node.
PollBits poll_bits(const Node& node, const Preset& preset);

/// A back-end that makes of those bits what the real back-ends make of them, at once where these
/// have to look again after a few milliseconds (src/win32/wsa_poller.cpp). While it waits, time
/// passes for the whole network.
class SimulatedPoller : public Poller {
public:
    SimulatedPoller(Computer& computer, std::string_view name) : computer_(computer), name_(name) {}

    std::string_view name() const override { return name_; }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override;
    /// The same; it never fails.
    void look_until(const WatchTable& table, Scope scope, Duration timeout,
                    std::vector<Ready>& ready);

private:
    void look(const WatchTable& table, Scope scope, std::vector<Ready>& ready) const;
    void look_at(const Watch& watch, std::vector<Ready>& ready) const;

    Computer& computer_;
    std::string_view name_;
};

} // namespace caesura::simulation
