#include "peer.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

void cut_off(Role& role) {
    role.transport->abort_connection();
}

// One connection, over which the client says "hello" and then finishes, played to its end.
struct Scene {
    Stage stage;
    std::shared_ptr<Troupe> troupe;
    std::unique_ptr<Listener> listener;
    Peer peer;

    explicit Scene(Script script)
        : troupe(troupe_of(std::move(script))), listener(stage.listen(troupe)),
          peer(stage, *listener) {
        peer.listen();
        peer.say("hello");
        stage.until([this] { return troupe->played(1) || role().received == "hello"; });
        if (!troupe->played(1)) {
            peer.half_close();
        }
        stage.until([this] { return troupe->played(1) && peer.at_end(); });
    }
    const Role& role() const {
        static const Role nobody;
        return troupe->roles.empty() ? nobody : troupe->roles.front();
    }
};

} // namespace

TEST_CASE("a connection can be aborted in each callback, and ends once, by a reset") {
    const Scene in_made({.made = cut_off});
    CHECK(in_made.role().story == "mlx");
    const Scene in_data({.data = [](Role& role, std::string_view) { cut_off(role); }});
    CHECK(in_data.role().story == "mdlx");
    const Scene in_finished({.finished = cut_off});
    CHECK(in_finished.role().story == "mdflx");
    for (const Scene* const scene : {&in_made, &in_data, &in_finished}) {
        CHECK(scene->role().outcome->ending == Ending::aborted);
        CHECK_FALSE(scene->role().outcome->failure);
        CHECK(scene->peer.lost());
        CHECK(scene->peer.heard().empty());
    }
}

TEST_CASE("a connection can be aborted when no callback runs, and is at the next turn") {
    Stage stage;
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->roles.size() == 1; });
    troupe->roles.front().transport->abort_connection();
    CHECK(troupe->roles.front().story == "m"); // no call calls back
    stage.reactor.run_once(Duration::zero());
    CHECK(troupe->roles.front().story == "mlx");
    peer.hear_all();
    CHECK(peer.lost());
}

TEST_CASE("to abort twice, or to abort and lose, is to abort once") {
    using Act = void (*)(Transport&);
    const Act twice = [](Transport& transport) {
        transport.abort_connection();
        transport.abort_connection();
    };
    const Act then_lose = [](Transport& transport) {
        transport.abort_connection();
        transport.lose_connection();
        transport.lose_write_connection();
    };
    const Act after_lose = [](Transport& transport) {
        transport.write("poem");
        transport.lose_connection();
        transport.abort_connection();
    };
    for (const Act act : {twice, then_lose, after_lose}) {
        const Scene scene({.data = [act](Role& role, std::string_view) { act(*role.transport); }});
        CHECK(scene.role().story == "mdlx");
        CHECK(scene.role().outcome->ending == Ending::aborted);
        CHECK(scene.peer.lost());
    }
}

TEST_CASE("bytes written after an abort never arrive, and are not even queued") {
    const Scene scene({.made = [](Role& role) {
        role.transport->write("before");
        role.transport->abort_connection();
        role.transport->write("after");
        CHECK(role.transport->queued() == 0);
    }});
    CHECK(scene.peer.heard().empty());
    CHECK(scene.role().outcome->sent == 0);
    CHECK(scene.role().outcome->undelivered == 6);
}

TEST_CASE("no data is delivered after an abort, though more has come") {
    Stage stage;
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->set_receive_limit(2); },
                                   .data = [](Role& role, std::string_view) { cut_off(role); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().received == "he");
}

TEST_CASE("everything a transport can be asked for is harmless once it is aborted") {
    const Scene scene({.made = [](Role& role) {
        Transport& transport = *role.transport;
        transport.abort_connection();
        const SharedBytes bytes(std::string("bytes"));
        transport.write(bytes);
        transport.write_sequence({&bytes, 1});
        transport.pause_producing();
        transport.resume_producing();
        transport.set_receive_limit(1);
        transport.set_no_delay(true);
        transport.set_keep_alive(true);
        CHECK_FALSE(transport.host());
        CHECK(transport.peer().is_loopback());
        CHECK(transport.ledger().queued == 0);
    }});
    CHECK(scene.role().story == "mlx");
}

TEST_CASE("an abort drops what waits, and says how much of it was not delivered") {
    const SharedBytes poem(long_text(std::size_t{32} << 20));
    Stage stage;
    const auto troupe = troupe_of({.made = [&](Role& role) { role.transport->write(poem); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.hear(1'000'000);
    peer.stop_listening();
    troupe->roles.front().transport->abort_connection();
    stage.until([&] { return troupe->played(1); });
    const Outcome& outcome = *troupe->roles.front().outcome;
    CHECK(outcome.ending == Ending::aborted);
    CHECK(outcome.undelivered > 0);
    CHECK(outcome.undelivered <= poem.size());
    CHECK(outcome.sent + outcome.undelivered >= poem.size());
    peer.hear_all();
    CHECK(peer.lost());
}

TEST_CASE("a connection may abort others, those that have yet to be served in this turn included") {
    Stage stage;
    std::shared_ptr<Troupe> troupe;
    troupe = troupe_of({.data = [&troupe](Role&, std::string_view) {
        for (Role& role : troupe->roles) {
            if (role.transport != nullptr) {
                role.transport->abort_connection();
            }
        }
    }});
    const auto listener = stage.listen(troupe);
    std::deque<Peer> peers;
    for (int i = 0; i < 5; ++i) {
        peers.emplace_back(stage, *listener);
    }
    stage.until([&] { return troupe->roles.size() == 5; });
    for (Peer& peer : peers) {
        peer.say("hello");
    }
    stage.until([&] { return troupe->played(5); });
    int heard = 0;
    for (const Role& role : troupe->roles) {
        heard += role.received.empty() ? 0 : 1;
        CHECK(role.outcome->ending == Ending::aborted);
    }
    CHECK(heard == 1);
}

TEST_CASE("a peer that resets an idle connection is noticed") {
    Stage stage;
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->roles.size() == 1; });
    peer.abort();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().story == "mlx");
    CHECK(troupe->roles.front().outcome->ending == Ending::reset);
}
