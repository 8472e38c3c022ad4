#include "stage.hpp"

#include "support/chosen.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace caesura::testing {

namespace {

// Longer than anything here takes on the slowest machine.
constexpr Duration patience = std::chrono::seconds(20);

} // namespace

class Troupe::Actor : public Protocol {
public:
    Actor(std::shared_ptr<Troupe> troupe, Role& role)
        : troupe_(std::move(troupe)), script_(troupe_->script_), role_(role) {}
    ~Actor() override { role_.story += 'x'; }

    void connection_made() override {
        role_.story += 'm';
        role_.transport = &transport();
        if (script_.made) {
            script_.made(role_);
        }
    }
    void data_received(Slice data) override {
        CHECK_FALSE(data.empty());
        if (role_.story.back() != 'd') {
            role_.story += 'd';
        }
        role_.received += as_text(data);
        if (script_.data) {
            script_.data(role_, as_text(data));
        }
    }
    void peer_finished() override {
        role_.story += 'f';
        script_.finished ? script_.finished(role_) : Protocol::peer_finished();
    }
    void connection_lost(const Outcome& outcome) override {
        CHECK_FALSE(role_.outcome);
        role_.story += 'l';
        role_.outcome = outcome;
        const Transport* const transport = std::exchange(role_.transport, nullptr);
        CHECK(transport->queued() == 0); // still valid
        if (script_.lost) {
            script_.lost(role_);
        }
    }

private:
    std::shared_ptr<Troupe> troupe_;
    Script& script_;
    Role& role_;
};

std::unique_ptr<Protocol> Troupe::build_protocol(const Endpoint& peer) {
    if (on_build && !on_build(peer)) {
        return nullptr;
    }
    return std::make_unique<Actor>(shared_from_this(), roles.emplace_back());
}

void Troupe::connection_failed(const Outcome& outcome) {
    connection_failures.push_back(outcome);
    if (on_connection_failed) {
        on_connection_failed();
    }
}

void Troupe::accept_failed(const Failure& failure) {
    accept_failures.push_back(failure);
    if (on_accept_failed) {
        on_accept_failed();
    }
}

std::size_t Troupe::on_stage() const {
    return static_cast<std::size_t>(
        std::count_if(roles.begin(), roles.end(), [](const Role& role) { return !role.over(); }));
}

std::shared_ptr<Troupe> troupe_of(Script script) {
    return std::make_shared<Troupe>(std::move(script));
}

std::shared_ptr<Troupe> reciting(SharedBytes poem) {
    return troupe_of({.made = [poem = std::move(poem)](Role& role) {
        role.transport->write(poem);
        role.transport->lose_connection();
    }});
}

Stage::Stage(System& system) : reactor(system, system.make_poller(chosen_poller())) {
    reactor.call_later(patience, [this] { late_ = true; });
    reactor.set_exception_handler([this](const std::exception_ptr&) {
        ++exceptions;
        CHECK(exceptions_expected_);
    });
}

std::unique_ptr<Listener> Stage::listen(std::shared_ptr<Factory> factory,
                                        const ListenOptions& options, Family family) {
    auto listener = listen_tcp(reactor, Endpoint::loopback(family), std::move(factory), options);
    REQUIRE(listener);
    return std::move(*listener);
}

std::unique_ptr<Listener> Stage::listen(std::shared_ptr<Factory> factory,
                                        const ConnectionOptions& options) {
    return listen(std::move(factory), ListenOptions{.connection = options});
}

std::unique_ptr<Connector> Stage::connect(const Listener& listener,
                                          std::shared_ptr<Factory> factory,
                                          const ConnectionOptions& options) {
    return connect_tcp(reactor, listener.local(), std::move(factory),
                       ConnectOptions{.connection = options});
}

void Stage::until(const std::function<bool()>& holds) {
    while (!holds()) {
        REQUIRE_MESSAGE(!late_, "waited in vain");
        reactor.run_once();
    }
}

void Stage::a_few_turns() {
    for (int turn = 0; turn < 5; ++turn) {
        reactor.run_once(Duration::zero());
    }
}

Endpoint deserted(Family family) {
    // Nobody gets that port so soon: systems go through all of them first.
    Sockets& sockets = this_system().sockets();
    const auto listener = sockets.listen(Endpoint::loopback(family), 0);
    REQUIRE(listener);
    const auto local = sockets.local(listener->get());
    REQUIRE(local);
    return *local;
}

std::string long_text(std::size_t size) {
    std::string text;
    text.reserve(size + 16);
    for (std::size_t line = 0; text.size() < size; ++line) {
        text += std::to_string(line);
        text += line % 7 == 6 ? '\n' : ' ';
    }
    text.resize(size);
    return text;
}

} // namespace caesura::testing
