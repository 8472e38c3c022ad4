#pragma once

#include <caesura/reactor.hpp>
#include <caesura/tcp.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// One connection of a Troupe, as its protocol saw it.
struct Role {
    /// Valid exactly while the connection is.
    Transport* transport = nullptr;
    std::string received;
    /// A letter for each call: m = connection_made, d = data_received (several in a row are one),
    /// f = peer_finished, l = connection_lost, x = destroyed.
    std::string story;
    std::optional<Outcome> outcome;

    /// Whether its story is over.
    bool over() const { return !story.empty() && story.back() == 'x'; }
};

/// What the protocols of a Troupe do. Nothing, where a call is left out; without `finished`, what
/// Protocol does.
struct Script {
    std::function<void(Role&)> made = {};
    std::function<void(Role&, std::string_view)> data = {};
    std::function<void(Role&)> finished = {};
    std::function<void(Role&)> lost = {};
};

/// A factory whose protocols follow one script and write down all they hear.
class Troupe : public Factory, public std::enable_shared_from_this<Troupe> {
public:
    explicit Troupe(Script script = {}) : script_(std::move(script)) {}

    std::unique_ptr<Protocol> build_protocol(const Endpoint& peer) override;
    void connection_failed(const Outcome& outcome) override;
    void accept_failed(const Failure& failure) override;

    /// Called first by build_protocol; false = it refuses.
    std::function<bool(const Endpoint& peer)> on_build;
    std::function<void()> on_connection_failed;
    std::function<void()> on_accept_failed;

    /// In the order they were built; they stay.
    std::deque<Role> roles;
    std::vector<Outcome> connection_failures;
    std::vector<Failure> accept_failures;

    /// How many of the roles are not over.
    std::size_t on_stage() const;
    /// Whether at least so many have been built, and all are over.
    bool played(std::size_t count) const { return roles.size() >= count && on_stage() == 0; }

private:
    class Actor;

    Script script_;
};

std::shared_ptr<Troupe> troupe_of(Script script = {});

/// A troupe that writes the text as soon as a connection stands, and loses the connection.
std::shared_ptr<Troupe> reciting(SharedBytes poem);

/// A reactor with the back-end under test, and a limit on how long it is waited for. An exception
/// that leaves a callback fails the test, unless it is expected.
class Stage {
public:
    explicit Stage(System& system = this_system());

    Reactor reactor;

    /// On the loopback, with a port of the system's choice.
    std::unique_ptr<Listener> listen(std::shared_ptr<Factory> factory,
                                     const ListenOptions& options = {},
                                     Family family = Family::ipv4);
    std::unique_ptr<Listener> listen(std::shared_ptr<Factory> factory,
                                     const ConnectionOptions& options);
    std::unique_ptr<Connector> connect(const Listener& listener, std::shared_ptr<Factory> factory,
                                       const ConnectionOptions& options = {});

    /// Turns until it holds. Fails the test when that takes too long.
    void until(const std::function<bool()>& holds);
    /// Turns a few times without waiting, so that what is on its way comes to pass.
    void a_few_turns();

    /// From now on exceptions are counted instead.
    void expect_exceptions() { exceptions_expected_ = true; }
    int exceptions = 0;

private:
    bool exceptions_expected_ = false;
    bool late_ = false;
};

/// A machine's own address where nobody listens.
Endpoint deserted(Family family = Family::ipv4);

/// A long text of which no two parts are alike.
std::string long_text(std::size_t size);

} // namespace caesura::testing
