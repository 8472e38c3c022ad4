// Somebody watches a socket, closes it and forgets to unwatch it. The system gives its number to
// the next one, which then cannot be watched.

#include "scripted_system.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr Failure unwatchable{Error::bad_descriptor, 0};

void watch_for_ever(ScriptedStage& stage, int number) {
    REQUIRE(stage.reactor.watch(static_cast<Socket>(number), Interest::none, [](const Ready&) {}));
}

} // namespace

TEST_CASE("a listener on a number that somebody still watches is refused, and closed") {
    ScriptedStage stage;
    watch_for_ever(stage, 1);
    const auto listener = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe_of());
    CHECK(listener.failure() == unwatchable);
    CHECK(stage.sockets().calls == std::vector<std::string>{"close 1"});
}

TEST_CASE("a connection on a number that somebody still watches fails, and says so once") {
    ScriptedStage stage;
    watch_for_ever(stage, 2);
    const auto troupe = troupe_of();
    const auto listener = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe);
    REQUIRE(listener);
    stage.sockets().callers = 1;
    stage.announce(1, FakeSystem::Sign::readable);
    REQUIRE(troupe->played(1));
    CHECK(troupe->roles.front().story == "mlx");
    CHECK(troupe->roles.front().outcome->ending == Ending::failed);
    CHECK(troupe->roles.front().outcome->failure == unwatchable);
    CHECK(stage.sockets().calls == std::vector<std::string>{"abort 2"});
}

TEST_CASE("a connect on a number that somebody still watches fails, and closes the socket") {
    ScriptedStage stage;
    watch_for_ever(stage, 1);
    const auto troupe = troupe_of();
    const auto connector = connect_tcp(stage.reactor, "127.0.0.1", 0, troupe);
    stage.reactor.run_once(Duration::zero());
    REQUIRE(troupe->connection_failures.size() == 1);
    CHECK(troupe->connection_failures.front().ending == Ending::failed);
    CHECK(troupe->connection_failures.front().failure == unwatchable);
    CHECK(stage.sockets().calls == std::vector<std::string>{"close 1"});
}
