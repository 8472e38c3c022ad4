#include "send-probe/remote.hpp"

#include "common/text.hpp"
#include "send-probe/look_up.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace caesura::probe {

namespace {

using wire::Word;

// For what is a matter of milliseconds, and of a way there and back.
constexpr Duration usual_patience = std::chrono::seconds(10);

class RemoteReader final : public Reader {
public:
    RemoteReader(Remote& remote, Bench& bench, std::uint64_t link)
        : remote_(remote), bench_(bench), link_(link) {}
    RemoteReader(const RemoteReader&) = delete;
    RemoteReader& operator=(const RemoteReader&) = delete;
    // When a probe has failed, others of the same session still have theirs to do.
    ~RemoteReader() override {
        try {
            leave();
        } catch (const std::exception&) {
            link_ = 0; // the session is over, and the other side knows what to do then
        }
    }

    Relief relieve(Socket sender, const Pace& pace, Duration patience) override {
        const Instant start = bench_.now();
        const Instant deadline = after(start, after_all(patience));
        remote_.tell({Word::pace, {link_, pace.portion, wire::microseconds(pace.pause)}, {}});
        Relief relief;
        while (!relief.after && bench_.now() < deadline) {
            if (bench_.wait(sender, Interest::write, until(deadline, bench_.now())).writable) {
                relief.after = bench_.now() - start;
            }
        }
        remote_.tell({Word::stop, {link_}, {}});
        relief.read = remote_.await(Word::read, link_).numbers[1];
        return relief;
    }

    Heard hear_out(Reads when, Duration patience) override {
        const Duration wait = when == Reads::late ? after_all(lateness) : Duration::zero();
        patience = after_all(patience);
        remote_.tell(
            {Word::hear, {link_, wire::microseconds(wait), wire::microseconds(patience)}, {}});
        const wire::Message heard = remote_.await(Word::heard, link_, wait + patience);
        return {heard.numbers[1], heard.text == "hint" ? "end with an error hint" : heard.text,
                static_cast<int>(heard.numbers[2])};
    }

    void say(std::size_t bytes) override {
        remote_.tell({Word::say, {link_, bytes}, {}});
        remote_.await(Word::said, link_);
    }

    void leave() override {
        if (const std::uint64_t link = std::exchange(link_, 0)) {
            remote_.tell({Word::drop, {link}, {}});
            remote_.await(Word::dropped, link);
        }
    }

    Socket socket() const override { return Socket::none; }
    Duration round_trip() const override { return remote_.round_trip(); }

private:
    // No more than the other side can be told.
    Duration after_all(Duration time) const {
        return std::min(time, wire::longest_time - round_trip()) + round_trip();
    }

    Remote& remote_;
    Bench& bench_;
    std::uint64_t link_; // 0: it has left
};

} // namespace

Remote::Remote(const Target& target, Interruption& interruption)
    : name_(to_string(target)), bench_(this_system(), {}, &interruption) {
    const auto addresses = look_up(target, interruption);
    if (!addresses) {
        fail("cannot look it up: " + describe(addresses.failure()));
    }
    meet(*addresses);
    begin();
}

// The first address that answers.
void Remote::meet(const std::vector<Endpoint>& addresses) {
    std::string why;
    for (const Endpoint& address : addresses) {
        try {
            control_ = bench_.start_connect(address);
            bench_.finish_connect(control_.get());
            address_ = address;
            return;
        } catch (const ProbeFailure& failure) {
            why = failure.what();
        }
    }
    fail(why + "; start `send-probe serve` there");
}

void Remote::begin() {
    const Instant start = bench_.now();
    tell({Word::session, {}, {}});
    while (token_.empty()) {
        const wire::Message answer = next_answer(usual_patience);
        if (round_trip_ == Duration::zero()) {
            round_trip_ = bench_.now() - start;
        }
        const std::size_t space = answer.text.find(' ');
        if (answer.word == Word::welcome) {
            token_ = answer.text;
        } else if (answer.word == Word::fact && space != std::string::npos &&
                   facts_.size() < wire::most_facts) {
            facts_.push_back({answer.text.substr(0, space), answer.text.substr(space + 1)});
        } else {
            fail("it does not begin as `send-probe serve` does");
        }
    }
}

std::string Remote::password() const {
    return wire::to_line({Word::link, {}, token_});
}

Channel Remote::connect(Bench& bench, const LinkOptions& options) {
    Channel channel;
    try {
        channel.sender = bench.start_connect(address_);
        bench.finish_connect(channel.sender.get());
        must(bench.say(channel.sender.get(), as_slice(password())), "cannot ask for a reader");
    } catch (const ProbeFailure& failure) {
        fail(failure.what());
    }
    const std::uint64_t link = next_link();
    channel.reader = std::make_unique<RemoteReader>(*this, bench, link);
    if (options.receive_buffer) {
        tell({Word::buffer, {link, static_cast<std::uint64_t>(*options.receive_buffer)}, {}});
        await(Word::buffered, link);
    }
    channel.piece = prepare_sender(bench, channel.sender.get(), options);
    return channel;
}

std::unique_ptr<Reader> Remote::next_reader(Bench& bench) {
    return std::make_unique<RemoteReader>(*this, bench, next_link());
}

std::uint64_t Remote::next_link() {
    const wire::Message answer = next_answer(usual_patience);
    if (answer.word != Word::ready) {
        fail("it answers out of turn");
    }
    return answer.link();
}

void Remote::tell(const wire::Message& message) {
    if (!failure_.empty()) {
        throw ProbeFailure(failure_);
    }
    if (const Failure failure = bench_.say(control_.get(), as_slice(to_line(message)))) {
        fail("it has gone: " + describe(failure));
    }
}

wire::Message Remote::await(Word word, std::uint64_t link, Duration patience) {
    while (true) {
        wire::Message answer = next_answer(patience + usual_patience);
        if (answer.word == word && answer.link() == link) {
            return answer;
        }
        if (answer.word != Word::hearing || answer.link() != link) {
            fail("it answers out of turn");
        }
    }
}

wire::Message Remote::next_answer(Duration patience) {
    if (!failure_.empty()) {
        throw ProbeFailure(failure_);
    }
    const std::string line = next_line(after(bench_.now(), patience));
    const auto read = parse(wire::Kind::answer, line);
    const auto* const answer = std::get_if<wire::Message>(&read);
    if (answer == nullptr) {
        fail("it is no `send-probe serve` of this version; it says '" + printable(line, 80) + "'");
    }
    if (answer->word == Word::refused) {
        fail("it refuses: " + answer->text);
    }
    return *answer;
}

std::string Remote::next_line(Instant deadline) {
    while (true) {
        if (auto line = lines_.next()) {
            return std::move(*line);
        }
        const auto room = lines_.room();
        if (room.empty()) {
            fail("it is no `send-probe serve` of this version; its lines are too long");
        }
        const auto got = bench_.sockets().receive(control_.get(), room);
        if (got && *got > 0) {
            lines_.take(*got);
        } else if (got.error() != Error::would_block) {
            fail("it has gone: " + (got ? "it has closed" : describe(got.failure())));
        } else if (bench_.now() >= deadline) {
            fail("it does not answer");
        } else {
            bench_.wait(control_.get(), Interest::read, until(deadline, bench_.now()));
        }
    }
}

void Remote::fail(const std::string& what) {
    failure_ = name_ + ": " + what;
    throw ProbeFailure(failure_);
}

} // namespace caesura::probe
