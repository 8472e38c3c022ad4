#include "send-probe/served_session.hpp"

#include <algorithm>

namespace caesura::probe {

using wire::Word;

namespace {

Duration time_of(std::uint64_t microseconds) {
    return std::chrono::microseconds(static_cast<std::int64_t>(microseconds));
}

// One word, as a line has it.
std::string word_for(const Heard& heard) {
    return heard.end == "end with an error hint" ? "hint" : heard.end;
}

} // namespace

ServedSession::ServedSession(Reactor& reactor, std::string token,
                             std::function<void(const wire::Message&)> say)
    : reactor_(reactor), token_(std::move(token)), say_(std::move(say)) {}

std::optional<std::string> ServedSession::join(SocketOwner socket) {
    std::uint64_t number = 1;
    while (links_.count(number) != 0) {
        ++number;
    }
    if (number > wire::most_links) {
        return "a session has no more than " + std::to_string(wire::most_links) + " links";
    }
    links_[number] = std::make_unique<ServedLink>(reactor_, std::move(socket));
    ++joined_;
    say_({Word::ready, {number}, {}});
    return std::nullopt;
}

std::optional<std::string> ServedSession::obey(std::string_view line) {
    const auto read = parse(wire::Kind::command, line);
    if (const auto* const refusal = std::get_if<wire::Refusal>(&read)) {
        return refusal->reason;
    }
    const auto& command = std::get<wire::Message>(read);
    const auto link = links_.find(command.link());
    if (link == links_.end()) {
        return "there is no link of that number";
    }
    return obey(command, *link->second);
}

std::optional<std::string> ServedSession::obey(const wire::Message& command, ServedLink& link) {
    const std::uint64_t number = command.link();
    if (link.is_hearing() && command.word != Word::drop) {
        return "that link is being read to its end";
    }
    switch (command.word) {
    case Word::buffer:
        if (const Failure failure = link.set_receive_buffer(static_cast<int>(command.numbers[1]))) {
            return "cannot set a receive buffer: " + describe(failure);
        }
        say_({Word::buffered, {number}, {}});
        break;
    case Word::pace:
        link.pace({static_cast<std::size_t>(command.numbers[1]), time_of(command.numbers[2])});
        break;
    case Word::stop:
        say_({Word::read, {number, link.stop()}, {}});
        break;
    case Word::hear:
        hear(command, link);
        break;
    case Word::say:
        if (const Failure failure = link.say(static_cast<std::size_t>(command.numbers[1]))) {
            return "cannot say that on the link: " + describe(failure);
        }
        say_({Word::said, {number}, {}});
        break;
    default: // drop: no other word is a command
        drop(number);
        break;
    }
    return std::nullopt;
}

void ServedSession::hear(const wire::Message& command, ServedLink& link) {
    const std::uint64_t number = command.link();
    link.hear(
        time_of(command.numbers[1]), time_of(command.numbers[2]),
        [this, number](const Heard& heard) {
            say_({Word::hearing, {number, heard.bytes}, {}});
        },
        [this, number](const Heard& heard) {
            const auto native = static_cast<std::uint64_t>(std::max(heard.native, 0));
            say_({Word::heard, {number, heard.bytes, native}, word_for(heard)});
        });
}

void ServedSession::drop(std::uint64_t number) {
    bytes_read_ += links_.at(number)->bytes_read();
    links_.erase(number);
    say_({Word::dropped, {number}, {}});
}

bool ServedSession::is_waiting() const {
    return std::none_of(links_.begin(), links_.end(),
                        [](const auto& link) { return link.second->is_hearing(); });
}

std::string ServedSession::summary() const {
    std::uint64_t bytes = bytes_read_;
    for (const auto& [number, link] : links_) {
        bytes += link->bytes_read();
    }
    return std::to_string(joined_) + " links, " + std::to_string(bytes) + " bytes read";
}

} // namespace caesura::probe
