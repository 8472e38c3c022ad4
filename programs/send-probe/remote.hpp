#pragma once

#include "common/target.hpp"
#include "send-probe/document.hpp"
#include "send-probe/reader.hpp"
#include "send-probe/wire.hpp"

#include <memory>
#include <string>
#include <vector>

namespace caesura::probe {

/// Readers on another machine: a session with `send-probe serve` there (docs/PROBE-PROTOCOL.md).
/// Whatever goes wrong between the two ends the probe (ProbeFailure), in words that name the other
/// side; and so does then whatever else is asked.
class Remote {
public:
    /// Looks the target up and begins a session.
    Remote(const Target& target, Interruption& interruption);

    /// Where it is, and what it says about itself.
    const Endpoint& address() const { return address_; }
    const std::vector<Fact>& facts() const { return facts_; }
    /// From a question to its answer.
    Duration round_trip() const { return round_trip_; }

    /// Connects a sender of this process to a reader there.
    Channel connect(Bench& bench, const LinkOptions& options);
    /// In parts, for a sender in another process. What it says first when it has connected:
    std::string password() const;
    /// And then its reader, for a sender of which `bench` hears.
    std::unique_ptr<Reader> next_reader(Bench& bench);

    // For the readers.

    /// Tells, without an answer.
    void tell(const wire::Message& message);
    /// Waits for an answer, so long without a word.
    wire::Message await(wire::Word word, std::uint64_t link, Duration patience = {});

private:
    std::uint64_t next_link();
    void meet(const std::vector<Endpoint>& addresses);
    void begin();
    std::string next_line(Instant deadline);
    wire::Message next_answer(Duration patience);
    [[noreturn]] void fail(const std::string& what);

    std::string name_;
    Bench bench_;
    Endpoint address_;
    SocketOwner control_;
    wire::Lines lines_;
    std::string token_;
    std::vector<Fact> facts_;
    Duration round_trip_{};
    std::string failure_; // empty: none so far
};

} // namespace caesura::probe
