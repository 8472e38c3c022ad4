#pragma once

#include "torture/faulty_system.hpp"

#include <memory>
#include <vector>

namespace caesura::torture {

/// A poller whose waits go wrong as planned. Where a call says for ever that it would block, the
/// readiness for it never comes either: else nothing could keep a loop from spinning.
class FaultyPoller : public Poller {
public:
    FaultyPoller(std::unique_ptr<Poller> poller, const FaultySockets& sockets, Fate& fate)
        : poller_(std::move(poller)), sockets_(sockets), fate_(fate) {}

    std::string_view name() const override { return poller_->name(); }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override;

private:
    Failure wait_deafly(const WatchTable& table, Scope scope, Duration timeout,
                        std::vector<Ready>& ready);
    Failure wait_oddly(const FaultRow& row, const WatchTable& table, Scope scope, Duration timeout,
                       std::vector<Ready>& ready);
    Interest heard(const Watch& watch) const;
    void remember(const WatchTable& table);

    std::unique_ptr<Poller> poller_;
    const FaultySockets& sockets_;
    Fate& fate_;
    std::vector<WatchId> known_; // the watches that there have been
};

} // namespace caesura::torture
