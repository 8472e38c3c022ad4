#include "peer.hpp"
#include "stage.hpp"
#include "support/wine.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("after lose_write_connection the peer has heard all, and is still heard") {
    const std::string text = long_text(2'000'000);
    Stage stage;
    const auto troupe = troupe_of({.made = [&](Role& role) {
        role.transport->write(text);
        role.transport->lose_write_connection();
        role.transport->write("dropped");
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK((peer.hear_all() == text));
    CHECK_FALSE(peer.lost());
    peer.say("one");
    stage.until([&] { return troupe->roles.front().received == "one"; });
    peer.say("two");
    peer.close();
    stage.until([&] { return troupe->played(1); });
    const Role& role = troupe->roles.front();
    CHECK(role.received == "onetwo");
    CHECK(role.story == "mdflx");
    CHECK(role.outcome->ending == Ending::finished);
    CHECK(role.outcome->sent == text.size());
}

TEST_CASE("lose_write_connection twice, or after a full close, changes nothing") {
    Stage stage;
    const auto troupe = troupe_of({.made =
                                       [](Role& role) {
                                           role.transport->lose_write_connection();
                                           role.transport->lose_write_connection();
                                       },
                                   .data =
                                       [](Role& role, std::string_view) {
                                           role.transport->lose_connection();
                                           role.transport->lose_write_connection();
                                       }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK(peer.hear_all().empty());
    peer.say("one");
    stage.until([&] { return troupe->roles.front().received == "one"; });
    peer.say("two");
    peer.close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().received == "one");
    CHECK(troupe->roles.front().story == "mdlx");
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("by itself the peer's FIN closes our side too, once everything is written") {
    const std::string text = long_text(2'000'000);
    Stage stage;
    const auto troupe =
        troupe_of({.data = [&](Role& role, std::string_view) { role.transport->write(text); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("?");
    peer.half_close();
    CHECK((peer.hear_all() == text));
    CHECK_FALSE(peer.lost());
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().story == "mdflx");
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a protocol may go on writing after the peer's FIN, for as long as it likes") {
    Stage stage;
    std::function<void(Role&, int)> go_on = [&](Role& role, int left) {
        role.transport->write("la ");
        if (left == 0) {
            role.transport->lose_connection();
            return;
        }
        stage.reactor.call_later(milliseconds(1), [&, left] { go_on(role, left - 1); });
    };
    const auto troupe = troupe_of({.finished = [&](Role& role) { go_on(role, 4); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.half_close();
    CHECK(peer.hear_all() == "la la la la la ");
    CHECK_FALSE(peer.lost());
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().story == "mflx");
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("after the peer's FIN lose_write_connection is the end") {
    Stage stage;
    const auto troupe = troupe_of({.finished = [](Role& role) {
        role.transport->write("poem");
        role.transport->lose_write_connection();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.half_close();
    CHECK(peer.hear_all() == "poem");
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a saturated connection whose peer has finished still writes all, and does not spin") {
    const std::string text = long_text(std::size_t{8} << 20);
    Stage stage;
    const auto troupe = troupe_of({.finished = [&](Role& role) {
        role.transport->write(text);
        role.transport->lose_connection();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.half_close();
    stage.until([&] { return !troupe->roles.empty() && troupe->roles.front().story == "mf"; });
    stage.a_few_turns();
    // Nothing happens now: a turn that may wait does wait, until the timer.
    bool woken = false;
    stage.reactor.call_later(milliseconds(100), [&] { woken = true; });
    int turns = 0;
    stage.until([&] {
        ++turns;
        return woken;
    });
    CHECK(turns < 50);
    if (left_out_for_wine_drops_bytes()) {
        return;
    }
    CHECK((peer.hear_all() == text));
    CHECK_FALSE(peer.lost());
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("both may half-close, in either order or at once") {
    Stage stage;
    const Script half_closing{.made =
                                  [](Role& role) {
                                      role.transport->write("half");
                                      role.transport->lose_write_connection();
                                  },
                              .finished = [](Role&) {}};
    const auto server = troupe_of(half_closing);
    const auto client = troupe_of(half_closing);
    const auto listener = stage.listen(server);
    std::vector<std::unique_ptr<Connector>> connectors;
    for (int i = 0; i < 10; ++i) {
        connectors.push_back(stage.connect(*listener, client));
    }
    stage.until([&] { return server->played(10) && client->played(10); });
    for (const auto& troupe : {server, client}) {
        for (const Role& role : troupe->roles) {
            CHECK(role.received == "half");
            CHECK(role.story == "mdflx");
            CHECK(role.outcome->ending == Ending::finished);
        }
    }
}

TEST_CASE("a pause holds back the input of a half-closed connection too") {
    Stage stage;
    const auto troupe = troupe_of({.made = [](Role& role) {
        role.transport->pause_producing();
        role.transport->lose_write_connection();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    peer.half_close();
    CHECK(peer.hear_all().empty());
    stage.a_few_turns();
    CHECK(troupe->roles.front().story == "m");
    troupe->roles.front().transport->resume_producing();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().story == "mdflx");
    CHECK(troupe->roles.front().received == "hello");
}
