#pragma once

#include "poetry-server/poem.hpp"
#include "poetry-server/settings.hpp"

#include <caesura/looping_call.hpp>
#include <caesura/protocol.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace caesura {

class Service;

/// Serves one poem to one client. What the client says is not listened to.
class Poet final : public Protocol {
public:
    Poet(Service& service, Poem& poem);

    void connection_made() override;
    /// The client has said its last; it still gets the whole poem.
    void peer_finished() override {}
    void connection_lost(const Outcome& outcome) override;

    /// Ends it now: in order when the system has taken the whole poem, else by a reset.
    void dismiss();

    Ledger ledger() const { return transport().ledger(); }
    /// For a log line: who, what, how far.
    std::string progress() const;

    /// Where the service keeps it; none before the service has, for which there may be no memory.
    std::optional<std::size_t> place;

private:
    void recite(std::uint64_t bytes);
    void recite_slowly(std::uint64_t skipped);
    std::string farewell(const Outcome& outcome) const;

    Service& service_;
    Poem& poem_;
    std::shared_ptr<const Edition> edition_;
    std::uint64_t recited_ = 0;
    Instant came_;
    std::optional<LoopingCall> pauses_; // of slow poetry
};

} // namespace caesura
