#pragma once

#include "common/log.hpp"
#include "send-probe/served_session.hpp"
#include "send-probe/talk.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace caesura::probe {

/// Of sessions at once, and of connections that have not yet said what they are, or were refused
/// and have not yet gone.
inline constexpr std::size_t most_sessions = 4;
inline constexpr std::size_t most_strangers = 64;

/// Where all connections to the serving side come in. Each says in its first line what it is: a
/// session, or a link of one. Whatever else is said is refused in one line, and harms nobody else:
/// when there are too many strangers, who came first goes first.
class Reception {
public:
    /// Who says nothing for as long as `idle` when it is his turn is refused.
    Reception(Reactor& reactor, Log& log, SocketOwner listener, Duration idle);
    ~Reception();
    Reception(const Reception&) = delete;
    Reception& operator=(const Reception&) = delete;

    /// False when no more can be accepted, ever: then it has stopped the reactor.
    bool is_open() const { return static_cast<bool>(listener_); }

private:
    using Id = std::uint64_t;

    enum class Phase : std::uint8_t { stranger, session, leaving };

    struct Guest {
        std::unique_ptr<Talk> talk;
        Phase phase = Phase::stranger;
        std::unique_ptr<ServedSession> session;
        TimerId deadline;
        std::uint64_t discarded = 0;
    };

    void accept();
    void rest(const Failure& failure);
    void receive(Accepted accepted);
    void make_room();

    void listen_to(Id id);
    void listen_to_lines(Id id);
    void see_off(Id id, Guest& guest);
    std::optional<std::string> obey(Id id, Guest& guest, const std::string& line);
    std::optional<std::string> obey_stranger(Id id, Guest& guest, const std::string& line);
    std::optional<std::string> begin_session(Id id, Guest& guest);
    std::optional<std::string> join(Id id, Guest& guest, const std::string& token);
    void say(Id id, Guest& guest, const wire::Message& message);

    void renew_deadline(Id id, Guest& guest, Duration limit);
    void come_to_deadline(Id id);
    void refuse(Id id, const std::string& reason);
    void end(Id id, const std::string& reason);
    void tell_end(const Guest& guest, const std::string& reason);
    void note(const std::string& text);

    Reactor& reactor_;
    Log& log_;
    SocketOwner listener_;
    Duration idle_;
    WatchId watch_;
    TimerId rest_end_;
    std::map<Id, Guest> guests_; // in the order in which they came
    Id next_ = 1;
};

} // namespace caesura::probe
