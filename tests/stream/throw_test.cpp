#include "peer.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

[[noreturn]] void fall(Role&) {
    throw 1;
}
[[noreturn]] void fall_over_data(Role& role, std::string_view) {
    fall(role);
}

// The first connection has an accident; a second one, over which nothing is said, must not notice.
void check_accident(Script script, std::string_view story) {
    CAPTURE(std::string(story));
    Stage stage;
    stage.expect_exceptions();
    const auto bystanders = troupe_of();
    const auto quiet = stage.listen(bystanders);
    Peer bystander(stage, *quiet);
    const auto troupe = troupe_of(std::move(script));
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.listen();
    peer.say("hello");
    stage.until([&] { return !troupe->roles.empty() && troupe->roles.front().story.size() > 1; });
    if (!troupe->played(1)) {
        peer.half_close();
    }
    stage.until([&] { return troupe->played(1) && peer.at_end(); });
    const Role& role = troupe->roles.front();
    CHECK(role.story == story);
    CHECK(role.outcome->ending == Ending::failed);
    CHECK(role.outcome->failure == Failure{Error::callback_threw, 0});
    CHECK(stage.exceptions == 1);
    CHECK(peer.lost());
    CHECK(bystanders->on_stage() == 1);
}

} // namespace

TEST_CASE("an exception out of a callback ends that connection only, and the handler is told") {
    check_accident({.made = fall}, "mlx");
    check_accident({.data = fall_over_data}, "mdlx");
    check_accident({.finished = fall}, "mdflx");
}

TEST_CASE("an exception out of connection_lost is told, and changes nothing") {
    Stage stage;
    stage.expect_exceptions();
    const auto troupe = troupe_of({.lost = fall});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.half_close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
    CHECK(stage.exceptions == 1);
}

TEST_CASE("an exception does not hide that the connection was aborted before it") {
    Stage stage;
    stage.expect_exceptions();
    const auto troupe = troupe_of({.data = [](Role& role, std::string_view) {
        role.transport->abort_connection();
        fall(role);
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::aborted);
    CHECK(stage.exceptions == 1);
}

TEST_CASE("without a handler an exception of a connection stays with the connection") {
    Stage stage;
    stage.reactor.set_exception_handler(nullptr);
    const auto troupe = troupe_of({.made = fall});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK_NOTHROW(stage.until([&] { return troupe->played(1); }));
    CHECK(troupe->roles.front().outcome->failure.error == Error::callback_threw);
}

TEST_CASE("a factory that throws costs that connection only, and the listener goes on") {
    Stage stage;
    stage.expect_exceptions();
    const auto troupe = troupe_of();
    int built = 0;
    troupe->on_build = [&](const Endpoint&) {
        if (++built == 2) {
            throw 1;
        }
        return true;
    };
    const auto listener = stage.listen(troupe);
    std::deque<Peer> peers;
    for (int i = 0; i < 3; ++i) {
        peers.emplace_back(stage, *listener).listen();
    }
    stage.until([&] { return built == 3 && peers[1].at_end(); });
    CHECK(peers[1].lost()); // and not finished, as if there were nothing to be had
    CHECK(stage.exceptions == 1);
    CHECK(troupe->on_stage() == 2);
    CHECK_FALSE(peers[0].at_end());
    CHECK_FALSE(peers[2].at_end());
}

TEST_CASE("a connector's factory that throws costs its connection only") {
    for (const bool handled : {true, false}) {
        CAPTURE(handled);
        Stage stage;
        stage.expect_exceptions();
        if (!handled) {
            stage.reactor.set_exception_handler(nullptr);
        }
        const auto server = troupe_of();
        const auto listener = stage.listen(server);
        const auto client = troupe_of();
        client->on_build = [](const Endpoint&) -> bool { throw 1; };
        const auto connector = stage.connect(*listener, client);
        CHECK_NOTHROW(stage.until([&] { return server->played(1); }));
        CHECK(client->connection_failures.empty());
        CHECK(stage.exceptions == (handled ? 1 : 0));
    }
}

TEST_CASE("what a factory throws when it hears bad news is told, and the loop goes on") {
    Stage stage;
    stage.expect_exceptions();
    const auto client = troupe_of();
    client->on_connection_failed = [] { throw 1; };
    const auto connector = connect_tcp(stage.reactor, deserted(), client);
    stage.until([&] { return stage.exceptions == 1; });
    stage.a_few_turns();
    CHECK(client->connection_failures.size() == 1);
}

TEST_CASE("when the reactor goes, one that throws does not keep the others from being told") {
    const auto troupe = troupe_of({.lost = fall});
    int told = 0;
    {
        Stage stage;
        stage.reactor.set_exception_handler([&](const std::exception_ptr&) { ++told; });
        const auto listener = stage.listen(troupe);
        std::deque<Peer> peers;
        for (int i = 0; i < 5; ++i) {
            peers.emplace_back(stage, *listener);
        }
        stage.until([&] { return troupe->roles.size() == 5; });
        stage.reactor.shut_down();
        CHECK(troupe->played(5));
    }
    CHECK(told == 5);
}
