#include "peer.hpp"
#include "stage.hpp"
#include "support/forwarding_sockets.hpp"
#include "support/tcp.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("port 0 listens on a port of the system's choice, and says which") {
    Stage stage;
    const auto first = stage.listen(troupe_of());
    const auto second = stage.listen(troupe_of());
    CHECK(first->local().port != 0);
    CHECK(second->local().port != 0);
    CHECK(first->local() != second->local());
    CHECK(first->local().is_loopback());
}

TEST_CASE("a port that is taken, and an address that is not ours, are refused with the reason") {
    Stage stage;
    const auto listener = stage.listen(troupe_of());
    const auto taken = listen_tcp(stage.reactor, listener->local(), troupe_of());
    REQUIRE_FALSE(taken);
    CHECK(taken.error() == Error::address_in_use);
    CHECK(taken.failure().native != 0);
    const auto foreign =
        listen_tcp(stage.reactor, *parse_address("192.0.2.1"), troupe_of()); // RFC 5737: nobody's
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error() == Error::address_not_available);
}

TEST_CASE("a listener of which the system cannot say where it is, is refused with the reason") {
    struct NamelessSockets : ForwardingSockets {
        Result<Endpoint> local(Socket) override { return Failure{Error::no_buffer_space, 7}; }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto listener = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe_of());
    CHECK(listener.failure() == Failure{Error::no_buffer_space, 7});
}

TEST_CASE("a listener that is destroyed gives its port back at once, and keeps its connections") {
    Stage stage;
    const auto troupe =
        troupe_of({.data = [](Role& role, std::string_view data) { role.transport->write(data); }});
    auto listener = stage.listen(troupe);
    const Endpoint where = listener->local();
    Peer peer(stage, where);
    stage.until([&] { return troupe->roles.size() == 1; });
    listener.reset();
    const auto again = listen_tcp(stage.reactor, where, troupe_of());
    CHECK(again);
    peer.say("hello");
    CHECK(peer.hear(5) == "hello");
}

TEST_CASE("a listener may be destroyed in each callback of a connection of its own") {
    for (const char* const when : {"build", "made", "data", "finished", "lost"}) {
        CAPTURE(when);
        Stage stage;
        std::unique_ptr<Listener> listener;
        const auto destroy = [&listener, when](std::string_view now) {
            if (now == when) {
                listener.reset();
            }
        };
        const auto troupe = troupe_of({.made = [&](Role&) { destroy("made"); },
                                       .data = [&](Role&, std::string_view) { destroy("data"); },
                                       .finished =
                                           [&](Role& role) {
                                               destroy("finished");
                                               role.transport->lose_connection();
                                           },
                                       .lost = [&](Role&) { destroy("lost"); }});
        troupe->on_build = [&](const Endpoint&) {
            destroy("build");
            return true;
        };
        listener = stage.listen(troupe);
        std::deque<Peer> peers;
        for (int i = 0; i < 3; ++i) {
            peers.emplace_back(stage, *listener);
        }
        peers.front().say("hello");
        peers.front().half_close();
        stage.until([&] { return !troupe->roles.empty() && troupe->roles.front().over(); });
        CHECK(listener == nullptr);
        CHECK(troupe->roles.front().received == "hello");
        CHECK(troupe->roles.front().outcome->ending == Ending::finished);
        stage.reactor.shut_down(); // the others know the listener
    }
}

TEST_CASE("no connection is accepted once the listener is destroyed in the factory") {
    for (const int last : {1, 8}) { // by then it accepts several in a row
        Stage stage;
        std::unique_ptr<Listener> listener;
        int built = 0;
        const auto troupe = troupe_of();
        troupe->on_build = [&](const Endpoint&) {
            if (++built == last) {
                listener.reset();
            }
            return true;
        };
        listener = stage.listen(troupe);
        std::deque<Peer> peers;
        for (int i = 0; i < 20; ++i) {
            peers.emplace_back(stage, *listener);
        }
        stage.until([&] { return listener == nullptr; });
        stage.a_few_turns();
        CHECK(built == last);
    }
}

TEST_CASE("a paused listener lets clients wait, and serves them when it resumes") {
    Stage stage;
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    const auto listener = stage.listen(troupe);
    listener->pause();
    listener->pause();
    std::deque<Peer> peers;
    for (int i = 0; i < 3; ++i) {
        peers.emplace_back(stage, *listener);
    }
    stage.a_few_turns();
    CHECK(troupe->roles.empty());
    listener->resume();
    listener->resume();
    for (Peer& peer : peers) {
        CHECK(peer.hear_all() == "poem");
    }
}

TEST_CASE("a listener that is paused in the factory accepts not one more") {
    Stage stage;
    std::unique_ptr<Listener> listener;
    const auto troupe = troupe_of();
    troupe->on_build = [&](const Endpoint&) {
        if (troupe->roles.size() >= 7) { // by then it accepts several in a row
            listener->pause();
        }
        return true;
    };
    listener = stage.listen(troupe);
    std::deque<Peer> peers;
    for (std::size_t i = 1; i <= 12; ++i) {
        peers.emplace_back(stage, *listener);
    }
    for (std::size_t accepted = 8; accepted <= 12; ++accepted) {
        stage.until([&] { return troupe->roles.size() == accepted; });
        stage.a_few_turns();
        CHECK(troupe->roles.size() == accepted);
        listener->resume();
    }
}

TEST_CASE("a factory that refuses closes that connection only") {
    Stage stage;
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    int built = 0;
    troupe->on_build = [&](const Endpoint&) { return ++built != 2; };
    const auto listener = stage.listen(troupe);
    std::deque<Peer> peers;
    for (int i = 0; i < 3; ++i) {
        peers.emplace_back(stage, *listener);
    }
    CHECK(peers[0].hear_all() == "poem");
    CHECK(peers[1].hear_all().empty());
    CHECK_FALSE(peers[1].lost());
    CHECK(peers[2].hear_all() == "poem");
}

TEST_CASE("the factory hears who is there") {
    Stage stage;
    std::vector<Endpoint> seen;
    const auto troupe = troupe_of();
    troupe->on_build = [&](const Endpoint& peer) {
        seen.push_back(peer);
        return true;
    };
    const auto listener = stage.listen(troupe);
    const Peer first(stage, *listener);
    const Peer second(stage, *listener);
    stage.until([&] { return seen.size() == 2; });
    CHECK(seen == std::vector{first.local(), second.local()});
}

TEST_CASE("a function can be a factory") {
    Stage stage;
    int built = 0;
    const auto listener = stage.listen(factory_of([&](const Endpoint& peer) {
        CHECK(peer.is_loopback());
        ++built;
        return std::make_unique<Protocol>();
    }));
    Peer peer(stage, *listener);
    peer.half_close();
    CHECK(peer.hear_all().empty());
    CHECK(built == 1);
}

TEST_CASE("a storm of clients is accepted in batches, all of them, and few calls are in vain") {
    struct CountedSockets : ForwardingSockets {
        int accepts = 0;
        Result<Accepted> accept(Socket listener) override {
            ++accepts;
            return ForwardingSockets::accept(listener);
        }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    constexpr int clients = 150;
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe, ListenOptions{.backlog = 200});
    std::deque<Peer> peers;
    for (int i = 0; i < clients; ++i) {
        peers.emplace_back(stage, *listener);
    }
    int turns = 0;
    int most_in_a_turn = 0;
    stage.until([&] {
        most_in_a_turn = std::max(most_in_a_turn, std::exchange(sockets.accepts, 0));
        ++turns;
        return troupe->roles.size() == clients;
    });
    CHECK(turns < clients / 5);
    CHECK(most_in_a_turn <= 65);
}

TEST_CASE("of lone clients at most every other costs an accept that finds nobody") {
    struct CountedSockets : ForwardingSockets {
        int in_vain = 0;
        Result<Accepted> accept(Socket listener) override {
            auto accepted = ForwardingSockets::accept(listener);
            in_vain += accepted ? 0 : 1;
            return accepted;
        }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    const auto listener = stage.listen(troupe);
    for (int client = 0; client < 20; ++client) {
        Peer peer(stage, *listener);
        CHECK(peer.hear_all() == "poem");
        stage.a_few_turns();
        CHECK(sockets.in_vain <= (client + 1) / 2);
    }
}

TEST_CASE("an IPv6 listener serves IPv6, and says so") {
    if (!has_ipv6()) {
        return;
    }
    Stage stage;
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    const auto listener = stage.listen(troupe, {}, Family::ipv6);
    CHECK(to_string(listener->local()).starts_with("[::1]:"));
    Endpoint seen;
    troupe->on_build = [&](const Endpoint& peer) {
        seen = peer;
        return true;
    };
    Peer peer(stage, *listener);
    CHECK(peer.hear_all() == "poem");
    CHECK(seen == peer.local());
    CHECK(seen.family == Family::ipv6);
}

TEST_CASE("a listener whose socket is closed behind its back says so once, and the loop goes on") {
    struct LeakySockets : ForwardingSockets {
        Socket listener = Socket::none;
        Result<SocketOwner> listen(const Endpoint& endpoint, int backlog) override {
            auto owner = ForwardingSockets::listen(endpoint, backlog);
            listener = owner ? owner->get() : Socket::none;
            return owner;
        }
        void close(Socket socket) override {
            if (socket != listener) {
                ForwardingSockets::close(socket);
            }
        }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    this_system().sockets().close(sockets.listener);
    stage.until([&] { return !troupe->accept_failures.empty(); });
    stage.a_few_turns();
    CHECK(troupe->accept_failures.size() == 1);
    listener->pause();
    listener->resume();
    stage.a_few_turns();
    CHECK(troupe->accept_failures.size() == 1);
}
