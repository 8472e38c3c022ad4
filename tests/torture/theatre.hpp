#pragma once

#include "torture/faulty_system.hpp"

#include <caesura/looping_call.hpp>
#include <caesura/tcp.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::torture {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// One end of a connection, and all that its protocol has said and heard.
class Part {
public:
    // What a script may do. Says nothing once the connection is over.
    void say(std::string_view text);
    void say_file(FileRange range, std::string_view text);
    void lose();
    void finish();
    void abort();
    void close_now();
    /// Valid exactly while the connection is.
    Transport* transport = nullptr;

    std::string said;
    std::string heard;
    Part* other = nullptr; // the other end; nullptr: it did not come to be
    bool is_built = false;
    bool is_destroyed = false;
    int made = 0;
    int lost = 0;
    bool heard_end = false; // peer_finished
    bool says_no_more = false;
    bool has_resigned = false; // is told no more data by its own wish
    std::optional<Outcome> outcome;

    bool is_over() const { return is_destroyed; }
    bool ended(Ending ending) const { return outcome && outcome->ending == ending; }
};

/// What protocols do. Nothing, where a call is left out; without `finished`, what Protocol does.
struct Script {
    std::function<void(Part&)> made = {};
    std::function<void(Part&, std::string_view)> data = {};
    std::function<void(Part&)> finished = {};
    std::function<void(Part&)> lost = {};
    std::function<bool()> admits = {}; // false: no protocol is built
    std::function<void()> failed = {}; // connection_failed
};

/// A world with one reactor, for one run of one scenario.
class Theatre {
public:
    Theatre(const simulation::Preset& preset, std::uint64_t seed, std::vector<Fault> faults);
    Theatre(const Theatre&) = delete;
    Theatre& operator=(const Theatre&) = delete;
    ~Theatre();

    simulation::World world;
    FaultySystem system;
    Reactor* reactor; // while its destructor runs, too

    /// What no connection here can outlast: the limits that turn silence into an outcome.
    static ConnectionOptions usual();
    /// Whoever cannot even listen has been told so: nullptr.
    Listener* listen(Script script, const ConnectionOptions& options = usual(),
                     const Endpoint& at = Endpoint::loopback(Family::ipv4));
    void stop_listening(const Listener* listener);
    void connect(const Endpoint& to, Script script, const ConnectionOptions& options = usual());
    void connect(std::string host, std::uint16_t port, Script script);
    /// Lives until the end, and is destroyed before the reactor.
    LoopingCall& looping(std::function<void(std::uint64_t)> tick);
    /// Lives longer than the reactor.
    template <class T>
    T& keep(T value) {
        auto kept = std::make_shared<T>(std::move(value));
        kept_.push_back(kept);
        return *kept;
    }
    /// Called before the end, while the reactor is.
    void before_end(std::function<void()> call) { before_end_.push_back(std::move(call)); }
    /// Somebody was told that something failed, in whatever way a program is.
    void told(const Failure& failure);

    /// What the scenario is played for. To be set by it.
    std::function<bool()> goal;
    /// Whether it goes on trying after somebody was told of a failure.
    bool tries_on = false;
    /// Whether there are exactly so many connections and each ended `finished`, on both sides, and
    /// all that was said was heard.
    bool all_finished(std::size_t connections) const;
    std::size_t count(const std::deque<Part>& parts, Ending ending) const;

    /// In the order they were built; they stay.
    std::deque<Part> servers;
    std::deque<Part> clients;
    std::vector<Outcome> connection_failures;
    std::vector<Failure> failures;

    /// Whether no connection and no attempt is under way.
    bool is_empty() const;
    /// Whether anybody heard of something that is not as it should be.
    bool somebody_was_told() const;
    /// Ends everything, in the order that the contracts ask for.
    void end();

private:
    class Actor;
    class Cast;
    friend class Cast;

    struct Pair {
        Part* server = nullptr;
        Part* client = nullptr;
    };

    void pair_up(std::uint16_t callers_port, Part& part, Part* Pair::*side);

    std::unique_ptr<Reactor> owned_reactor_;
    std::map<std::uint16_t, Pair> pairs_; // by the caller's port
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::vector<std::unique_ptr<Connector>> connectors_;
    std::size_t attempts_ = 0;
    std::size_t attempts_over_ = 0;
    std::vector<std::unique_ptr<LoopingCall>> loops_;
    std::vector<std::function<void()>> before_end_;
    std::vector<std::shared_ptr<void>> kept_;
};

/// A long text of which no two parts are alike; always the same.
std::string_view long_text(std::size_t size);

} // namespace caesura::torture
