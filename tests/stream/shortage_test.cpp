#include "peer.hpp"
#include "stage.hpp"
#include "support/forwarding_sockets.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace caesura;
using namespace caesura::testing;

namespace {

// A system that has only so many descriptors for accepted connections.
class ScarceSockets : public ForwardingSockets {
public:
    int free = 0;
    int accept_calls = 0;
    int accepted_in_all = 0;
    Error shortage = Error::too_many_open;

    Result<Accepted> accept(Socket listener) override {
        ++accept_calls;
        if (free == 0) {
            return Failure{shortage, 24};
        }
        auto accepted = ForwardingSockets::accept(listener);
        if (accepted) {
            --free;
            ++accepted_in_all;
            served_.push_back(accepted->socket.get());
        }
        return accepted;
    }
    void close(Socket socket) override {
        give_back(socket);
        ForwardingSockets::close(socket);
    }
    void abort(Socket socket) override {
        give_back(socket);
        ForwardingSockets::abort(socket);
    }

private:
    void give_back(Socket socket) { free += static_cast<int>(std::erase(served_, socket)); }

    std::vector<Socket> served_;
};

struct Scarcity {
    ScarceSockets sockets;
    PatchedSystem system{sockets};
    Stage stage{system};
    std::shared_ptr<Troupe> troupe = reciting(SharedBytes(std::string("poem")));
    std::unique_ptr<Listener> listener = stage.listen(troupe);
    std::deque<Peer> peers;

    void come(int count) {
        for (int i = 0; i < count; ++i) {
            peers.emplace_back(stage, *listener);
        }
    }
    // Turns for that long.
    int turns_in(Duration duration) {
        bool over = false;
        stage.reactor.call_later(duration, [&] { over = true; });
        int turns = 0;
        stage.until([&] {
            ++turns;
            return over;
        });
        return turns;
    }
};

} // namespace

TEST_CASE("when descriptors run out clients wait, and the loop does not spin") {
    for (const Error shortage : {Error::too_many_open, Error::too_many_open_in_system,
                                 Error::no_buffer_space, Error::out_of_memory}) {
        Scarcity scarcity;
        scarcity.sockets.shortage = shortage;
        scarcity.come(3);
        scarcity.stage.until([&] { return !scarcity.troupe->accept_failures.empty(); });
        CHECK(scarcity.turns_in(milliseconds(120)) < 20);
        CHECK(scarcity.sockets.accept_calls < 10);
        CHECK(scarcity.troupe->accept_failures == std::vector{Failure{shortage, 24}});
        CHECK(scarcity.troupe->roles.empty());
        // It ends without any connection of ours leaving: the timer finds out.
        scarcity.sockets.free = 3;
        for (Peer& peer : scarcity.peers) {
            CHECK(peer.hear_all() == "poem");
            CHECK_FALSE(peer.lost());
        }
    }
}

TEST_CASE("clients that waited are served as others leave, all of them, and it is told once") {
    Scarcity scarcity;
    scarcity.sockets.free = 2;
    scarcity.come(30);
    for (Peer& peer : scarcity.peers) {
        CHECK(peer.hear_all() == "poem");
        CHECK_FALSE(peer.lost());
        peer.close();
    }
    scarcity.stage.until([&] { return scarcity.troupe->played(30); });
    CHECK(scarcity.sockets.accepted_in_all == 30);
    CHECK(scarcity.troupe->accept_failures.size() == 1);
    for (const Role& role : scarcity.troupe->roles) {
        CHECK(role.outcome->ending == Ending::finished);
    }
}

TEST_CASE("a shortage that comes anew, after all who waited were served, is told anew") {
    Scarcity scarcity;
    for (std::size_t round = 1; round <= 3; ++round) {
        scarcity.sockets.free = 0;
        scarcity.come(2);
        scarcity.stage.until([&] { return scarcity.troupe->accept_failures.size() == round; });
        scarcity.sockets.free = 4;
        for (Peer& peer : scarcity.peers) {
            CHECK(peer.hear_all() == "poem");
        }
        scarcity.come(1); // served without any trouble
        CHECK(scarcity.peers.back().hear_all() == "poem");
        CHECK(scarcity.troupe->accept_failures.size() == round);
        scarcity.peers.clear();
        scarcity.stage.until([&] { return scarcity.troupe->on_stage() == 0; });
    }
}

TEST_CASE("a departure is enough: the next client is served before the timer looks") {
    Scarcity scarcity;
    scarcity.sockets.free = 1;
    scarcity.come(1);
    CHECK(scarcity.peers[0].hear_all() == "poem");
    scarcity.come(1);
    scarcity.stage.until([&] { return !scarcity.troupe->accept_failures.empty(); });
    // From now on time stands still, as far as timers are concerned.
    scarcity.peers[0].close();
    for (int turns = 0; turns < 1000 && scarcity.troupe->roles.size() < 2; ++turns) {
        scarcity.stage.reactor.run_once(milliseconds(1));
    }
    CHECK(scarcity.troupe->roles.size() == 2);
    CHECK(scarcity.peers[1].hear_all() == "poem");
}

TEST_CASE("a listener that is starved can be paused, resumed and destroyed") {
    Scarcity scarcity;
    scarcity.come(1);
    scarcity.stage.until([&] { return !scarcity.troupe->accept_failures.empty(); });
    scarcity.listener->resume(); // it was not paused
    scarcity.listener->pause();
    scarcity.sockets.free = 1;
    const int calls = scarcity.sockets.accept_calls;
    scarcity.turns_in(milliseconds(120)); // the timer, had it not been dropped, would look
    CHECK(scarcity.sockets.accept_calls == calls);
    CHECK(scarcity.troupe->roles.empty());
    scarcity.listener->resume();
    CHECK(scarcity.peers[0].hear_all() == "poem");

    scarcity.sockets.free = 0;
    scarcity.come(1);
    scarcity.stage.a_few_turns();
    scarcity.listener.reset();
    scarcity.sockets.free = 1;
    scarcity.peers[0].close(); // a departure that nobody waits for any more
    scarcity.turns_in(milliseconds(120));
    CHECK(scarcity.troupe->roles.size() == 1);
}

TEST_CASE("a listener may be destroyed when it hears of the shortage") {
    Scarcity scarcity;
    scarcity.troupe->on_accept_failed = [&] { scarcity.listener.reset(); };
    scarcity.come(2);
    scarcity.stage.until([&] { return scarcity.listener == nullptr; });
    scarcity.turns_in(milliseconds(120));
    CHECK(scarcity.sockets.accept_calls == 1);
}

TEST_CASE("an error of accept that is no shortage ends the listener, told once") {
    struct BrokenSockets : ForwardingSockets {
        int accept_calls = 0;
        Result<Accepted> accept(Socket) override {
            ++accept_calls;
            return Failure{Error::invalid_argument, 22};
        }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return !troupe->accept_failures.empty(); });
    stage.a_few_turns();
    listener->resume();
    stage.a_few_turns();
    CHECK(sockets.accept_calls == 1);
    CHECK(troupe->accept_failures == std::vector{Failure{Error::invalid_argument, 22}});
}

TEST_CASE("an accept that finds nobody after all is no harm") {
    struct HesitantSockets : ForwardingSockets {
        int hesitations = 3;
        Result<Accepted> accept(Socket listener) override {
            if (hesitations-- > 0) {
                return Failure{Error::would_block};
            }
            return ForwardingSockets::accept(listener);
        }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK(peer.hear_all() == "poem");
    CHECK(troupe->accept_failures.empty());
}

TEST_CASE("a connect that finds no descriptor fails with that reason") {
    struct NoSockets : ForwardingSockets {
        Result<SocketOwner> open(Family) override { return Failure{Error::too_many_open, 24}; }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = troupe_of();
    const auto connector = connect_tcp(stage.reactor, deserted(), troupe);
    stage.until([&] { return !troupe->connection_failures.empty(); });
    CHECK(troupe->connection_failures.front().ending == Ending::failed);
    CHECK(troupe->connection_failures.front().failure == Failure{Error::too_many_open, 24});
}
