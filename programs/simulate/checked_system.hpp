#pragma once

#include "simulate/judge.hpp"
#include "simulate/testimony.hpp"

#include <caesura/system.hpp>

#include <caesura/simulation/machine.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace caesura {

/// What a shortage keeps from going on.
enum class Starving : std::uint8_t { sending, receiving };

/// What has been seen of the sockets of one process: what its poller reported, and what it did
/// about it. Judges that a loop neither turns in vain nor asks for what it does not want.
class Conduct {
public:
    explicit Conduct(Judge& judge) : judge_(judge) {}

    /// A readiness was reported.
    void reported(Socket socket, Instant now);
    /// A call was made, and whether that got anything or anybody further.
    void called(Socket socket, bool progress);
    /// A call failed for a shortage, which passes; another one may be made later, and must be.
    void starved(Socket socket, Starving by, Instant now);
    /// Something is sent now, which after a shortage has to wait a little.
    void sends(Socket socket, Instant now);
    /// What the loop asks about now.
    void asked(const WatchTable& table, Instant now);
    /// The number belongs to nobody any more, or to somebody new.
    void forget(Socket socket);
    /// It was reported to be none; whoever has it may not know yet.
    void invalidated(Socket socket);
    /// What is said of it.
    Testimony& testimony(Socket socket);
    /// A connection stands, or does not: the next protocol that is made speaks for it.
    void connected(Socket socket, const Failure& failure);
    /// Of the latest of these.
    std::shared_ptr<Testimony> latest() const { return latest_; }
    /// How many calls got on so far.
    std::uint64_t progress() const { return progress_; }

private:
    struct Record {
        std::uint32_t in_vain = 0; // reports since the last progress
        std::uint32_t unheard = 0; // reports since the last call
        Instant since{};           // the first of those in vain
        Instant send_starved = never;
        Instant receive_starved = never; // until the loop asks for more to read
        std::uint32_t late_asks = 0;     // since it should have
        std::shared_ptr<Testimony> testimony;
    };

    Record& of(Socket socket);

    Judge& judge_;
    std::vector<Record> records_; // by number
    std::uint64_t progress_ = 0;
    std::shared_ptr<Testimony> latest_;
};

/// The system of a machine, watched.
class CheckedSystem final : public System {
public:
    CheckedSystem(simulation::Machine& machine, Judge& judge);
    ~CheckedSystem() override;

    Sockets& sockets() override;
    Clock& clock() override { return machine_.clock(); }
    Resolver& resolver() override { return machine_.resolver(); }
    std::vector<std::string_view> poller_names() const override { return machine_.poller_names(); }
    std::unique_ptr<Poller> make_poller(std::string_view name) override;

    Conduct& conduct() { return conduct_; }
    /// How many sockets the last wait was asked about.
    std::size_t watches() const { return watches_; }

private:
    class CheckedSockets;
    class CheckedPoller;

    simulation::Machine& machine_;
    Conduct conduct_;
    std::unique_ptr<CheckedSockets> sockets_;
    std::size_t watches_ = 0;
};

} // namespace caesura
