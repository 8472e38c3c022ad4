#include "peer.hpp"
#include "stage.hpp"
#include "support/forwarding_sockets.hpp"
#include "support/tcp.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <thread>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Answers what it is told to, when it is told to.
class PreparedResolver : public Resolver {
public:
    std::optional<Answer> at_once;
    std::string asked; // "host:port", in order

    void resolve(std::string host, std::uint16_t port, std::function<void(Answer)> done) override {
        asked += host + ':' + std::to_string(port) + ' ';
        if (at_once) {
            done(*at_once);
        } else {
            done_ = std::move(done);
        }
    }
    bool waits() const { return done_ != nullptr; }
    void answer(const Answer& found) { std::exchange(done_, nullptr)(found); }

private:
    std::function<void(Answer)> done_;
};

// Connects that end at once, in the way that is said for each; otherwise as ever.
class ImmediateSockets : public ForwardingSockets {
public:
    std::vector<Error> answers; // the first for the first connect, and so on
    std::vector<Endpoint> tried;

    Failure connect(Socket socket, const Endpoint& peer) override {
        tried.push_back(peer);
        if (answers.size() >= tried.size() && answers[tried.size() - 1] != Error::none) {
            return {answers[tried.size() - 1], 96};
        }
        Failure failure = ForwardingSockets::connect(socket, peer);
        while (failure.error == Error::would_block) {
            await(socket, Interest::connect);
            failure = connect_outcome(socket);
        }
        return failure;
    }
};

struct NamedStage {
    PreparedResolver resolver;
    ImmediateSockets sockets;
    PatchedSystem system{sockets, resolver};
    Stage stage{system};
    std::shared_ptr<Troupe> server = reciting(SharedBytes(std::string("poem")));
    std::unique_ptr<Listener> listener = stage.listen(server);
    std::shared_ptr<Troupe> client = troupe_of();

    std::unique_ptr<Connector> connect(const ConnectOptions& options = {}) {
        return connect_tcp(stage.reactor, "poetry.example", listener->local().port, client,
                           options);
    }
    void until_failed() {
        stage.until([this] { return !client->connection_failures.empty(); });
        stage.a_few_turns();
        CHECK(client->connection_failures.size() == 1);
        CHECK(client->roles.empty());
    }
};

} // namespace

TEST_CASE("the addresses of a name are tried in order until one answers") {
    PreparedResolver resolver;
    PatchedSystem system(resolver);
    Stage stage(system);
    const auto listener = stage.listen(reciting(SharedBytes(std::string("poem"))));
    const auto not_needed = stage.listen(troupe_of());
    resolver.at_once = std::vector{deserted(), listener->local(), not_needed->local()};
    const auto client = troupe_of();
    const auto connector =
        connect_tcp(stage.reactor, "poetry.example", listener->local().port, client);
    CHECK(client->roles.empty()); // though the answer was there at once
    stage.until([&] { return client->played(1); });
    CHECK(client->roles.front().received == "poem");
    CHECK(client->roles.size() == 1);
    CHECK(client->connection_failures.empty());
    CHECK(resolver.asked == "poetry.example:" + std::to_string(listener->local().port) + ' ');
}

TEST_CASE("the factory hears which of the addresses answered") {
    NamedStage named;
    named.sockets.answers = {Error::network_unreachable, Error::connection_refused};
    named.resolver.at_once =
        std::vector{deserted(), deserted(Family::ipv4), named.listener->local()};
    Endpoint seen;
    named.client->on_build = [&](const Endpoint& peer) {
        seen = peer;
        return true;
    };
    const auto connector = named.connect();
    named.stage.until([&] { return named.client->played(1); });
    CHECK(named.sockets.tried == *named.resolver.at_once.value());
    CHECK(seen == named.listener->local());
    CHECK(named.client->roles.front().received == "poem");
}

TEST_CASE("when no address answers the last reason is told, once") {
    NamedStage named;
    named.sockets.answers = {Error::connection_refused, Error::host_unreachable,
                             Error::network_unreachable};
    named.resolver.at_once = std::vector{deserted(), deserted(), deserted()};
    const auto connector = named.connect();
    named.until_failed();
    CHECK(named.client->connection_failures.front().ending == Ending::failed);
    CHECK(named.client->connection_failures.front().failure ==
          Failure{Error::network_unreachable, 96});
}

TEST_CASE("a name that nobody knows is told with the resolver's reason") {
    for (const Error error : {Error::host_not_found, Error::host_not_found_for_now,
                              Error::name_server_failed, Error::out_of_memory}) {
        NamedStage named;
        named.resolver.at_once = Failure{error, 95};
        const auto connector = named.connect();
        CHECK(named.client->connection_failures.empty());
        named.until_failed();
        CHECK(named.client->connection_failures.front().ending == Ending::failed);
        CHECK(named.client->connection_failures.front().failure == Failure{error, 95});
        CHECK(named.sockets.tried.empty());
    }
}

TEST_CASE("a connect that ends at once, well or badly, is not told from within connect_tcp") {
    NamedStage named;
    named.sockets.answers = {Error::none, Error::connection_refused};
    const auto first = connect_tcp(named.stage.reactor, named.listener->local(), named.client);
    CHECK(named.client->roles.empty());
    named.stage.until([&] { return named.client->played(1); });
    CHECK(named.client->roles.front().received == "poem");
    const auto second = connect_tcp(named.stage.reactor, named.listener->local(), named.client);
    CHECK(named.client->connection_failures.empty());
    named.stage.until([&] { return !named.client->connection_failures.empty(); });
    CHECK(named.client->connection_failures.front().ending == Ending::refused);
}

TEST_CASE("an answer may come from another thread, when it likes") {
    NamedStage named;
    const auto connector = named.connect();
    named.stage.a_few_turns();
    REQUIRE(named.resolver.waits());
    std::thread thread([&] { named.resolver.answer(std::vector{named.listener->local()}); });
    named.stage.until([&] { return named.client->played(1); });
    thread.join();
    CHECK(named.client->roles.front().received == "poem");
}

TEST_CASE("an answer that comes when the connector is gone is no harm") {
    NamedStage named;
    auto connector = named.connect();
    named.stage.a_few_turns();
    connector.reset();
    named.resolver.answer(std::vector{named.listener->local()});
    named.stage.a_few_turns();

    connector = named.connect();
    named.resolver.answer(std::vector{named.listener->local()});
    connector.reset(); // the answer is there, but nobody has seen it
    named.stage.a_few_turns();
    CHECK(named.sockets.tried.empty());
    CHECK(named.client->roles.empty());
    CHECK(named.client->connection_failures.empty());
}

TEST_CASE("an answer that comes when the reactor is gone is no harm") {
    PreparedResolver resolver;
    const auto client = troupe_of();
    {
        PatchedSystem system(resolver);
        Stage stage(system);
        const auto connector = connect_tcp(stage.reactor, "poetry.example", 0, client);
        stage.a_few_turns();
    }
    resolver.answer(std::vector{Endpoint::loopback(Family::ipv4)});
    CHECK(client->roles.empty());
    CHECK(client->connection_failures.empty());
}

TEST_CASE("an answer that comes after the time-out is too late, and no harm") {
    NamedStage named;
    const auto connector = named.connect({.timeout = milliseconds(20)});
    named.until_failed();
    CHECK(named.client->connection_failures.front().ending == Ending::timed_out);
    named.resolver.answer(std::vector{named.listener->local()});
    named.stage.a_few_turns();
    CHECK(named.client->roles.empty());
    CHECK(named.sockets.tried.empty());
    CHECK(named.client->connection_failures.size() == 1);
}

TEST_CASE("several connectors at once each get their own") {
    NamedStage named;
    named.resolver.at_once = std::vector{named.listener->local()};
    std::vector<std::unique_ptr<Connector>> connectors;
    for (int i = 0; i < 20; ++i) {
        connectors.push_back(named.connect());
    }
    named.stage.until([&] { return named.client->played(20); });
    for (const Role& role : named.client->roles) {
        CHECK(role.received == "poem");
    }
}
