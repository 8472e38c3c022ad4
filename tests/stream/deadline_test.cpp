#include "scripted_system.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace caesura;
using namespace caesura::testing;
using Sign = FakeSystem::Sign;

namespace {

constexpr Duration moment = std::chrono::nanoseconds(1);

struct Hall : ScriptedHall {
    explicit Hall(const ConnectionOptions& options, std::size_t bytes = 0)
        : ScriptedHall(troupe_of(), options, 0) {
        if (bytes > 0) {
            transport().write(std::string(bytes, 'x'));
            turn();
        }
    }

    // Until its last moment it is there.
    void check_ends_after(Duration duration, Ending ending, Error error) {
        stage.pass(duration - moment);
        CHECK_FALSE(role().outcome);
        stage.pass(moment);
        REQUIRE(role().outcome);
        CHECK(role().outcome->ending == ending);
        CHECK(role().outcome->failure == Failure{error, 0});
        CHECK(stage.reactor.next_deadline() == never);
        CHECK(sockets().calls == std::vector<std::string>{"abort 2"});
    }
};

} // namespace

TEST_CASE("without limits a connection sets no timer") {
    Hall hall({});
    CHECK(hall.stage.reactor.next_deadline() == never);
}

TEST_CASE("a limit below zero is refused, and all stays as it was") {
    Hall hall({.idle_timeout = seconds(7)});
    for (const Duration limit : {Duration(-1), Duration::min()}) {
        CHECK(hall.transport().set_stall_timeout(limit).error == Error::invalid_argument);
        CHECK(hall.transport().set_idle_timeout(limit).error == Error::invalid_argument);
        CHECK(hall.transport().set_transfer_timeout(limit).error == Error::invalid_argument);
    }
    hall.check_ends_after(seconds(7), Ending::timed_out, Error::idle_too_long);
}

TEST_CASE("a connection on which nothing moves is reset at the idle limit, to the moment") {
    Hall hall({.idle_timeout = seconds(7)});
    hall.check_ends_after(seconds(7), Ending::timed_out, Error::idle_too_long);
}

TEST_CASE("a byte of either side begins the idle limit anew") {
    Hall hall({.idle_timeout = seconds(7)}, 100);
    hall.stage.pass(seconds(6));
    hall.sockets().endless = true;
    hall.announce(Sign::readable);
    hall.sockets().endless = false;
    hall.stage.pass(seconds(6));
    hall.make_room(1);
    hall.check_ends_after(seconds(7), Ending::timed_out, Error::idle_too_long);
}

namespace {

constexpr Duration limit = seconds(7);

// A connection among so many silent ones that its watch has gone cold, a moment before a limit.
struct ColdHall : Hall {
    explicit ColdHall(const ConnectionOptions& options, std::size_t bytes = 0)
        : Hall(options, bytes) {
        for (int number = 100; number < 200; ++number) {
            REQUIRE(stage.reactor.watch(static_cast<Socket>(number), Interest::read,
                                        [](const Ready&) {}));
        }
        for (Duration passed{}; passed < limit - milliseconds(100); passed += milliseconds(100)) {
            stage.pass(milliseconds(100));
        }
        stage.pass(milliseconds(100) - moment);
    }

    // The sign is there in time, the limit comes, and then the turn in which it is heard.
    void meet_limit(Sign sign) {
        stage.system.announce(static_cast<Socket>(connection_number), sign);
        stage.pass(moment);
        turn();
    }
};

} // namespace

TEST_CASE("what came in time counts, though nobody has asked about the socket yet") {
    ColdHall hall({.idle_timeout = limit});
    hall.sockets().words = "in time";
    hall.meet_limit(Sign::readable);
    CHECK(hall.role().received == "in time");
    hall.stage.pass(limit - milliseconds(1));
    CHECK_FALSE(hall.role().outcome);
}

TEST_CASE("so does the peer's FIN") {
    ColdHall hall({.idle_timeout = limit});
    hall.sockets().finished = true;
    hall.meet_limit(Sign::readable);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::finished);
}

TEST_CASE("so does room, before a connection is called stalled") {
    ColdHall hall({.stall_timeout = limit}, 100);
    hall.sockets().room = 10;
    hall.meet_limit(Sign::writable);
    CHECK(hall.role().transport != nullptr);
    CHECK(hall.transport().queued() == 90);
    hall.stage.pass(limit - milliseconds(1));
    CHECK_FALSE(hall.role().outcome);
}

TEST_CASE("where nothing came in time a limit ends a connection among many as well") {
    ColdHall idle({.idle_timeout = limit});
    idle.meet_limit(Sign::writable); // which nobody waits for
    REQUIRE(idle.role().outcome);
    CHECK(idle.role().outcome->failure == Failure{Error::idle_too_long, 0});
    ColdHall stalled({.stall_timeout = limit}, 100);
    stalled.meet_limit(Sign::readable); // where there is nothing to read
    REQUIRE(stalled.role().outcome);
    CHECK(stalled.role().outcome->ending == Ending::stalled);
}

TEST_CASE("bytes that are acknowledged are no silence, where the system tells of them") {
    Hall hall({.idle_timeout = seconds(8)}, 100);
    hall.make_room(50);
    for (std::uint64_t left = 50; left > 0; left -= 10) {
        hall.sockets().not_acknowledged = left;
        hall.stage.pass(seconds(6));
        CHECK_FALSE(hall.role().outcome);
    }
    hall.stage.pass(seconds(11)); // at most a quarter late
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->failure == Failure{Error::idle_too_long, 0});
}

TEST_CASE("a connection is reset when it takes too long in all, however busy it is") {
    Hall hall({.transfer_timeout = seconds(10)}, 100);
    for (int i = 0; i < 9; ++i) {
        hall.stage.pass(seconds(1));
        hall.make_room(1);
    }
    hall.check_ends_after(seconds(1), Ending::timed_out, Error::took_too_long);
}

TEST_CASE("no limit is put off by a queue that runs empty and fills again in every turn") {
    Hall hall({.transfer_timeout = seconds(10), .min_rate = 1});
    const std::function<void()> write = [&] {
        if (hall.role().transport != nullptr) {
            hall.transport().write("x");
            hall.stage.reactor.call_later(Duration::zero(), write);
        }
    };
    write();
    for (int i = 0; i < 11; ++i) {
        hall.stage.system.clock().pass(seconds(1));
        hall.make_room(1);
    }
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->failure == Failure{Error::took_too_long, 0});
}

TEST_CASE("a peer slower than the least rate is reset after half a minute") {
    Hall hall({.min_rate = 10}, 10'000);
    for (int i = 0; i < 29; ++i) {
        hall.stage.pass(seconds(1));
        hall.make_room(10);
    }
    hall.check_ends_after(seconds(1), Ending::stalled, Error::too_slow);
}

TEST_CASE("a peer that keeps the least rate stays") {
    Hall hall({.min_rate = 10}, 10'000);
    for (int i = 0; i < 120; ++i) {
        hall.make_room(10);
        hall.stage.pass(seconds(1));
    }
    CHECK_FALSE(hall.role().outcome);
}

TEST_CASE("what is taken but not acknowledged is no progress of the peer's") {
    Hall hall({.min_rate = 10}, 10'000);
    hall.make_room(5'000);
    hall.sockets().not_acknowledged = 4'900;
    hall.check_ends_after(seconds(30), Ending::stalled, Error::too_slow);
}

TEST_CASE("a peer for which nothing waits is not too slow") {
    Hall hall({.min_rate = 1000}, 10);
    hall.stage.pass(seconds(20));
    hall.make_room(10);
    hall.stage.pass(seconds(100));
    CHECK_FALSE(hall.role().outcome);
    hall.transport().write("again");
    hall.turn();
    hall.check_ends_after(seconds(30), Ending::stalled, Error::too_slow);
}

TEST_CASE("a peer is too slow also for what only the system still has") {
    Hall hall({.min_rate = 1000}, 10'000);
    hall.sockets().not_acknowledged = 0;
    for (int i = 0; i < 29; ++i) {
        hall.make_room(10'000); // all of it, for a moment
        hall.sockets().not_acknowledged = 9'000;
        hall.stage.pass(seconds(1));
        hall.transport().write(std::string(100, 'x'));
        hall.turn();
    }
    hall.stage.pass(seconds(3));
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->failure == Failure{Error::too_slow, 0});
}

TEST_CASE("so it is where the system took all at once") {
    Hall hall({});
    hall.sockets().room = 5'000;
    hall.sockets().not_acknowledged = 5'000;
    SUBCASE("with the limit in force") {
        hall.transport().set_min_rate(1000);
        hall.transport().write(std::string(5'000, 'x'));
        hall.turn();
    }
    SUBCASE("before the limit was set") {
        hall.transport().write(std::string(5'000, 'x'));
        hall.turn();
        hall.transport().set_min_rate(1000);
    }
    hall.check_ends_after(seconds(30), Ending::stalled, Error::too_slow);
}

TEST_CASE("who has what was there a second ago is not too slow, however little there is for it") {
    Hall hall({.min_rate = 1'000'000});
    hall.sockets().not_acknowledged = 10; // as on a long way: always what was written last
    for (int i = 0; i < 600; ++i) {
        hall.sockets().room = 10;
        hall.transport().write("0123456789");
        hall.turn();
        hall.stage.pass(milliseconds(100));
    }
    CHECK_FALSE(hall.role().outcome);
}

TEST_CASE("one limit that is set begins no other anew") {
    Hall hall({.idle_timeout = seconds(7), .min_rate = 10}, 10'000);
    for (int i = 0; i < 6; ++i) {
        hall.stage.pass(seconds(1));
        CHECK_FALSE(hall.transport().set_transfer_timeout(seconds(1000 + i)));
    }
    hall.check_ends_after(seconds(1), Ending::timed_out, Error::idle_too_long);
}

TEST_CASE("each limit can be switched on and off while the connection lives") {
    Hall hall({.stall_timeout = seconds(1),
               .idle_timeout = seconds(1),
               .transfer_timeout = seconds(1),
               .min_rate = 1000},
              100);
    CHECK_FALSE(hall.transport().set_stall_timeout(forever));
    CHECK_FALSE(hall.transport().set_idle_timeout(forever));
    CHECK_FALSE(hall.transport().set_transfer_timeout(forever));
    hall.transport().set_min_rate(0);
    hall.stage.pass(seconds(100));
    CHECK_FALSE(hall.role().outcome);
    CHECK(hall.stage.reactor.next_deadline() == never);
    SUBCASE("stall") {
        CHECK_FALSE(hall.transport().set_stall_timeout(seconds(3)));
        hall.turn();
        hall.stage.pass(seconds(3));
        CHECK(hall.role().outcome->ending == Ending::stalled);
    }
    SUBCASE("idle") {
        CHECK_FALSE(hall.transport().set_idle_timeout(seconds(3)));
        hall.check_ends_after(seconds(3), Ending::timed_out, Error::idle_too_long);
    }
    SUBCASE("the whole, which counts from the beginning") {
        CHECK_FALSE(hall.transport().set_transfer_timeout(seconds(103)));
        hall.check_ends_after(seconds(3), Ending::timed_out, Error::took_too_long);
    }
    SUBCASE("rate") {
        hall.transport().set_min_rate(1000);
        hall.turn();
        hall.check_ends_after(seconds(30), Ending::stalled, Error::too_slow);
    }
}

TEST_CASE("another stall limit counts from the moment that it is set") {
    Hall hall({.stall_timeout = seconds(10)}, 100);
    hall.stage.pass(seconds(9));
    CHECK_FALSE(hall.transport().set_stall_timeout(seconds(5)));
    hall.turn();
    hall.check_ends_after(seconds(5), Ending::stalled, Error::none);
}

TEST_CASE("once only the peer's FIN is awaited the drain limit alone counts") {
    ScriptedHall hall(reciting(SharedBytes(std::string("poem"))),
                      {.drain = seconds(20),
                       .idle_timeout = seconds(1),
                       .transfer_timeout = seconds(2),
                       .min_rate = 1000},
                      4);
    hall.stage.pass(seconds(20) - moment);
    CHECK_FALSE(hall.role().outcome);
    hall.stage.pass(moment);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
}

TEST_CASE("a limit that is set when only the peer's FIN is awaited, or later, does not count") {
    Transport* transport = nullptr;
    const auto troupe = troupe_of({.made =
                                       [&](Role& role) {
                                           transport = role.transport;
                                           transport->lose_connection();
                                       },
                                   .lost =
                                       [&](Role&) {
                                           CHECK_FALSE(transport->set_stall_timeout(seconds(1)));
                                           CHECK_FALSE(transport->set_idle_timeout(seconds(1)));
                                           transport->set_min_rate(1000);
                                       }});
    ScriptedHall hall(troupe, {.drain = seconds(20)}, 0);
    REQUIRE(hall.sockets().fin_sent);
    CHECK_FALSE(hall.transport().set_idle_timeout(seconds(1)));
    CHECK_FALSE(hall.transport().set_transfer_timeout(seconds(1)));
    hall.stage.pass(seconds(20) - moment);
    CHECK_FALSE(hall.role().outcome);
    hall.stage.pass(moment);
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::unconfirmed);
    CHECK(hall.role().story == "mlx");
    CHECK(hall.stage.reactor.next_deadline() == never);
}

TEST_CASE("a queue beyond its limit ends the connection, with that reason") {
    Hall hall({.queue_limit = 1000});
    hall.transport().write(std::string(1000, 'x'));
    hall.turn();
    CHECK_FALSE(hall.role().outcome);
    hall.transport().write("x");
    hall.turn();
    REQUIRE(hall.role().outcome);
    CHECK(hall.role().outcome->ending == Ending::aborted);
    CHECK(hall.role().outcome->failure == Failure{Error::queue_full, 0});
    CHECK(hall.role().outcome->undelivered == 1001);
}

TEST_CASE("what the system takes at once does not count against the queue's limit") {
    Hall hall({.queue_limit = 1000});
    hall.sockets().room = 100'000;
    hall.transport().write(std::string(100'500, 'x'));
    hall.turn();
    CHECK_FALSE(hall.role().outcome);
    CHECK(hall.transport().queued() == 500);
}

TEST_CASE("nor does what it takes beyond one turn's share") {
    Hall hall({.queue_limit = 10});
    hall.sockets().room = 100'000;
    for (int i = 0; i < 10'000; ++i) {
        hall.transport().write("x");
    }
    hall.turn();
    REQUIRE_FALSE(hall.role().outcome);
    CHECK(hall.transport().queued() <= 10);
}
