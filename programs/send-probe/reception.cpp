#include "send-probe/reception.hpp"

#include "common/text.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <random>

namespace caesura::probe {

using wire::Word;

namespace {

constexpr int most_accepts = 16; // in a row, before others have their turn
constexpr Duration rest_after_shortage = std::chrono::milliseconds(100);
// How long, and for how many bytes, one who was refused may go on before he is cut off. Until then
// his bytes are read: a close with unread input would be a reset, which eats the refusal.
constexpr Duration farewell = std::chrono::seconds(5);
constexpr std::uint64_t most_discarded = std::uint64_t{1} << 20;

std::string random_token() {
    std::random_device source;
    std::uniform_int_distribution<unsigned> digit(0, 15);
    std::string token;
    for (std::size_t i = 0; i < wire::token_length; ++i) {
        token += "0123456789abcdef"[digit(source)];
    }
    return token;
}

// Cut to what a line can hold.
std::vector<std::string> facts_here() {
    std::vector<std::string> facts;
    for (const SystemFact& fact : this_host().facts()) {
        const std::string text = printable(fact.name, 40) + " " + printable(fact.value, 150);
        if (text.size() + 5 <= wire::longest_line && facts.size() < wire::most_facts) {
            facts.push_back(text);
        }
    }
    return facts;
}

} // namespace

Reception::Reception(Reactor& reactor, Log& log, SocketOwner listener, Duration idle)
    : reactor_(reactor), log_(log), listener_(std::move(listener)), idle_(idle),
      watch_(reactor.watch(listener_.get(), Interest::read, [this](const Ready&) { accept(); })
                 .value()) {}

Reception::~Reception() {
    reactor_.cancel(rest_end_);
    for (auto& [id, guest] : guests_) {
        reactor_.cancel(guest.deadline);
        tell_end(guest, "told to end");
    }
    reactor_.unwatch(watch_);
}

void Reception::accept() {
    for (int i = 0; i < most_accepts; ++i) {
        Result<Accepted> accepted = reactor_.sockets().accept(listener_.get());
        if (accepted) {
            receive(std::move(*accepted));
            continue;
        }
        if (accepted.error() != Error::would_block) {
            rest(accepted.failure());
        }
        return;
    }
}

void Reception::rest(const Failure& failure) {
    if (is_resource_shortage(failure.error)) {
        note("accept: " + describe(failure) + "; new connections wait");
        reactor_.set_interest(watch_, Interest::none);
        rest_end_ = reactor_.call_later(rest_after_shortage,
                                        [this] { reactor_.set_interest(watch_, Interest::read); });
        return;
    }
    log_.line(LogLevel::error, "accept: " + describe(failure));
    reactor_.unwatch(watch_);
    listener_.close();
    reactor_.stop();
}

void Reception::receive(Accepted accepted) {
    make_room();
    const Id id = next_++;
    Guest& guest = guests_[id];
    guest.talk =
        std::make_unique<Talk>(reactor_, std::move(accepted), [this, id] { listen_to(id); });
    renew_deadline(id, guest, idle_);
}

// For one more stranger.
void Reception::make_room() {
    const auto is_no_session = [](const auto& one) { return one.second.phase != Phase::session; };
    if (static_cast<std::size_t>(std::count_if(guests_.begin(), guests_.end(), is_no_session)) >=
        most_strangers) {
        const auto oldest = std::find_if(guests_.begin(), guests_.end(), is_no_session);
        end(oldest->first, "too many others");
    }
}

void Reception::listen_to(Id id) {
    Guest& guest = guests_.at(id);
    if (guest.phase == Phase::leaving) {
        see_off(id, guest);
    } else if (guest.talk->read()) {
        listen_to_lines(id);
    } else {
        end(id, "it has closed");
    }
}

void Reception::listen_to_lines(Id id) {
    while (true) {
        const auto guest = guests_.find(id);
        if (guest == guests_.end() || guest->second.phase == Phase::leaving) {
            return;
        }
        wire::Lines& lines = guest->second.talk->lines();
        const auto line = lines.next();
        if (!line) {
            if (lines.room().empty()) {
                refuse(id, "too long a line");
            }
            return;
        }
        if (const auto reason = obey(id, guest->second, *line)) {
            refuse(id, *reason);
        }
    }
}

void Reception::see_off(Id id, Guest& guest) {
    const auto bytes = guest.talk->discard();
    guest.discarded += bytes.value_or(0);
    if (!bytes || guest.discarded > most_discarded) {
        end(id, "");
    }
}

std::optional<std::string> Reception::obey(Id id, Guest& guest, const std::string& line) {
    if (guest.phase == Phase::stranger) {
        return obey_stranger(id, guest, line);
    }
    renew_deadline(id, guest, idle_);
    return guest.session->obey(line);
}

std::optional<std::string> Reception::obey_stranger(Id id, Guest& guest, const std::string& line) {
    const auto read = parse(wire::Kind::opening, line);
    if (const auto* const refusal = std::get_if<wire::Refusal>(&read)) {
        return refusal->reason;
    }
    const auto& opening = std::get<wire::Message>(read);
    if (opening.word == Word::session) {
        return begin_session(id, guest);
    }
    if (!guest.talk->lines().empty()) {
        return "a link says nothing before it is ready";
    }
    return join(id, guest, opening.text);
}

std::optional<std::string> Reception::begin_session(Id id, Guest& guest) {
    const auto sessions = std::count_if(guests_.begin(), guests_.end(), [](const auto& one) {
        return one.second.phase == Phase::session;
    });
    if (static_cast<std::size_t>(sessions) >= most_sessions) {
        return std::to_string(most_sessions) + " sessions are under way; try again later";
    }
    guest.session = std::make_unique<ServedSession>(
        reactor_, random_token(),
        [this, id](const wire::Message& message) { say(id, guests_.at(id), message); });
    guest.phase = Phase::session;
    renew_deadline(id, guest, idle_);
    note("session of " + guest.talk->peer() + " begins");
    for (const std::string& fact : facts_here()) {
        say(id, guest, {Word::fact, {}, fact});
    }
    say(id, guest, {Word::welcome, {}, guest.session->token()});
    return std::nullopt;
}

std::optional<std::string> Reception::join(Id id, Guest& guest, const std::string& token) {
    const auto host = std::find_if(guests_.begin(), guests_.end(), [&](const auto& one) {
        return one.second.phase == Phase::session && one.second.session->token() == token;
    });
    if (host == guests_.end()) {
        return "there is no such session";
    }
    SocketOwner socket = guest.talk->release();
    reactor_.cancel(guest.deadline);
    const Id host_id = host->first;
    guests_.erase(id);
    renew_deadline(host_id, host->second, idle_);
    if (const auto reason = host->second.session->join(std::move(socket))) {
        refuse(host_id, *reason);
    }
    return std::nullopt;
}

// A session that cannot be answered ends, but not while it is at work.
void Reception::say(Id id, Guest& guest, const wire::Message& message) {
    if (!guest.talk->say(message)) {
        reactor_.call_from_thread([this, id] { end(id, "it cannot be answered"); });
    }
}

void Reception::renew_deadline(Id id, Guest& guest, Duration limit) {
    reactor_.cancel(guest.deadline);
    guest.deadline = reactor_.call_later(limit, [this, id] { come_to_deadline(id); });
}

void Reception::come_to_deadline(Id id) {
    Guest& guest = guests_.at(id);
    if (guest.phase == Phase::leaving) {
        end(id, "");
    } else if (guest.phase == Phase::session && !guest.session->is_waiting()) {
        renew_deadline(id, guest, idle_);
    } else {
        refuse(id, "nothing was said for too long");
    }
}

void Reception::refuse(Id id, const std::string& reason) {
    Guest& guest = guests_.at(id);
    if (guest.phase == Phase::session) {
        tell_end(guest, "refused: " + reason);
        guest.session.reset();
    } else {
        note("refused " + guest.talk->peer() + ": " + reason);
    }
    guest.phase = Phase::leaving;
    guest.talk->refuse(reason);
    renew_deadline(id, guest, farewell);
}

// Of one that may have ended already.
void Reception::end(Id id, const std::string& reason) {
    const auto guest = guests_.find(id);
    if (guest != guests_.end()) {
        tell_end(guest->second, reason);
        reactor_.cancel(guest->second.deadline);
        guests_.erase(guest);
    }
}

void Reception::tell_end(const Guest& guest, const std::string& reason) {
    if (guest.phase == Phase::session) {
        note("session of " + guest.talk->peer() + " ends: " + guest.session->summary() + "; " +
             reason);
    } else if (guest.phase == Phase::stranger) {
        note("refused " + guest.talk->peer() + ": " + reason);
    }
}

void Reception::note(const std::string& text) {
    if (log_.admits_client_line()) {
        log_.line(LogLevel::info, text);
    }
}

} // namespace caesura::probe
