#include "reactor/bench.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

// One wait without limit, in the course of which a call is posted, as by another thread.
void sleep_until_posted(Bench& bench) {
    bench.system.during_wait = [&] { bench.reactor.call_from_thread(bench.saying("posted")); };
    bench.reactor.run_once();
}

} // namespace

TEST_CASE("a call that is posted to a sleeping reactor wakes it, time after time") {
    Bench bench;
    for (int i = 0; i < 3; ++i) {
        sleep_until_posted(bench);
        CHECK(bench.system.waits.back() == forever);
    }
    CHECK(bench.words == "posted posted posted");
    CHECK(bench.system.sockets().pairs == 1);
}

TEST_CASE("stop wakes a sleeping reactor") {
    Bench bench;
    bench.system.during_wait = [&] { bench.reactor.stop(); };
    bench.reactor.run();
    CHECK(bench.system.waits == std::vector{forever});
}

TEST_CASE("many calls posted in one sleep cost one wake-up") {
    Bench bench;
    bench.system.during_wait = [&] {
        for (int i = 0; i < 1000; ++i) {
            bench.reactor.call_from_thread([] {});
        }
        bench.reactor.call_from_thread(bench.saying("last"));
    };
    bench.reactor.run_once();
    CHECK(bench.words == "last");
    CHECK(bench.system.sockets().bytes_sent == 1);
    // Nothing of it is left to be woken by.
    bench.reactor.run_once(seconds(1));
    CHECK(bench.system.waits.back() == seconds(1));
}

TEST_CASE("a call posted from a callback costs no wake-up at all") {
    Bench bench;
    bench.reactor.call_later(Duration::zero(), [&] {
        bench.reactor.call_from_thread(bench.saying("posted"));
        bench.reactor.stop();
    });
    bench.reactor.run();
    CHECK(bench.words == "posted");
    CHECK(bench.system.sockets().bytes_sent == 0);
}

TEST_CASE("a wake-up pair that breaks in a sleep is replaced") {
    Bench bench;
    bench.system.during_wait = [&] { bench.system.sockets().break_pairs(); };
    bench.reactor.run_once();
    CHECK(bench.system.sockets().pairs == 2);
    CHECK(bench.system.sockets().calls.size() == 2); // the old one is closed
    sleep_until_posted(bench);
    CHECK(bench.words == "posted");
}

TEST_CASE("a call that is posted through a broken pair is not lost") {
    Bench bench;
    bench.system.during_wait = [&] {
        bench.system.sockets().break_pairs();
        bench.reactor.call_from_thread(bench.saying("posted"));
    };
    bench.reactor.run_once();
    CHECK(bench.words == "posted");
    sleep_until_posted(bench);
    CHECK(bench.words == "posted posted");
}

TEST_CASE("a call whose wake-up the system has no room for is not lost") {
    Bench bench;
    bench.system.during_wait = [&] {
        bench.system.sockets().send_failures = {Error::no_buffer_space};
        bench.reactor.call_from_thread(bench.saying("posted"));
    };
    bench.reactor.run_once();
    CHECK(bench.words == "posted");
    sleep_until_posted(bench);
    CHECK(bench.words == "posted posted");
}

TEST_CASE("a wake-up pair that is no socket any more is replaced") {
    Bench bench;
    bench.system.announce(static_cast<Socket>(FakeSockets::first_of_pairs), Sign::invalid);
    bench.reactor.run_once();
    CHECK(bench.system.sockets().pairs == 2);
    sleep_until_posted(bench);
    CHECK(bench.words == "posted");
}

TEST_CASE("a reactor that finds no descriptors for its pair looks for calls on a timer") {
    FakeSystem system;
    system.sockets().pair_failures = {Error::too_many_open, Error::too_many_open};
    Reactor reactor(system);
    CHECK(system.sockets().pairs == 0);
    int called = 0;
    system.during_wait = [&] { reactor.call_from_thread([&] { ++called; }); };
    reactor.run_once();
    CHECK(called == 1);
    CHECK(system.waits.back() > Duration::zero()); // no spin
    CHECK(system.waits.back() <= seconds(1));      // but it does look
    CHECK(system.sockets().pairs == 0);

    reactor.run_once();
    CHECK(system.sockets().pairs == 1); // there are descriptors again
    system.during_wait = [&] { reactor.call_from_thread([&] { ++called; }); };
    reactor.run_once();
    CHECK(system.waits.back() == forever);
    CHECK(called == 2);
}

TEST_CASE("a pair that breaks when there are no descriptors is replaced when there are") {
    Bench bench;
    bench.system.during_wait = [&] { bench.system.sockets().break_pairs(); };
    bench.system.sockets().pair_failures = {Error::too_many_open, Error::no_buffer_space};
    bench.reactor.run_once();
    CHECK(bench.system.sockets().pairs == 1);
    sleep_until_posted(bench); // on a timer
    CHECK(bench.words == "posted");
    bench.reactor.run_once();
    CHECK(bench.system.sockets().pairs == 2);
    sleep_until_posted(bench);
    CHECK(bench.words == "posted posted");
    CHECK(bench.system.waits.back() == forever);
}

TEST_CASE("a pair whose number somebody still watches is replaced like a broken one") {
    Bench bench;
    const auto first_of_next = static_cast<Socket>(FakeSockets::first_of_pairs + 2);
    REQUIRE(bench.reactor.watch(first_of_next, Interest::none, [](const Ready&) {}));
    bench.system.during_wait = [&] { bench.system.sockets().break_pairs(); };
    bench.reactor.run_once();
    sleep_until_posted(bench); // on a timer
    CHECK(bench.words == "posted");
    CHECK(bench.system.sockets().pairs == 3);
    sleep_until_posted(bench);
    CHECK(bench.words == "posted posted");
    CHECK(bench.system.waits.back() == forever);
}

TEST_CASE("a reactor that goes closes its pair") {
    FakeSystem system;
    { const Reactor reactor(system); }
    CHECK(system.sockets().calls.size() == 2);
}
