#include "peer.hpp"
#include "stage.hpp"
#include "support/wine.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Far more than any system's buffers take.
const SharedBytes& long_poem() {
    static const SharedBytes poem(long_text(std::size_t{16} << 20));
    return poem;
}

// A server of the long poem, and one client of it.
struct Recital {
    Stage stage;
    std::shared_ptr<Troupe> troupe = reciting(long_poem());
    std::unique_ptr<Listener> listener = stage.listen(troupe);
    Peer client{stage, *listener};

    void check_all_heard() {
        client.hear_all();
        CHECK_FALSE(client.lost());
        CHECK((client.heard() == as_text(long_poem().slice())));
        client.close();
        stage.until([this] { return troupe->played(1); });
        const Role& role = troupe->roles.front();
        CHECK(role.outcome->ending == Ending::finished);
        CHECK(role.outcome->sent == long_poem().size());
        CHECK(role.outcome->undelivered == 0);
        CHECK(role.received.empty());
    }
};

} // namespace

TEST_CASE("a client that says nothing gets the whole poem and a clean end") {
    Recital recital;
    recital.check_all_heard();
    CHECK(recital.troupe->roles.front().outcome->received == 0);
}

TEST_CASE("a client that talks first gets the whole poem and a clean end") {
    Recital recital;
    recital.client.say("GET / HTTP/1.0\r\nHost: poetry\r\n\r\n");
    recital.check_all_heard();
    CHECK(recital.troupe->roles.front().outcome->received == 32);
}

TEST_CASE("a client that talks late gets the whole poem and a clean end") {
    Recital recital;
    recital.client.hear(1'000'000);
    recital.client.say("more, more!\n");
    recital.client.hear(15'000'000);
    recital.client.say("bravo!\n");
    recital.check_all_heard();
    CHECK(recital.troupe->roles.front().outcome->received == 19);
}

TEST_CASE("a client that finishes first gets the whole poem and a clean end") {
    if (left_out_for_wine_drops_bytes()) {
        return;
    }
    Recital recital;
    recital.client.half_close();
    recital.check_all_heard();
}

TEST_CASE("a client that talks and finishes first gets the whole poem and a clean end") {
    if (left_out_for_wine_drops_bytes()) {
        return;
    }
    Recital recital;
    recital.client.say("\r\n");
    recital.client.half_close();
    recital.check_all_heard();
    CHECK(recital.troupe->roles.front().outcome->received == 2);
}

TEST_CASE("a client that floods us all the time gets the whole poem and a clean end") {
    Recital recital;
    recital.client.flood();
    recital.check_all_heard();
    CHECK(recital.troupe->roles.front().outcome->received > 0);
}

TEST_CASE("what comes after lose_connection is read but not delivered") {
    Stage stage;
    const auto troupe = troupe_of(
        {.data = [](Role& role, std::string_view) { role.transport->lose_connection(); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("first");
    CHECK(peer.hear_all().empty()); // our FIN has come
    peer.say("second");
    peer.close();
    stage.until([&] { return troupe->played(1); });
    const Role& role = troupe->roles.front();
    CHECK(role.received == "first");
    CHECK(role.outcome->received == 11);
    CHECK(role.outcome->ending == Ending::finished);
    CHECK(role.story == "mdlx");
}

TEST_CASE("to lose a connection twice, or after its end, is to lose it once") {
    Stage stage;
    const auto lose_twice = [](Role& role) {
        role.transport->write("poem");
        role.transport->lose_connection();
        role.transport->lose_connection();
    };
    const auto troupe = troupe_of({.made = lose_twice});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK(peer.hear_all() == "poem");
    troupe->roles.front().transport->lose_connection();
    stage.a_few_turns();
    CHECK_FALSE(troupe->played(1));
    peer.close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().story == "mlx");
}

TEST_CASE("a connection that is lost with nothing written sends its FIN at once") {
    Stage stage;
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->lose_connection(); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK(peer.hear_all().empty());
    CHECK_FALSE(peer.lost());
    peer.close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a client that keeps the connection is left at the drain limit, unconfirmed, unharmed") {
    Stage stage;
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    const auto listener = stage.listen(troupe, ConnectionOptions{.drain = milliseconds(30)});
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::unconfirmed);
    CHECK(troupe->roles.front().outcome->sent == 4);
    CHECK(peer.hear_all() == "poem");
    CHECK_FALSE(peer.lost());
}

TEST_CASE("without a drain the connection is closed at once, and everything arrives") {
    Stage stage;
    const auto troupe = reciting(long_poem());
    const auto listener = stage.listen(troupe, ConnectionOptions{.drain = Duration::zero()});
    Peer peer(stage, *listener);
    CHECK((peer.hear_all() == as_text(long_poem().slice())));
    CHECK_FALSE(peer.lost());
    CHECK(troupe->played(1)); // it had gone before we heard it all
    CHECK(troupe->roles.front().outcome->ending == Ending::unconfirmed);
}

TEST_CASE("without a drain a client that finished first makes it finished") {
    Stage stage;
    const auto troupe = troupe_of({.finished = [](Role& role) {
        role.transport->write("poem");
        role.transport->lose_connection();
    }});
    const auto listener = stage.listen(troupe, ConnectionOptions{.drain = Duration::zero()});
    Peer peer(stage, *listener);
    peer.half_close();
    CHECK(peer.hear_all() == "poem");
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a half-closed connection that is lost drains too, and ends at its limit") {
    for (const Duration drain : {Duration::zero(), Duration(milliseconds(30))}) {
        Stage stage;
        const auto troupe = troupe_of(
            {.made =
                 [](Role& role) {
                     role.transport->write("poem");
                     role.transport->lose_write_connection();
                 },
             .data = [](Role& role, std::string_view) { role.transport->lose_connection(); }});
        const auto listener = stage.listen(troupe, ConnectionOptions{.drain = drain});
        Peer peer(stage, *listener);
        CHECK(peer.hear_all() == "poem");
        peer.say("thanks");
        stage.until([&] { return troupe->played(1); });
        CHECK(troupe->roles.front().outcome->ending == Ending::unconfirmed);
        CHECK(troupe->roles.front().received == "thanks");
    }
}

TEST_CASE("a client that resets in the middle of the poem is told from one that finishes") {
    Recital recital;
    recital.client.hear(100'000);
    recital.client.abort();
    recital.stage.until([&] { return recital.troupe->played(1); });
    const Role& role = recital.troupe->roles.front();
    CHECK(role.outcome->ending == Ending::reset);
    CHECK(is_connection_lost(role.outcome->failure.error));
    CHECK(role.outcome->failure.native != 0);
    CHECK(role.outcome->sent < long_poem().size());
    CHECK(role.outcome->sent + role.outcome->undelivered >= long_poem().size());
}
