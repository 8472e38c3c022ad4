#pragma once

#include "simulation/poller.hpp"

#include <caesura/simulation/fault.hpp>

#include <vector>

namespace caesura::simulation {

/// A back-end with faults, where there are any; else as it ever was.
class FaultyPoller : public Poller {
public:
    FaultyPoller(Computer& computer, std::string_view name)
        : computer_(computer), to_(computer, name) {}

    std::string_view name() const override { return to_.name(); }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override;

private:
    /// A watch of which nothing is told for a while.
    struct Hidden {
        WatchId watch;
        Instant until;
        Fault by;
    };

    Faults& faults() const;
    Failure wait_with_faults(const WatchTable& table, Scope scope, Duration timeout,
                             std::vector<Ready>& ready);
    Failure go_wrong(Fault fault, const WatchTable& table, Scope scope, Duration timeout,
                     std::vector<Ready>& ready);
    void wait_unhidden(const WatchTable& table, Scope scope, Duration timeout,
                       std::vector<Ready>& ready);
    bool hides(const Ready& one);
    void reveal_due();
    const Watch* some_watch(const WatchTable& table, Scope scope);
    bool hide(const WatchTable& table, Scope scope, Fault fault);
    bool invent(const WatchTable& table, Scope scope, Fault fault, std::vector<Ready>& ready);
    bool report_former(const WatchTable& table, std::vector<Ready>& ready);
    void remember_some(const WatchTable& table);
    void shuffle(std::vector<Ready>& ready, std::size_t begin);
    void count_conditions(const WatchTable& table);

    Computer& computer_;
    SimulatedPoller to_;
    Instant next_{};
    std::vector<Hidden> hidden_;
    std::vector<WatchId> former_;
};

} // namespace caesura::simulation
