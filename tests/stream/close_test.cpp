#include "peer.hpp"
#include "scripted_system.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

using Calls = std::vector<std::string>;
constexpr ConnectionOptions drain_5s{.drain = seconds(5)};

} // namespace

TEST_CASE("to close at once hands over what is queued, and waits for nobody") {
    ScriptedHall hall(troupe_of({.made =
                                     [](Role& role) {
                                         role.transport->write("poem");
                                         role.transport->close_connection();
                                     }}),
                      drain_5s, 4);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
    CHECK(hall.role().outcome->sent == 4);
    CHECK(hall.sockets().calls == Calls{"close 2"});
    CHECK(hall.stage.reactor.next_deadline() == never);
}

TEST_CASE("to close at once with bytes that find no room is a reset, for a part is no poem") {
    ScriptedHall hall(troupe_of({.made =
                                     [](Role& role) {
                                         role.transport->write("poem");
                                         role.transport->close_connection();
                                     }}),
                      drain_5s, 3);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::aborted);
    CHECK(hall.role().outcome->sent == 3);
    CHECK(hall.sockets().calls == Calls{"abort 2"});
}

TEST_CASE("to close at once hands over more than one turn's share") {
    ScriptedHall hall(troupe_of(), drain_5s, 0);
    hall.sockets().room = 100'000;
    for (int i = 0; i < 10'000; ++i) {
        hall.transport().write("x");
    }
    hall.transport().close_connection();
    hall.turn();
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
    CHECK(hall.role().outcome->sent == 10'000);
    CHECK(hall.sockets().calls == Calls{"close 2"});
}

TEST_CASE("to close at once asks a system that was full once more") {
    ScriptedHall hall(troupe_of(), drain_5s, 0);
    hall.transport().write("poem");
    hall.turn();
    CHECK(hall.transport().queued() == 4);
    hall.sockets().room = 4;
    hall.transport().close_connection();
    hall.turn();
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
}

TEST_CASE("a connection that drains can be closed at once, and its peer keeps what was sent") {
    ScriptedHall hall(reciting(SharedBytes(std::string("poem"))), drain_5s, 4);
    CHECK(hall.sockets().fin_sent);
    CHECK_FALSE(hall.role().outcome);
    hall.transport().close_connection();
    hall.turn();
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
    CHECK(hall.sockets().calls == Calls{"close 2"});
}

TEST_CASE("one that is closed at once after the peer's FIN is finished") {
    ScriptedHall hall(
        troupe_of({.finished = [](Role& role) { role.transport->close_connection(); }}), drain_5s,
        4);
    hall.sockets().finished = true;
    hall.announce(FakeSystem::Sign::readable);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::finished);
    CHECK(hall.sockets().calls == Calls{"close 2"});
}

TEST_CASE("a client that spoke before it was accepted gets the poem, even without a drain") {
    Stage stage;
    const SharedBytes poem(long_text(3000));
    const auto troupe = reciting(poem);
    const auto listener = stage.listen(troupe, ConnectionOptions{.drain = Duration::zero()});
    Peer client(stage, *listener);
    client.say("GET / HTTP/1.0\r\n\r\n");
    CHECK(client.hear_all() == as_text(poem.slice()));
    CHECK_FALSE(client.lost());
}

TEST_CASE("a peer that goes on talking is left at the byte limit, once it has all of ours") {
    const ConnectionOptions options{.drain = seconds(5), .drain_bytes = 1'000'000};
    ScriptedHall hall(reciting(SharedBytes(std::string("poem"))), options, 4);
    hall.sockets().endless = true;
    hall.sockets().not_acknowledged = 4;
    const auto hear = [&] {
        hall.announce(FakeSystem::Sign::readable);
        hall.stage.pass(milliseconds(1)); // who only drains is not looked at in every turn
    };
    for (int i = 0; i < 100; ++i) {
        hear();
    }
    CHECK_FALSE(hall.role().outcome);
    hall.sockets().not_acknowledged = 0;
    hear();
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
    CHECK(hall.role().outcome->undelivered == 0);
    CHECK(hall.sockets().calls == Calls{"close 2"});
}

TEST_CASE("when the reactor goes, who has sent its FIN is closed, and nobody loses a byte") {
    Calls calls;
    {
        ScriptedHall hall(reciting(SharedBytes(std::string("poem"))), drain_5s, 4);
        hall.stage.reactor.shut_down();
        calls = hall.sockets().calls;
        CHECK(hall.role().outcome->ending == Ending::unconfirmed);
    }
    CHECK(calls == Calls{"close 2"});
}

TEST_CASE("an owner of bytes may write, close or abort when the last use of them ends") {
    for (const std::string what : {"write", "lose", "abort", "close"}) {
        CAPTURE(what);
        ScriptedHall hall(troupe_of(), drain_5s, 0);
        const auto owner = std::shared_ptr<const void>(nullptr, [&](const void*) {
            Transport& transport = *hall.role().transport;
            if (what == "write") {
                transport.write(" and more");
                transport.lose_connection();
            } else if (what == "lose") {
                transport.lose_connection();
            } else if (what == "abort") {
                transport.abort_connection();
            } else {
                transport.close_connection();
            }
        });
        static constexpr std::string_view text = "poem";
        hall.transport().write(SharedBytes(owner, as_slice(text)));
        const_cast<std::shared_ptr<const void>&>(owner).reset();
        hall.make_room(100);
        hall.turn();
        const std::uint64_t sent = hall.sockets().room;
        CHECK(sent == (what == "write" ? 100 - 13 : 100 - 4));
        CHECK(hall.role().outcome.has_value() == (what == "abort" || what == "close"));
    }
}
