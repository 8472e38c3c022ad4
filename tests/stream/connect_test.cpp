#include "peer.hpp"
#include "stage.hpp"
#include "support/forwarding_sockets.hpp"
#include "support/tcp.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("a connect that is refused says so once, and not from within connect_tcp") {
    Stage stage;
    const auto troupe = troupe_of();
    const auto connector = connect_tcp(stage.reactor, deserted(), troupe);
    CHECK(troupe->connection_failures.empty());
    stage.until([&] { return !troupe->connection_failures.empty(); });
    stage.a_few_turns();
    REQUIRE(troupe->connection_failures.size() == 1);
    const Outcome& outcome = troupe->connection_failures.front();
    CHECK(outcome.ending == Ending::refused);
    CHECK(outcome.failure.error == Error::connection_refused);
    CHECK(outcome.failure.native != 0);
    CHECK(outcome.sent == 0);
    CHECK(outcome.undelivered == 0);
    CHECK(troupe->roles.empty());
}

TEST_CASE("a connection that stands does not need its connector any more") {
    for (const bool keep : {true, false}) {
        Stage stage;
        const auto server = reciting(SharedBytes(std::string("poem")));
        const auto listener = stage.listen(server);
        const auto client = troupe_of();
        auto connector = stage.connect(*listener, client);
        stage.until([&] { return client->roles.size() == 1; });
        if (!keep) {
            connector.reset();
        }
        stage.until([&] { return client->played(1); });
        CHECK(client->roles.front().received == "poem");
        CHECK(client->connection_failures.empty());
    }
}

TEST_CASE("a connector that is destroyed before its first turn is silent") {
    Stage stage;
    const auto listener = stage.listen(troupe_of());
    const auto troupe = troupe_of();
    stage.connect(*listener, troupe).reset();
    static_cast<void>(connect_tcp(stage.reactor, deserted(), troupe));
    static_cast<void>(connect_tcp(stage.reactor, "localhost", listener->local().port, troupe));
    bool waited = false;
    stage.reactor.call_later(milliseconds(50), [&] { waited = true; });
    stage.until([&] { return waited; });
    CHECK(troupe->roles.empty());
    CHECK(troupe->connection_failures.empty());
}

TEST_CASE("a connector that is destroyed while it connects is silent, and closes its socket") {
    struct PendingSockets : ForwardingSockets {
        int open_now = 0;
        Result<SocketOwner> open(Family family) override {
            ++open_now;
            return ForwardingSockets::open(family);
        }
        void close(Socket socket) override {
            --open_now;
            ForwardingSockets::close(socket);
        }
        Failure connect(Socket socket, const Endpoint& peer) override {
            static_cast<void>(ForwardingSockets::connect(socket, peer));
            return {Error::would_block};
        }
        Failure connect_outcome(Socket) override { return {Error::would_block}; }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    Sockets& real = this_system().sockets();
    const auto listener = real.listen(Endpoint::loopback(Family::ipv4), 0);
    REQUIRE(listener);
    const auto troupe = troupe_of();
    auto connector = connect_tcp(stage.reactor, *real.local(listener->get()), troupe);
    stage.until([&] { return sockets.open_now == 1; });
    stage.a_few_turns();
    connector.reset();
    CHECK(sockets.open_now == 0);
    stage.a_few_turns();
    CHECK(troupe->roles.empty());
    CHECK(troupe->connection_failures.empty());
}

TEST_CASE("a connector may be destroyed in each callback that it leads to") {
    for (const char* const when : {"build", "made", "lost", "failed"}) {
        CAPTURE(when);
        const bool fails = when == std::string_view("failed");
        Stage stage;
        std::unique_ptr<Connector> connector;
        const auto destroy = [&connector, when](std::string_view now) {
            if (now == when) {
                connector.reset();
            }
        };
        const auto listener = stage.listen(reciting(SharedBytes(std::string("poem"))));
        const auto client = troupe_of(
            {.made = [&](Role&) { destroy("made"); }, .lost = [&](Role&) { destroy("lost"); }});
        client->on_build = [&](const Endpoint&) {
            destroy("build");
            return true;
        };
        client->on_connection_failed = [&] { destroy("failed"); };
        connector = connect_tcp(stage.reactor, fails ? deserted() : listener->local(), client);
        stage.until(
            [&] { return fails ? !client->connection_failures.empty() : client->played(1); });
        CHECK(connector == nullptr);
        CHECK((fails || client->roles.front().received == "poem"));
    }
}

TEST_CASE("the loop may be stopped from the news that a connect has failed") {
    Stage stage;
    const auto troupe = troupe_of();
    troupe->on_connection_failed = [&] { stage.reactor.stop(); };
    const auto connector = connect_tcp(stage.reactor, deserted(), troupe);
    stage.reactor.run();
    CHECK(troupe->connection_failures.size() == 1);
}

TEST_CASE("a failed connect may be tried again from the news of it") {
    Stage stage;
    const auto listener = stage.listen(reciting(SharedBytes(std::string("poem"))));
    const auto troupe = troupe_of();
    std::unique_ptr<Connector> connector;
    troupe->on_connection_failed = [&] { connector = stage.connect(*listener, troupe); };
    connector = connect_tcp(stage.reactor, deserted(), troupe);
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().received == "poem");
    CHECK(troupe->connection_failures.size() == 1);
}

TEST_CASE("a factory may refuse a connection that stands: it is closed, and no failure is told") {
    Stage stage;
    const auto server = troupe_of();
    const auto listener = stage.listen(server);
    const auto client = troupe_of();
    int asked = 0;
    client->on_build = [&](const Endpoint&) {
        ++asked;
        return false;
    };
    const auto connector = stage.connect(*listener, client);
    stage.until([&] { return server->played(1); });
    CHECK(server->roles.front().story == "mflx");
    CHECK(asked == 1);
    CHECK(client->connection_failures.empty());
}

TEST_CASE("what is written in connection_made goes out, and a literal address needs no resolver") {
    struct NoResolver : Resolver {
        void resolve(std::string, std::uint16_t, std::function<void(Answer)>) override {
            FAIL_CHECK("asked");
        }
    } resolver;
    PatchedSystem system(resolver);
    Stage stage(system);
    const auto server = troupe_of();
    const auto listener = stage.listen(server);
    const auto client = troupe_of({.made = [](Role& role) {
        role.transport->write("first words");
        role.transport->lose_connection();
    }});
    const auto connector = connect_tcp(stage.reactor, "127.0.0.1", listener->local().port, client);
    stage.until([&] { return server->played(1) && client->played(1); });
    CHECK(server->roles.front().received == "first words");
    CHECK(client->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a server that closes before any byte is a clean end to its client") {
    Stage stage;
    const auto server = troupe_of({.made = [](Role& role) { role.transport->lose_connection(); }});
    const auto listener = stage.listen(server);
    const auto client = troupe_of();
    const auto connector = stage.connect(*listener, client);
    stage.until([&] { return client->played(1); });
    CHECK(client->roles.front().story == "mflx");
    CHECK(client->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("this machine is found by its name") {
    Stage stage;
    const auto listener = stage.listen(reciting(SharedBytes(std::string("poem"))));
    const auto client = troupe_of();
    const auto connector = connect_tcp(stage.reactor, "localhost", listener->local().port, client);
    stage.until([&] { return client->played(1); });
    CHECK(client->roles.front().received == "poem");
    CHECK(client->connection_failures.empty());
}

TEST_CASE("connections over IPv6 work as those over IPv4") {
    if (!has_ipv6()) {
        return;
    }
    Stage stage;
    const auto server = reciting(SharedBytes(std::string("poem")));
    const auto listener = stage.listen(server, {}, Family::ipv6);
    const auto client = troupe_of();
    const auto by_endpoint = stage.connect(*listener, client);
    const auto by_name = connect_tcp(stage.reactor, "::1", listener->local().port, client);
    stage.until([&] { return client->played(2); });
    for (const Role& role : client->roles) {
        CHECK(role.received == "poem");
        CHECK(role.outcome->ending == Ending::finished);
    }
    const auto refused = connect_tcp(stage.reactor, deserted(Family::ipv6), client);
    stage.until([&] { return !client->connection_failures.empty(); });
    CHECK(client->connection_failures.front().ending == Ending::refused);
}
