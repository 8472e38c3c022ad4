#include "scripted_system.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;
using Sign = FakeSystem::Sign;

namespace {

constexpr int listener_number = 1;
constexpr int connection_number = 2;

// A server with one connection, on a system where each call says what the test wants.
struct Room {
    ScriptedStage stage;
    std::shared_ptr<Troupe> troupe;
    std::unique_ptr<Listener> listener;

    explicit Room(Script script, std::size_t room = 0) : troupe(troupe_of(std::move(script))) {
        auto made = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe);
        REQUIRE(made);
        listener = std::move(*made);
        stage.sockets().room = room;
        let_in();
        REQUIRE(troupe->roles.size() == 1);
    }

    ScriptedSockets& sockets() { return stage.sockets(); }
    Role& role() { return troupe->roles.front(); }
    void let_in() {
        sockets().callers = 1;
        stage.announce(listener_number, Sign::readable);
    }
    void announce(Sign sign) { stage.announce(connection_number, sign); }
};

} // namespace

TEST_CASE("a peer that has endlessly much to say does not keep a turn from ending") {
    Room room({});
    room.sockets().endless = true;
    room.announce(Sign::readable);
    CHECK(room.sockets().receives > 1);
    CHECK(room.sockets().receives <= 16);
    CHECK(room.role().story == "md");
}

TEST_CASE("a connection that dies while its peer talks endlessly does not keep a turn either") {
    Room room({});
    room.sockets().endless = true;
    room.sockets().send_failure = Error::connection_reset;
    room.role().transport->write("poem");
    room.stage.reactor.run_once(Duration::zero());
    CHECK(room.role().story == "mdlx");
    CHECK(room.role().outcome->ending == Ending::reset);
}

TEST_CASE("a peer that takes endlessly much does not keep a turn from ending") {
    const SharedBytes poem(long_text(std::size_t{64} << 20));
    Room room({.made = [&](Role& role) { role.transport->write(poem); }}, poem.size());
    CHECK(room.role().transport->queued() > poem.size() / 2);
    while (room.role().transport->queued() > 0) {
        const std::uint64_t before = room.role().transport->queued();
        room.announce(Sign::writable);
        REQUIRE(room.role().transport->queued() < before);
    }
}

TEST_CASE("a connection that is blocked is not tried again until there is room") {
    Room room({.made = [](Role& role) { role.transport->write("0123456789"); },
               .data = [](Role& role, std::string_view) { role.transport->write("more"); }},
              3);
    CHECK(room.sockets().sends == 1); // it came out short: a second would only be told so
    room.role().transport->write("and more");
    room.stage.reactor.run_once(Duration::zero());
    room.role().transport->lose_write_connection();
    room.stage.reactor.run_once(Duration::zero());
    room.announce(Sign::readable);
    CHECK(room.sockets().sends == 1);
    room.sockets().room = 100;
    room.announce(Sign::writable);
    CHECK(room.sockets().sends > 1);
    CHECK(room.role().transport->queued() == 0);
    CHECK(room.sockets().fin_sent);
}

TEST_CASE("a connection that only waits for the peer's FIN is not asked about in each turn") {
    Room room({.made = [](Role& role) { role.transport->lose_connection(); }});
    room.stage.reactor.run_once(Duration::zero()); // a look at all
    room.sockets().finished = true;
    room.announce(Sign::readable);
    CHECK(room.role().story == "m");
    room.stage.pass(milliseconds(1)); // but before long
    CHECK(room.role().story == "mlx");
    CHECK(room.role().outcome->ending == Ending::finished);
}

TEST_CASE("an end that comes with an error is a reset, not a peer that has finished") {
    Room room({});
    room.sockets().finished = true;
    room.announce(Sign::error);
    CHECK(room.role().story == "mlx");
    CHECK(room.role().outcome->ending == Ending::reset);
    CHECK(room.role().outcome->failure.error == Error::connection_reset);

    Room clean({});
    clean.sockets().finished = true;
    clean.announce(Sign::readable);
    CHECK(clean.role().story == "mflx");
    CHECK(clean.role().outcome->ending == Ending::finished);
}

TEST_CASE("an error without an end or a failing call is no end of the connection") {
    Room room({});
    room.announce(Sign::error);
    CHECK(room.role().story == "m");
}

TEST_CASE("a connection whose socket is none any more fails, once") {
    Room room({});
    room.announce(Sign::invalid);
    CHECK(room.role().story == "mlx");
    CHECK(room.role().outcome->ending == Ending::failed);
    CHECK(room.role().outcome->failure.error == Error::bad_descriptor);
}

TEST_CASE("a starved listener serves at a departure, without a moment's passing") {
    Room room({});
    room.sockets().accept_failure = Error::too_many_open;
    room.let_in();
    CHECK(room.troupe->accept_failures.size() == 1);
    room.sockets().accept_failure = Error::none;
    room.let_in(); // nobody asks about the listener now
    CHECK(room.troupe->roles.size() == 1);
    room.role().transport->abort_connection();
    room.stage.reactor.run_once(Duration::zero());
    room.let_in();
    CHECK(room.troupe->roles.size() == 2);
}

TEST_CASE("a starved listener looks again after a while, and leaves no timer when it goes") {
    Room room({});
    room.sockets().accept_failure = Error::too_many_open;
    room.let_in();
    CHECK(room.stage.reactor.next_deadline() <= room.stage.now() + seconds(1));
    CHECK(room.stage.reactor.next_deadline() >= room.stage.now() + milliseconds(10));
    room.stage.pass(seconds(1));
    CHECK(room.stage.reactor.next_deadline() == never); // it has asked, and waits for an event
    room.let_in();
    CHECK(room.stage.reactor.next_deadline() != never);
    room.listener.reset();
    CHECK(room.stage.reactor.next_deadline() == never);
}

TEST_CASE("a system that is short of memory for a send and a receive is asked again for both") {
    Room room({});
    room.sockets().send_failure = Error::no_buffer_space;
    room.role().transport->write("poem");
    room.stage.reactor.run_once(Duration::zero());
    CHECK(room.sockets().sends == 1);
    for (int i = 0; i < 5; ++i) {
        room.announce(Sign::both); // events are no reason to try
    }
    CHECK(room.sockets().sends == 1);
    room.sockets().send_failure = Error::none;
    room.sockets().room = 100;
    room.stage.pass(milliseconds(100));
    CHECK(room.role().transport->queued() == 0);
    CHECK(room.stage.reactor.next_deadline() == never);
}
