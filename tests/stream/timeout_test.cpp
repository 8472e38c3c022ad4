#include "scripted_system.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;
using Sign = FakeSystem::Sign;

namespace {

constexpr Duration moment = std::chrono::nanoseconds(1);

// A resolver with an answer for every name, or none.
struct EveryNameResolver : Resolver {
    std::vector<Endpoint> addresses;
    void resolve(std::string, std::uint16_t, std::function<void(Answer)> done) override {
        if (!addresses.empty()) {
            done(addresses);
        }
    }
};

struct NamedScriptedSystem : ScriptedSystem {
    EveryNameResolver known;
    Resolver& resolver() override { return known; }
};

// A client whose connects are under way for as long as the test likes.
struct Caller {
    NamedScriptedSystem system;
    Reactor reactor{system};
    std::shared_ptr<Troupe> troupe = troupe_of();
    Instant start = system.clock().now();

    explicit Caller(std::size_t addresses) {
        system.known.addresses.assign(addresses, Endpoint::loopback(Family::ipv4));
    }
    std::unique_ptr<Connector> call(Duration timeout) {
        return connect_tcp(reactor, "poetry.example", 0, troupe,
                           ConnectOptions{.timeout = timeout});
    }
    void pass(Duration duration) {
        const Instant end = system.clock().now() + duration;
        while (system.clock().now() < end) {
            reactor.run_once(end - system.clock().now());
        }
    }
    void announce(int socket) {
        system.announce(static_cast<Socket>(socket), Sign::writable);
        reactor.run_once(Duration::zero());
    }
    std::vector<Duration> connect_times() {
        std::vector<Duration> times;
        for (const Instant time : system.sockets().connects) {
            times.push_back(time - start);
        }
        return times;
    }
    void check_times_out_after(Duration duration) {
        pass(duration - moment);
        CHECK(troupe->connection_failures.empty());
        pass(moment);
        REQUIRE(troupe->connection_failures.size() == 1);
        CHECK(troupe->connection_failures.front().ending == Ending::timed_out);
        CHECK(troupe->connection_failures.front().failure == Failure{Error::timed_out, 0});
        CHECK(reactor.next_deadline() == never);
    }
};

} // namespace

TEST_CASE("a connect that nobody answers ends at its time-out, to the moment") {
    Caller caller(1);
    const auto connector = caller.call(seconds(30));
    caller.check_times_out_after(seconds(30));
    CHECK(caller.system.sockets().calls == std::vector<std::string>{"close 1"});
}

TEST_CASE("a name that is not found out in time ends the connect as timed out") {
    Caller caller(0);
    const auto connector = caller.call(seconds(30));
    caller.check_times_out_after(seconds(30));
    CHECK(caller.connect_times().empty());
}

TEST_CASE("several addresses that do not answer share the time equally") {
    Caller caller(3);
    const auto connector = caller.call(seconds(30));
    caller.check_times_out_after(seconds(30));
    CHECK(caller.connect_times() ==
          std::vector<Duration>{Duration::zero(), seconds(10), seconds(20)});
    CHECK(caller.system.sockets().calls ==
          std::vector<std::string>{"close 1", "close 2", "close 3"});
}

TEST_CASE("what one address leaves of its share is shared by the others") {
    Caller caller(3);
    const auto connector = caller.call(seconds(30));
    caller.pass(seconds(4));
    caller.system.sockets().connect_result = Error::connection_refused;
    caller.announce(1);
    caller.system.sockets().connect_result = Error::would_block;
    caller.check_times_out_after(seconds(26));
    CHECK(caller.connect_times() ==
          std::vector<Duration>{Duration::zero(), seconds(4), seconds(17)});
}

TEST_CASE("a connect that succeeds in its last moment is a success, and its time-out is dropped") {
    Caller caller(1);
    const auto connector = caller.call(seconds(30));
    caller.pass(seconds(30) - moment);
    caller.system.sockets().connect_result = Error::none;
    caller.system.clock().pass(seconds(1)); // the program was held up
    caller.announce(1);
    CHECK(caller.troupe->roles.size() == 1);
    CHECK(caller.reactor.next_deadline() == never);
    caller.pass(seconds(100));
    CHECK(caller.troupe->connection_failures.empty());
    CHECK(caller.troupe->roles.front().story == "m");
}

TEST_CASE("readiness before the connect has come to an end is no end") {
    Caller caller(1);
    const auto connector = caller.call(seconds(30));
    caller.pass(seconds(1));
    caller.announce(1);
    caller.announce(1);
    CHECK(caller.troupe->roles.empty());
    CHECK(caller.troupe->connection_failures.empty());
    caller.system.sockets().connect_result = Error::none;
    caller.announce(1);
    CHECK(caller.troupe->roles.size() == 1);
}

TEST_CASE("what came over a connection that was cut off before it could begin is heard") {
    Caller caller(1);
    const auto connector = caller.call(seconds(30));
    caller.pass(seconds(1));
    caller.system.sockets().words = "last words";
    SUBCASE("without a FIN the silence after it is none") {
        caller.system.sockets().finished = true; // so Linux says once it has told the reset
        caller.system.sockets().connect_result = Error::connection_reset;
        caller.announce(1);
        REQUIRE(caller.troupe->roles.size() == 1);
        CHECK(caller.troupe->roles.front().outcome->ending == Ending::reset);
        CHECK(caller.troupe->roles.front().story == "mdlx");
    }
    SUBCASE("behind a FIN the end of the stream is one") {
        caller.system.sockets().finished = true;
        caller.system.sockets().connect_result = Error::broken_pipe;
        caller.announce(1);
        REQUIRE(caller.troupe->roles.size() == 1);
        CHECK(caller.troupe->roles.front().outcome->ending == Ending::finished);
        CHECK(caller.troupe->roles.front().story == "mdflx");
    }
    CHECK(caller.troupe->roles.front().received == "last words");
    CHECK(caller.troupe->connection_failures.empty());
}

namespace {

constexpr Duration before = seconds(-1);

void check_is_no_connect(const ConnectOptions& options) {
    ScriptedStage stage;
    const auto troupe = troupe_of();
    const auto connector = connect_tcp(stage.reactor, "127.0.0.1", 1, troupe, options);
    CHECK(troupe->connection_failures.empty());
    stage.reactor.run_once(Duration::zero());
    REQUIRE(troupe->connection_failures.size() == 1);
    CHECK(troupe->connection_failures.front().failure.error == Error::invalid_argument);
    CHECK(stage.sockets().connects.empty());
}

} // namespace

TEST_CASE("a negative time is no limit but a mistake") {
    for (const ConnectionOptions& options :
         {ConnectionOptions{.drain = before}, ConnectionOptions{.stall_timeout = before},
          ConnectionOptions{.idle_timeout = before},
          ConnectionOptions{.transfer_timeout = before}}) {
        ScriptedStage stage;
        CHECK(listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe_of(),
                         ListenOptions{.connection = options})
                  .error() == Error::invalid_argument);
        check_is_no_connect({.connection = options});
    }
}

TEST_CASE("so is one for a connect") {
    check_is_no_connect({.timeout = before});
    check_is_no_connect({.timeout = Duration::min()});
}

TEST_CASE("a connect that has no time at all times out, and not from within connect_tcp") {
    Caller caller(2);
    const auto connector = caller.call(Duration::zero());
    CHECK(caller.troupe->connection_failures.empty());
    caller.reactor.run_once(Duration::zero());
    REQUIRE(caller.troupe->connection_failures.size() == 1);
    CHECK(caller.troupe->connection_failures.front().ending == Ending::timed_out);
}

TEST_CASE("a connect without a time-out waits as long as it takes") {
    Caller caller(1);
    const auto connector = caller.call(forever);
    caller.reactor.run_once(Duration::zero());
    CHECK(caller.reactor.next_deadline() == never);
    caller.pass(std::chrono::hours(1000));
    caller.system.sockets().connect_result = Error::none;
    caller.announce(1);
    CHECK(caller.troupe->roles.size() == 1);
}

TEST_CASE("a connector that is destroyed leaves no timer and no socket") {
    Caller caller(2);
    auto connector = caller.call(seconds(30));
    caller.pass(seconds(1));
    connector.reset();
    CHECK(caller.reactor.next_deadline() == never);
    CHECK(caller.system.sockets().calls == std::vector<std::string>{"close 1"});
    caller.announce(1);
    CHECK(caller.troupe->roles.empty());
}
