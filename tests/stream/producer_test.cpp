#include "scripted_system.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Writes down what it is told, a letter each: r = resume, p = pause, s = stop; and does what the
// test says.
class RecordingProducer : public Producer {
public:
    std::string told;
    std::function<void()> on_resume;
    std::function<void()> on_pause;
    std::function<void()> on_stop;

    void resume_producing() override { tell('r', on_resume); }
    void pause_producing() override { tell('p', on_pause); }
    void stop_producing() override { tell('s', on_stop); }

private:
    void tell(char letter, const std::function<void()>& then) {
        told += letter;
        if (then) {
            then();
        }
    }
};

struct Hall : ScriptedHall {
    std::shared_ptr<RecordingProducer> producer = std::make_shared<RecordingProducer>();

    explicit Hall(const ConnectionOptions& options = {}) : ScriptedHall(troupe_of(), options, 0) {}

    void enter(Producing kind) {
        REQUIRE(transport().register_producer(producer, kind));
        turn();
    }
    void write(std::size_t bytes) {
        if (!role().outcome) {
            transport().write(std::string(bytes, 'x'));
        }
        turn();
    }
    const std::string& told() const { return producer->told; }
};

} // namespace

TEST_CASE("a push producer is paused above the high mark, and resumed when nothing waits") {
    Hall hall;
    hall.enter(Producing::push);
    CHECK(hall.told().empty());
    hall.write(65536);
    CHECK(hall.told().empty());
    hall.write(1);
    CHECK(hall.told() == "p");
    hall.write(100'000);
    CHECK(hall.told() == "p");
    hall.make_room(165'536);
    CHECK(hall.told() == "p");
    hall.make_room(1);
    CHECK(hall.told() == "pr");
    hall.write(65537);
    CHECK(hall.told() == "prp");
}

TEST_CASE("the marks are the options'") {
    Hall hall({.queue_high = 100, .queue_low = 10});
    hall.enter(Producing::push);
    hall.write(101);
    CHECK(hall.told() == "p");
    hall.make_room(90);
    CHECK(hall.told() == "p");
    hall.make_room(1);
    CHECK(hall.told() == "pr");
}

TEST_CASE("a pull producer is asked when nothing waits, and never paused") {
    Hall hall;
    int pieces = 0;
    hall.producer->on_resume = [&] {
        if (pieces++ < 3) {
            hall.transport().write(std::string(100'000, 'x'));
        } else {
            hall.transport().unregister_producer();
        }
    };
    hall.enter(Producing::pull);
    CHECK(hall.told() == "r");
    hall.make_room(99'999);
    CHECK(hall.told() == "r");
    hall.make_room(1);
    CHECK(hall.told() == "rr");
    hall.make_room(200'000);
    CHECK(hall.told() == "rrrr");
    hall.write(100'000);
    CHECK(hall.told() == "rrrr");
    CHECK_FALSE(hall.role().outcome);
}

TEST_CASE("a pull producer whose every piece is taken at once leaves others their turn") {
    Hall hall;
    hall.sockets().room = 1'000'000;
    hall.producer->on_resume = [&] {
        hall.transport().write("x");
        if (hall.told().size() == 1000) {
            hall.transport().unregister_producer();
        }
    };
    hall.enter(Producing::pull);
    CHECK(hall.told().size() > 1);
    CHECK(hall.told().size() < 100);
    hall.stage.pass(milliseconds(100));
    CHECK(hall.told().size() == 1000);
    CHECK(hall.stage.reactor.next_deadline() == never);
}

TEST_CASE("pull producers that follow each other leave others their turn, too") {
    Hall hall;
    hall.sockets().room = 1'000'000;
    int asked = 0;
    std::function<void()> piece = [&] {
        hall.transport().write("x");
        hall.transport().unregister_producer();
        if (++asked < 1000) {
            const auto next = std::make_shared<RecordingProducer>();
            next->on_resume = piece;
            REQUIRE(hall.transport().register_producer(next, Producing::pull));
        }
    };
    hall.producer->on_resume = piece;
    hall.enter(Producing::pull);
    CHECK(asked > 1);
    CHECK(asked < 100);
    hall.stage.pass(milliseconds(100));
    CHECK(asked == 1000);
}

TEST_CASE("a low mark above the high one counts as the high one") {
    Hall hall({.queue_high = 100, .queue_low = 1000});
    hall.enter(Producing::push);
    hall.write(500);
    CHECK(hall.told() == "p");
    hall.make_room(401);
    CHECK(hall.told() == "pr");
}

TEST_CASE("there is one producer at a time") {
    Hall hall;
    hall.enter(Producing::push);
    const auto other = std::make_shared<RecordingProducer>();
    CHECK_FALSE(hall.transport().register_producer(other, Producing::pull));
    hall.turn();
    CHECK(other->told.empty());
    hall.transport().unregister_producer();
    CHECK(hall.transport().register_producer(other, Producing::pull));
    hall.turn();
    CHECK(other->told == "r");
    CHECK(hall.told().empty());
}

TEST_CASE("a connection that is lost while somebody produces waits for its end") {
    Hall hall({.drain = seconds(5)});
    hall.sockets().room = 1000;
    hall.enter(Producing::push);
    SUBCASE("both ways") {
        hall.transport().lose_connection();
    }
    SUBCASE("our way") {
        hall.transport().lose_write_connection();
    }
    SUBCASE("first ours, then both") {
        hall.transport().lose_write_connection();
        hall.transport().lose_connection();
    }
    hall.turn();
    CHECK_FALSE(hall.sockets().fin_sent);
    hall.write(10); // still taken
    CHECK(hall.sockets().room == 990);
    hall.transport().unregister_producer();
    hall.turn();
    CHECK(hall.sockets().fin_sent);
    CHECK(hall.told().empty());
    hall.write(10);
    CHECK(hall.sockets().room == 990);
}

TEST_CASE("a connection that is lost stays so, when our way is lost too before a producer ends") {
    Hall hall({.drain = seconds(5)});
    hall.enter(Producing::push);
    hall.transport().lose_connection();
    hall.transport().lose_write_connection();
    hall.transport().unregister_producer();
    hall.turn();
    hall.sockets().endless = true;
    hall.announce(FakeSystem::Sign::readable);
    hall.stage.pass(milliseconds(1)); // it can wait a little
    CHECK(hall.sockets().receives > 0);
    CHECK(hall.role().received.empty()); // it is discarded
}

TEST_CASE("when the connection ends its producer is stopped, once, before connection_lost") {
    std::string order;
    const auto troupe = troupe_of({.lost = [&](Role&) { order += 'l'; }});
    ScriptedHall hall(troupe, {}, 0);
    const auto producer = std::make_shared<RecordingProducer>();
    producer->on_stop = [&] { order += 's'; };
    REQUIRE(hall.transport().register_producer(producer, Producing::push));
    hall.turn();
    hall.transport().abort_connection();
    hall.turn();
    CHECK(order == "sl");
    CHECK(producer->told == "s");
    CHECK(producer.use_count() == 1);
}

TEST_CASE("a producer that comes too late is stopped") {
    ScriptedHall hall(reciting(SharedBytes(std::string("poem"))), {.drain = seconds(5)}, 4);
    const auto producer = std::make_shared<RecordingProducer>();
    CHECK(hall.transport().register_producer(producer, Producing::pull));
    hall.turn();
    CHECK(producer->told == "s");
    CHECK(producer.use_count() == 1);
    CHECK_FALSE(hall.role().outcome);
}

TEST_CASE("a producer that comes while the end is told is refused") {
    bool taken = true;
    Transport* transport = nullptr;
    const auto late = std::make_shared<RecordingProducer>();
    const auto troupe = troupe_of(
        {.made = [&](Role& role) { transport = role.transport; },
         .lost = [&](Role&) { taken = transport->register_producer(late, Producing::pull); }});
    ScriptedHall hall(troupe, {}, 0);
    const auto producer = std::make_shared<RecordingProducer>();
    producer->on_stop = [&] {
        CHECK_FALSE(transport->register_producer(producer, Producing::push));
    };
    REQUIRE(hall.transport().register_producer(producer, Producing::push));
    hall.transport().abort_connection();
    hall.turn();
    CHECK_FALSE(taken);
    CHECK(producer->told == "s");
    CHECK(producer.use_count() == 1);
    CHECK(hall.role().story == "mlx");
}

namespace {

// What a producer does in one of its calls.
enum class Deed { unregister, abort, lose, replace, throw_it };

void act(Hall& hall, Deed deed) {
    Transport& transport = hall.transport();
    switch (deed) {
    case Deed::unregister:
        return transport.unregister_producer();
    case Deed::abort:
        return transport.abort_connection();
    case Deed::lose:
        return transport.lose_connection();
    case Deed::replace:
        transport.unregister_producer();
        REQUIRE(
            transport.register_producer(std::make_shared<RecordingProducer>(), Producing::push));
        return;
    case Deed::throw_it:
        throw std::runtime_error("no muse");
    }
}

} // namespace

TEST_CASE("a producer may do anything in each call") {
    for (const Deed deed :
         {Deed::unregister, Deed::abort, Deed::lose, Deed::replace, Deed::throw_it}) {
        for (const Producing kind : {Producing::pull, Producing::push}) {
            CAPTURE(static_cast<int>(deed));
            CAPTURE(static_cast<int>(kind));
            Hall hall({.drain = seconds(5), .queue_high = 10});
            hall.producer->on_resume = [&] { act(hall, deed); };
            hall.producer->on_pause = [&] { act(hall, deed); };
            hall.enter(kind);
            hall.write(11); // a pull producer has been asked by now, and one that pushes is paused
            hall.turn();
            CHECK(hall.told().starts_with(kind == Producing::pull ? "r" : "p"));
            CHECK(hall.role().outcome.has_value() ==
                  (deed == Deed::abort || deed == Deed::throw_it));
        }
    }
}
