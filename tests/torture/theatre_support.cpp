#include "torture/theatre.hpp"

#include <algorithm>
#include <utility>

namespace caesura::torture {

// --- one end -----------------------------------------------------------------------------------

void Part::say(std::string_view text) {
    if (transport != nullptr && !says_no_more) {
        said += text;
        transport->write(text);
    }
}

void Part::say_file(FileRange range, std::string_view text) {
    if (transport != nullptr && !says_no_more) {
        said += text;
        transport->write(std::move(range));
    }
}

void Part::lose() {
    if (transport != nullptr) {
        says_no_more = true;
        has_resigned = true;
        transport->lose_connection();
    }
}

void Part::finish() {
    if (transport != nullptr) {
        says_no_more = true;
        transport->lose_write_connection();
    }
}

void Part::abort() {
    if (transport != nullptr) {
        says_no_more = true;
        has_resigned = true;
        transport->abort_connection();
    }
}

void Part::close_now() {
    if (transport != nullptr) {
        says_no_more = true;
        has_resigned = true;
        transport->close_connection();
    }
}

class Theatre::Actor : public Protocol {
public:
    Actor(std::shared_ptr<const Script> script, Part& part)
        : script_(std::move(script)), part_(part) {}
    ~Actor() override { part_.is_destroyed = true; }

    void connection_made() override {
        ++part_.made;
        part_.transport = &transport();
        if (script_->made) {
            script_->made(part_);
        }
    }
    void data_received(Slice data) override {
        part_.heard += as_text(data);
        if (script_->data) {
            script_->data(part_, as_text(data));
        }
    }
    void peer_finished() override {
        part_.heard_end = true;
        if (script_->finished) {
            script_->finished(part_);
        } else {
            part_.says_no_more = true;
            Protocol::peer_finished();
        }
    }
    void connection_lost(const Outcome& outcome) override {
        ++part_.lost;
        part_.outcome = outcome;
        part_.transport = nullptr;
        if (script_->lost) {
            script_->lost(part_);
        }
    }

private:
    std::shared_ptr<const Script> script_;
    Part& part_;
};

/// Makes the protocols of one listener, or of one attempt.
class Theatre::Cast : public Factory {
public:
    Cast(Theatre& theatre, Script script, bool serves)
        : theatre_(theatre), script_(std::make_shared<const Script>(std::move(script))),
          serves_(serves) {}

    std::unique_ptr<Protocol> build_protocol(const Endpoint& peer) override {
        if (!serves_) {
            ++theatre_.attempts_over_;
        }
        if (script_->admits && !script_->admits()) {
            return nullptr;
        }
        Part& part = serves_ ? theatre_.servers.emplace_back() : theatre_.clients.emplace_back();
        part.is_built = true;
        if (serves_) {
            theatre_.pair_up(peer.port, part, &Pair::server);
        } else {
            theatre_.pair_up(theatre_.system.sockets().caller().port, part, &Pair::client);
        }
        return std::make_unique<Actor>(script_, part);
    }
    void connection_failed(const Outcome& outcome) override {
        ++theatre_.attempts_over_;
        theatre_.connection_failures.push_back(outcome);
        if (script_->failed) {
            script_->failed();
        }
    }
    void accept_failed(const Failure& failure) override { theatre_.told(failure); }

private:
    Theatre& theatre_;
    std::shared_ptr<const Script> script_;
    bool serves_;
};

// --- the house ---------------------------------------------------------------------------------

Theatre::Theatre(const simulation::Preset& preset, std::uint64_t seed, std::vector<Fault> faults)
    : world(preset, seed), system(world, std::move(faults)), reactor(new Reactor(system)),
      owned_reactor_(reactor) {
    reactor->set_exception_handler([this](const std::exception_ptr&) {
        told({Error::callback_threw, 0});
    });
}

Theatre::~Theatre() {
    end();
}

ConnectionOptions Theatre::usual() {
    ConnectionOptions options;
    options.idle_timeout = seconds(20);
    return options;
}

Listener* Theatre::listen(Script script, const ConnectionOptions& options, const Endpoint& at) {
    auto listener = listen_tcp(*reactor, at, std::make_shared<Cast>(*this, std::move(script), true),
                               ListenOptions{.connection = options});
    if (!listener) {
        told(listener.failure());
        return nullptr;
    }
    return listeners_.emplace_back(std::move(*listener)).get();
}

void Theatre::stop_listening(const Listener* listener) {
    const auto is_it = [listener](const auto& one) { return one.get() == listener; };
    listeners_.erase(std::remove_if(listeners_.begin(), listeners_.end(), is_it), listeners_.end());
}

void Theatre::connect(const Endpoint& to, Script script, const ConnectionOptions& options) {
    ++attempts_;
    connectors_.push_back(connect_tcp(*reactor, to,
                                      std::make_shared<Cast>(*this, std::move(script), false),
                                      {.connection = options, .timeout = seconds(10)}));
}

void Theatre::connect(std::string host, std::uint16_t port, Script script) {
    ++attempts_;
    connectors_.push_back(connect_tcp(*reactor, std::move(host), port,
                                      std::make_shared<Cast>(*this, std::move(script), false),
                                      {.connection = usual(), .timeout = seconds(10)}));
}

LoopingCall& Theatre::looping(std::function<void(std::uint64_t)> tick) {
    loops_.push_back(std::make_unique<LoopingCall>(*reactor, std::move(tick)));
    return *loops_.back();
}

void Theatre::told(const Failure& failure) {
    failures.push_back(failure);
}

/// An address that is nobody's has no other end.
void Theatre::pair_up(std::uint16_t callers_port, Part& part, Part* Pair::*side) {
    if (callers_port == 0) {
        return;
    }
    Pair& pair = pairs_[callers_port];
    pair.*side = &part;
    if (pair.server != nullptr && pair.client != nullptr) {
        pair.server->other = pair.client;
        pair.client->other = pair.server;
    }
}

bool Theatre::is_empty() const {
    const auto is_over = [](const Part& part) { return part.is_over(); };
    return attempts_over_ == attempts_ && std::all_of(servers.begin(), servers.end(), is_over) &&
           std::all_of(clients.begin(), clients.end(), is_over);
}

bool Theatre::all_finished(std::size_t connections) const {
    const auto is_whole = [](const Part& part) {
        return part.ended(Ending::finished) && part.is_over() &&
               (part.other == nullptr || part.outcome->received == part.other->said.size()) &&
               part.outcome->sent == part.said.size();
    };
    return servers.size() == connections && clients.size() == connections &&
           std::all_of(servers.begin(), servers.end(), is_whole) &&
           std::all_of(clients.begin(), clients.end(), is_whole);
}

std::size_t Theatre::count(const std::deque<Part>& parts, Ending ending) const {
    return static_cast<std::size_t>(std::count_if(
        parts.begin(), parts.end(), [ending](const Part& part) { return part.ended(ending); }));
}

bool Theatre::somebody_was_told() const {
    const auto fared_ill = [](const Part& part) {
        return part.outcome && part.outcome->ending != Ending::finished;
    };
    return !connection_failures.empty() || !failures.empty() ||
           std::any_of(servers.begin(), servers.end(), fared_ill) ||
           std::any_of(clients.begin(), clients.end(), fared_ill);
}

void Theatre::end() {
    for (const auto& call : std::exchange(before_end_, {})) {
        call();
    }
    loops_.clear();
    connectors_.clear();
    listeners_.clear();
    owned_reactor_.reset();
    reactor = nullptr;
}

std::string_view long_text(std::size_t size) {
    static const std::string text = [] {
        constexpr std::size_t most = std::size_t{2} << 20;
        std::string made;
        for (std::size_t line = 0; made.size() < most; ++line) {
            made += std::to_string(line);
            made += line % 7 == 6 ? '\n' : ' ';
        }
        return made;
    }();
    return std::string_view(text).substr(0, size);
}

} // namespace caesura::torture
