#include "peer.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("when the reactor goes each connection hears of it, once, and is cut off unless it had "
          "said its last") {
    const auto server = troupe_of();
    const auto client = troupe_of();
    {
        Stage stage;
        const auto listener = stage.listen(server);
        std::vector<std::unique_ptr<Connector>> connectors;
        for (int i = 0; i < 5; ++i) {
            connectors.push_back(stage.connect(*listener, client));
        }
        stage.until([&] { return server->roles.size() == 5 && client->roles.size() == 5; });
        client->roles[2].transport->write("on its way");
        client->roles[3].transport->lose_connection();
    }
    for (const auto& troupe : {server, client}) {
        for (const Role& role : troupe->roles) {
            CHECK(role.over());
            REQUIRE(role.outcome);
            CHECK((role.outcome->ending == Ending::aborted) == (&role != &client->roles[3]));
        }
    }
}

TEST_CASE("after shut_down a reactor is empty, but works") {
    Stage stage;
    const auto server = troupe_of();
    const auto listener = stage.listen(server);
    Peer first(stage, *listener);
    stage.until([&] { return server->roles.size() == 1; });
    stage.reactor.shut_down();
    CHECK(server->roles.front().story == "mlx");
    stage.reactor.shut_down();
    first.hear_all();
    CHECK(first.lost());
    Peer second(stage, *listener);
    second.say("hello");
    stage.until([&] { return server->roles.size() == 2 && server->roles[1].received == "hello"; });
}

TEST_CASE("when the reactor goes, one that ends another in connection_lost does no harm") {
    std::shared_ptr<Troupe> troupe;
    troupe = troupe_of({.lost = [&troupe](Role&) {
        for (Role& role : troupe->roles) {
            if (role.transport != nullptr) {
                role.transport->abort_connection();
            }
        }
    }});
    {
        Stage stage;
        const auto listener = stage.listen(troupe);
        std::deque<Peer> peers;
        for (int i = 0; i < 5; ++i) {
            peers.emplace_back(stage, *listener);
        }
        stage.until([&] { return troupe->roles.size() == 5; });
        stage.reactor.shut_down();
        for (const Role& role : troupe->roles) {
            CHECK(role.story == "mlx");
        }
    }
    CHECK(troupe->played(5));
}

TEST_CASE("the loop may be stopped in each callback, and goes on where it was") {
    Stage stage;
    int stops = 0;
    const auto stop = [&](Role&) {
        ++stops;
        stage.reactor.stop();
    };
    const auto troupe = troupe_of({.made = stop,
                                   .data = [&](Role& role, std::string_view) { stop(role); },
                                   .finished =
                                       [&](Role& role) {
                                           stop(role);
                                           role.transport->write("bye");
                                           role.transport->lose_connection();
                                       },
                                   .lost = stop});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.reactor.run();
    CHECK(stops == 1);
    peer.say("hello");
    stage.reactor.run();
    CHECK(stops == 2);
    peer.half_close();
    while (stops < 4) {
        stage.reactor.run();
    }
    CHECK(troupe->roles.front().story == "mdflx");
    CHECK(peer.hear_all() == "bye");
}

TEST_CASE("a callback that turns the loop is refused, and its connection goes on") {
    Stage stage;
    int refusals = 0;
    const auto turn = [&](Role&) {
        CHECK_THROWS_AS(stage.reactor.run(), std::logic_error);
        CHECK_THROWS_AS(stage.reactor.run_once(), std::logic_error);
        ++refusals;
    };
    const auto troupe = troupe_of(
        {.made = turn, .data = [&](Role& role, std::string_view) { turn(role); }, .lost = turn});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    peer.half_close();
    stage.until([&] { return troupe->played(1); });
    CHECK(refusals == 3);
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a connection may be followed by another, made in connection_lost, again and again") {
    Stage stage;
    const auto server = reciting(SharedBytes(std::string("poem")));
    const auto listener = stage.listen(server);
    std::unique_ptr<Connector> connector;
    std::shared_ptr<Troupe> client;
    client = troupe_of({.lost = [&](Role&) {
        if (client->roles.size() < 20) {
            connector = stage.connect(*listener, client);
        }
    }});
    connector = stage.connect(*listener, client);
    stage.until([&] { return client->played(20); });
    for (const Role& role : client->roles) {
        CHECK(role.received == "poem");
        CHECK(role.outcome->ending == Ending::finished);
    }
}

TEST_CASE("listeners may be made in a callback, and serve") {
    Stage stage;
    std::unique_ptr<Listener> second;
    const auto troupe = troupe_of({.made = [&](Role&) {
        second = stage.listen(reciting(SharedBytes(std::string("poem"))));
    }});
    const auto first = stage.listen(troupe);
    Peer opener(stage, *first);
    stage.until([&] { return second != nullptr; });
    Peer peer(stage, *second);
    CHECK(peer.hear_all() == "poem");
}

TEST_CASE("connections may be written to and closed by timers, watches and posted calls") {
    Stage stage;
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->roles.size() == 1; });
    Transport& transport = *troupe->roles.front().transport;
    auto pair = this_system().sockets().pair();
    REQUIRE(pair);
    const auto watch =
        stage.reactor.watch(pair->first.get(), Interest::write, [&](const Ready& ready) {
            transport.write("by a watch ");
            stage.reactor.unwatch(ready.watch);
        });
    REQUIRE(watch);
    CHECK(peer.hear(11) == "by a watch ");
    stage.reactor.call_later(Duration::zero(), [&] { transport.write("by a timer "); });
    CHECK(peer.hear(22) == "by a watch by a timer ");
    stage.reactor.call_from_thread([&] {
        transport.write("by a call");
        transport.lose_connection();
    });
    CHECK(peer.hear_all() == "by a watch by a timer by a call");
}

TEST_CASE("a connection may be written to while somebody else owns the loop") {
    Stage stage;
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->roles.size() == 1; });
    static_cast<void>(stage.reactor.prepare());
    stage.reactor.wait(Duration::zero());
    troupe->roles.front().transport->write("between two parts");
    stage.reactor.dispatch();
    CHECK(peer.hear(17) == "between two parts");
}
