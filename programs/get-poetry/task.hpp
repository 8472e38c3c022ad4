#pragma once

#include "common/target.hpp"
#include "get-poetry/fetch.hpp"

#include <caesura/looping_call.hpp>
#include <caesura/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace caesura {

/// Fetches one poem: connects, reads as fast as asked, and says how it went.
class Task final : public Factory, public std::enable_shared_from_this<Task> {
public:
    Task(Fetch& fetch, std::size_t place, const Target& target);

    void start();
    /// No more calls to the Fetch.
    void cancel();

    std::unique_ptr<Protocol> build_protocol(const Endpoint& peer) override;
    void connection_failed(const Outcome& outcome) override;

    // For the protocol.

    void connected(Transport& transport);
    void received(Slice bytes);
    void lost(const Outcome& outcome);

private:
    enum class Phase {
        connecting,
        reading,
        resting, // our own pause, for the sake of --rate
        holding, // our own pause, for ever: --stall-after
        ended
    };

    void read_on();
    void rest(Phase phase);
    void next_portion();
    void give_up(std::string reason);
    void end(const std::string& reason);

    Fetch& fetch_;
    std::size_t place_;
    Target target_;
    Phase phase_ = Phase::connecting;
    std::unique_ptr<Connector> connector_;
    Transport* transport_ = nullptr; // while reading, resting or holding
    std::uint64_t received_ = 0;
    std::string reason_; // why it was given up; empty when it was not
    TimerId silence_;    // runs exactly while reading
    LoopingCall portions_;
    std::uint64_t portion_ = 0; // bytes in each tick of portions_; 0 = no limit
    std::uint64_t portion_left_ = 0;
};

} // namespace caesura
