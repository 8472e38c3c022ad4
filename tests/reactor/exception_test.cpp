#include "reactor/bench.hpp"

#include <doctest/doctest.h>

#include <new>
#include <stdexcept>

using namespace caesura;
using namespace caesura::testing;

namespace {

// A turn with one event, two timers and two posted calls, the first of each kind throwing its own
// name.
void arrange_accidents(Bench& bench) {
    const auto accident = [](const char* name) {
        return [name] { throw std::runtime_error(name); };
    };
    bench.reactor.watch(socket_of(7), Interest::read,
                        [](const Ready&) { throw std::runtime_error("event"); });
    bench.reactor.watch(socket_of(8), Interest::read, bench.on_ready_saying("event"));
    bench.reactor.call_later(Duration::zero(), accident("timer"));
    bench.reactor.call_later(Duration::zero(), bench.saying("timer"));
    bench.reactor.call_from_thread(accident("posted"));
    bench.reactor.call_from_thread(bench.saying("posted"));
    bench.system.announce(socket_of(7), Sign::readable);
    bench.system.announce(socket_of(8), Sign::readable);
}

std::string name_of(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("a handler hears of each exception, and the turn goes on as if nothing had happened") {
    Bench bench;
    bench.reactor.set_exception_handler(
        [&](std::exception_ptr exception) { bench.say("!" + name_of(exception)); });
    arrange_accidents(bench);
    CHECK_NOTHROW(bench.turn());
    CHECK(bench.words == "!event event !timer timer !posted posted");
}

TEST_CASE("without a handler the first exception leaves, once the turn is over") {
    Bench bench;
    arrange_accidents(bench);
    CHECK_THROWS_WITH_AS(bench.turn(), "event", std::runtime_error);
    CHECK(bench.words == "event timer posted");
}

TEST_CASE("of several exceptions of one turn the first leaves, and the others are lost") {
    Bench bench;
    for (const char* name : {"first", "second", "third"}) {
        bench.reactor.call_later(Duration::zero(), [name] { throw std::runtime_error(name); });
    }
    CHECK_THROWS_WITH_AS(bench.turn(), "first", std::runtime_error);
    CHECK_NOTHROW(bench.turn());
}

TEST_CASE("a handler may put another in its place, and none, and use what it holds afterwards") {
    Bench bench;
    const auto handle = [&](Call replace) {
        const auto held = std::make_shared<std::string>("held");
        bench.reactor.set_exception_handler(
            [&bench, held, replace = std::move(replace)](std::exception_ptr) {
                replace();
                bench.say(*held);
            });
        bench.reactor.call_later(Duration::zero(), [] { throw 1; });
        CHECK_NOTHROW(bench.turn());
        CHECK(held.use_count() == 1);
    };
    handle([&] {
        bench.reactor.set_exception_handler([&](std::exception_ptr) { bench.say("other"); });
    });
    bench.reactor.call_later(Duration::zero(), [] { throw 1; });
    CHECK_NOTHROW(bench.turn());
    handle([&] { bench.reactor.set_exception_handler(nullptr); });
    CHECK(bench.words == "held other held");
}

TEST_CASE("a handler that was told by a resident may put another in its place likewise") {
    Bench bench;
    const auto held = std::make_shared<std::string>("held");
    bench.reactor.set_exception_handler([&bench, held](std::exception_ptr) {
        bench.reactor.set_exception_handler(nullptr);
        bench.say(*held);
    });
    try {
        throw 1;
    } catch (int) {
        bench.reactor.report_exception();
        bench.reactor.report_exception(); // nobody hears of it
    }
    CHECK(bench.words == "held");
}

TEST_CASE("what a replaced handler held may replace the handler when it is destroyed") {
    Bench bench;
    bench.reactor.set_exception_handler([held = at_destruction([&] {
                                             bench.reactor.set_exception_handler(
                                                 [&](std::exception_ptr) { bench.say("last"); });
                                         })](std::exception_ptr) {});
    bench.reactor.set_exception_handler(nullptr);
    bench.reactor.call_later(Duration::zero(), [] { throw 1; });
    CHECK_NOTHROW(bench.turn());
    CHECK(bench.words == "last");
}

TEST_CASE("after an exception has left run it can be called again") {
    Bench bench;
    bench.reactor.call_later(seconds(1), [] { throw std::runtime_error("timer"); });
    bench.reactor.call_later(seconds(2), [&] {
        bench.say("stopping");
        bench.reactor.stop();
    });
    CHECK_THROWS_AS(bench.reactor.run(), std::runtime_error);
    CHECK_NOTHROW(bench.reactor.run());
    CHECK(bench.words == "stopping");
}

TEST_CASE("a watch whose callback throws hears of the next event all the same") {
    Bench bench;
    int heard = 0;
    bench.reactor.watch(socket_of(7), Interest::read, [&](const Ready&) {
        ++heard;
        throw 1;
    });
    for (int i = 0; i < 2; ++i) {
        bench.system.announce(socket_of(7), Sign::readable);
        CHECK_THROWS_AS(bench.turn(), int);
    }
    CHECK(heard == 2);
}

TEST_CASE("a callback may change the handler, and throw") {
    Bench bench;
    bench.reactor.call_later(Duration::zero(), [&] {
        bench.reactor.set_exception_handler([&](std::exception_ptr) { bench.say("handled"); });
        throw 1;
    });
    CHECK_NOTHROW(bench.turn());
    CHECK(bench.words == "handled");
    bench.reactor.set_exception_handler(nullptr);
    bench.reactor.call_later(Duration::zero(), [] { throw 1; });
    CHECK_THROWS_AS(bench.turn(), int);
}

TEST_CASE("an empty call is an exception like any other") {
    Bench bench;
    bench.reactor.call_later(Duration::zero(), Call());
    CHECK_THROWS_AS(bench.turn(), std::bad_function_call);
    bench.reactor.call_from_thread(Call());
    CHECK_THROWS_AS(bench.turn(), std::bad_function_call);
}

TEST_CASE("an exception out of the poller leaves the reactor usable") {
    Bench bench;
    bench.system.during_wait = [] { throw std::bad_alloc(); };
    CHECK_THROWS_AS(bench.reactor.run_once(), std::bad_alloc);
    bench.reactor.call_later(Duration::zero(), bench.saying("timer"));
    bench.reactor.run_once();
    CHECK(bench.words == "timer");
}
