#pragma once

#include "common/log.hpp"
#include "poetry-server/poem.hpp"
#include "poetry-server/settings.hpp"

#include <caesura/host.hpp>
#include <caesura/reactor.hpp>
#include <caesura/tcp.hpp>

#include <deque>
#include <memory>
#include <vector>

namespace caesura {

class Poet;

/// Where the settings want the log: appended to their file, or onto standard error.
Result<std::unique_ptr<LogSink>> open_log(const Settings& settings);

/// All that poetry-server does from the moment it listens: the poems, the doors, the clients, and
/// what the signals ask for.
class Service {
public:
    Service(Reactor& reactor, Log& log, const Settings& settings);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Opens every poem, then every port; nothing is accepted yet. False when one cannot be opened,
    /// which then has been said.
    bool open();
    /// After open: fails when there is no descriptor left, even for one client.
    Failure find_room() const;
    /// One line for each poem, in order: `Serving POEM on ADDRESS:PORT.`
    std::string announcement() const;
    /// Serves until it has been told to end and has ended.
    void run(SignalSource& signals);

    // For the poets.

    Reactor& reactor() { return reactor_; }
    Log& log() { return log_; }
    const Settings& settings() const { return settings_; }
    void welcome(Poet& poet);
    void bid_farewell(Poet& poet);
    /// What one who comes now is to hear.
    std::shared_ptr<const Edition> edition_of(Poem& poem);
    /// A reader found that the file is no longer what it was in that edition.
    void poem_changed(Poem& poem, const std::shared_ptr<const Edition>& edition);
    void accept_failed(const Failure& failure);

private:
    enum class Phase { serving, ending };

    bool open_poems();
    bool open_doors();
    std::uint64_t clients_max() const;
    void obey(Signal signal);
    void end();
    void dismiss_clients();
    void reopen_log();
    void log_clients();

    Reactor& reactor_;
    Log& log_;
    const Settings& settings_;
    Phase phase_ = Phase::serving;
    std::deque<Poem> poems_;                       // a deque: poets and doors keep references
    std::vector<std::unique_ptr<Listener>> doors_; // the one of each poem
    std::vector<Poet*> clients_;
    std::uint64_t clients_max_ = 0;
};

} // namespace caesura
