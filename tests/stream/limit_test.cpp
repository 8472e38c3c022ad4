#include "scripted_system.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;
using Sign = FakeSystem::Sign;

namespace {

constexpr int listener_number = 1;
constexpr int connection_number = 2;
constexpr Duration moment = std::chrono::nanoseconds(1);

// A server with one connection, over which a poem of a hundred bytes is to go.
struct Hall {
    ScriptedStage stage;
    std::shared_ptr<Troupe> troupe = reciting(SharedBytes(long_text(100)));
    std::unique_ptr<Listener> listener;

    Hall(const ConnectionOptions& options, std::size_t room) {
        auto made = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe,
                               ListenOptions{.connection = options});
        REQUIRE(made);
        listener = std::move(*made);
        stage.sockets().callers = 1;
        stage.sockets().room = room;
        stage.announce(listener_number, Sign::readable);
        REQUIRE(troupe->roles.size() == 1);
    }

    const Role& role() const { return troupe->roles.front(); }
    // Lets that much time pass; the connection must be there until its last moment.
    void check_ends_after(Duration duration, Ending ending) {
        stage.pass(duration - moment);
        CHECK_FALSE(role().outcome);
        stage.pass(moment);
        REQUIRE(role().outcome);
        CHECK(role().outcome->ending == ending);
        CHECK(role().story == "mlx");
        CHECK(stage.reactor.next_deadline() == never); // and leaves no timer behind
    }
    const std::vector<std::string>& calls() { return stage.sockets().calls; }
};

// When a wait looks for the first time at what is unacknowledged; from there it counts.
constexpr Duration first_look(Duration limit) {
    return limit / 64;
}

constexpr ConnectionOptions drain_5s{.drain = seconds(5)};
constexpr ConnectionOptions stall_8s{.drain = seconds(5), .stall_timeout = seconds(8)};

} // namespace

TEST_CASE("the drain limit is kept to the moment, and then the connection is closed, not reset") {
    Hall hall(drain_5s, 1000);
    CHECK(hall.stage.sockets().fin_sent);
    hall.check_ends_after(seconds(5), Ending::unconfirmed);
    CHECK(hall.calls() == std::vector<std::string>{"close 2"});
    CHECK(hall.role().outcome->sent == 100);
    CHECK(hall.role().outcome->undelivered == 100); // this system cannot tell
}

TEST_CASE("a peer that finishes within the drain limit makes an end of the wait") {
    Hall hall(drain_5s, 1000);
    hall.stage.pass(seconds(5) - moment);
    hall.stage.sockets().finished = true;
    hall.stage.announce(connection_number, Sign::readable);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::finished);
    CHECK(hall.role().outcome->undelivered == 0);
    CHECK(hall.stage.reactor.next_deadline() == never);
}

TEST_CASE("data that comes at the drain limit counts before the limit") {
    Hall hall(drain_5s, 1000);
    hall.stage.pass(seconds(5) - moment);
    hall.stage.sockets().finished = true;
    hall.stage.system.clock().pass(seconds(1)); // the program was held up
    hall.stage.announce(connection_number, Sign::readable);
    CHECK(hall.role().outcome->ending == Ending::finished);
}

TEST_CASE("the drain limit counts from the peer's last progress, where the system can tell") {
    Hall hall(drain_5s, 1000);
    hall.stage.sockets().not_acknowledged = 100;
    hall.stage.pass(seconds(2));
    hall.stage.sockets().not_acknowledged = 60;
    hall.stage.pass(seconds(2));
    hall.stage.sockets().not_acknowledged = 20;
    hall.stage.pass(seconds(4));
    CHECK_FALSE(hall.role().outcome); // eight seconds, but never five without progress
    hall.stage.pass(seconds(3));
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
    CHECK(hall.role().outcome->undelivered == 20);
}

TEST_CASE("progress is noticed within a quarter of the limit") {
    Hall hall(drain_5s, 1000);
    hall.stage.sockets().not_acknowledged = 100;
    hall.stage.pass(seconds(2));
    hall.stage.sockets().not_acknowledged = 60; // the last
    hall.stage.pass(seconds(5) - moment);
    CHECK_FALSE(hall.role().outcome);
    hall.stage.pass(seconds(5) / 4);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
}

TEST_CASE("after a reset our FIN is no byte that was not delivered") {
    Hall hall(drain_5s, 1000);
    hall.stage.sockets().not_acknowledged = 41; // with the FIN, as Linux counts then
    hall.stage.sockets().not_sent = 41;
    hall.stage.sockets().finished = true;
    hall.stage.pass(milliseconds(1)); // what drains is looked at now and then
    hall.stage.announce(connection_number, Sign::error);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::reset);
    CHECK(hall.role().outcome->undelivered == 40);
    CHECK(hall.role().outcome->ledger.unacknowledged == 40);
    CHECK(hall.role().outcome->ledger.unsent == 40); // of which that FIN is none either
}

TEST_CASE("an outcome says where the bytes were") {
    Hall hall(stall_8s, 30);
    hall.stage.sockets().not_acknowledged = 20;
    hall.stage.sockets().not_sent = 10;
    hall.stage.pass(seconds(20));
    REQUIRE(hall.role().outcome);
    const Ledger& ledger = hall.role().outcome->ledger;
    CHECK(ledger.queued == 70);
    CHECK(ledger.handed_over == 30);
    CHECK(ledger.unacknowledged == 20);
    CHECK(ledger.unsent == 10);
}

TEST_CASE("no more is ever undelivered than was written") {
    Hall hall(stall_8s, 30);
    hall.stage.sockets().not_acknowledged = 1'000'000;
    hall.stage.pass(seconds(20));
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->undelivered == 100);
}

TEST_CASE("a limit of what is delivered at once is none for what is discarded") {
    ScriptedHall hall(troupe_of({.made = [](Role& role) {
                          role.transport->set_receive_limit(1);
                          role.transport->lose_connection();
                      }}),
                      {.drain_bytes = 500'000}, 0);
    hall.sockets().endless = true;
    hall.sockets().receives = 0;
    for (int turn = 0; turn < 3; ++turn) {
        hall.stage.pass(milliseconds(1));
        hall.announce(Sign::readable);
    }
    CHECK(hall.role().outcome);
    CHECK(hall.sockets().receives < 20);
}

TEST_CASE("a system that stops telling what is acknowledged tells of no progress") {
    Hall hall(drain_5s, 1000);
    hall.stage.sockets().not_acknowledged = 100;
    hall.stage.pass(seconds(2));
    hall.stage.sockets().not_acknowledged.reset();
    hall.stage.pass(seconds(3) - moment);
    CHECK_FALSE(hall.role().outcome);
    hall.stage.pass(first_look(seconds(5)) + moment);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
}

TEST_CASE("progress before the first look is not overlooked: no limit ends too soon") {
    Hall hall(drain_5s, 1000);
    hall.stage.sockets().not_acknowledged = 100;
    hall.stage.pass(seconds(1)); // within the first quarter
    hall.stage.sockets().not_acknowledged = 60; // the last
    hall.stage.pass(seconds(5) - moment);
    CHECK_FALSE(hall.role().outcome);
    hall.stage.pass(seconds(5) / 4);
    CHECK(hall.role().outcome);
}

TEST_CASE("what was acknowledged before a wait began is no progress in it") {
    Hall hall(stall_8s, 30);
    hall.stage.sockets().not_acknowledged = 100;
    hall.stage.pass(seconds(6));
    hall.stage.sockets().not_acknowledged = 50;
    hall.stage.sockets().room = 1;
    hall.stage.announce(connection_number, Sign::writable);
    hall.check_ends_after(seconds(8) + first_look(seconds(8)), Ending::stalled);
}

TEST_CASE("a peer that takes nothing for as long as the stall limit is reset, to the moment") {
    Hall hall(stall_8s, 30);
    hall.check_ends_after(seconds(8), Ending::stalled);
    CHECK(hall.calls() == std::vector<std::string>{"abort 2"});
    CHECK(hall.role().outcome->sent == 30);
    CHECK(hall.role().outcome->undelivered == 100);
}

TEST_CASE("each byte that is taken begins the stall limit anew") {
    Hall hall(stall_8s, 30);
    for (int i = 0; i < 5; ++i) {
        hall.stage.pass(seconds(8) - moment);
        hall.stage.sockets().room = 1;
        hall.stage.announce(connection_number, Sign::writable);
        CHECK_FALSE(hall.role().outcome);
    }
    hall.check_ends_after(seconds(8), Ending::stalled);
    CHECK(hall.role().outcome->sent == 35);
}

TEST_CASE("readiness without a byte taken is no progress") {
    Hall hall(stall_8s, 30);
    hall.stage.pass(seconds(6));
    hall.stage.announce(connection_number, Sign::writable);
    hall.check_ends_after(seconds(2), Ending::stalled);
}

TEST_CASE("bytes that are acknowledged are progress too") {
    Hall hall(stall_8s, 30);
    for (std::uint64_t left = 30; left > 0; left -= 5) {
        hall.stage.sockets().not_acknowledged = left;
        hall.stage.pass(seconds(3));
        CHECK_FALSE(hall.role().outcome);
    }
    hall.stage.pass(seconds(10));
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::stalled);
}

TEST_CASE("what a peer says is no progress: it must take what waits for it") {
    Hall hall(stall_8s, 30);
    hall.stage.pass(seconds(6));
    hall.stage.announce(connection_number, Sign::readable);
    hall.check_ends_after(seconds(2), Ending::stalled);
}

TEST_CASE("once all is taken the drain limit runs, in full, instead of the stall limit") {
    Hall hall(stall_8s, 30);
    hall.stage.pass(seconds(7));
    hall.stage.sockets().room = 1000;
    hall.stage.announce(connection_number, Sign::writable);
    hall.check_ends_after(seconds(5), Ending::unconfirmed);
}

TEST_CASE("a connection for which nothing waits is never stalled, and sets no timer") {
    ScriptedStage stage;
    const auto troupe = troupe_of();
    const auto listener = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe,
                                     ListenOptions{.connection = stall_8s});
    stage.sockets().callers = 1;
    stage.announce(listener_number, Sign::readable);
    REQUIRE(troupe->roles.size() == 1);
    CHECK(stage.reactor.next_deadline() == never);
    stage.pass(seconds(100));
    CHECK_FALSE(troupe->roles.front().outcome);
    // It counts from when something begins to wait.
    troupe->roles.front().transport->write("poem");
    stage.pass(seconds(8) - moment);
    CHECK_FALSE(troupe->roles.front().outcome);
    stage.pass(moment);
    CHECK(troupe->roles.front().outcome->ending == Ending::stalled);
}

TEST_CASE("more that is written does not put the stall limit off") {
    ScriptedStage stage;
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->write("poem"); }});
    const auto listener = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe,
                                     ListenOptions{.connection = stall_8s});
    stage.sockets().callers = 1;
    stage.announce(listener_number, Sign::readable);
    for (int i = 0; i < 7; ++i) {
        stage.pass(seconds(1));
        troupe->roles.front().transport->write("more");
    }
    stage.pass(seconds(1) - moment);
    CHECK_FALSE(troupe->roles.front().outcome);
    stage.pass(moment);
    CHECK(troupe->roles.front().outcome->ending == Ending::stalled);
}

TEST_CASE("without a stall limit a peer may take nothing for ever, and no timer is set") {
    Hall hall(drain_5s, 30);
    CHECK(hall.stage.reactor.next_deadline() == never);
    hall.stage.pass(std::chrono::hours(1000));
    CHECK_FALSE(hall.role().outcome);
}

TEST_CASE("limits of a few nanoseconds are limits like any other") {
    Hall drained({.drain = std::chrono::nanoseconds(7)}, 1000);
    drained.stage.pass(std::chrono::nanoseconds(7));
    CHECK(drained.role().outcome->ending == Ending::unconfirmed);
    Hall stalled({.stall_timeout = std::chrono::nanoseconds(7)}, 30);
    stalled.stage.pass(std::chrono::nanoseconds(7));
    CHECK(stalled.role().outcome->ending == Ending::stalled);
}
