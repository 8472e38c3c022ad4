#include "reactor/bench.hpp"
#include "reactor/resident.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Says when it is settled.
struct Settler : Resident {
    explicit Settler(Bench& bench) : bench_(bench) {}
    void settle() override { bench_.say("settled"); }
    void shut_down() override { bench_.reactor.release(*this); }

private:
    Bench& bench_;
};

Settler& settler_of(Bench& bench) {
    auto made = std::make_unique<Settler>(bench);
    Settler& settler = *made;
    bench.reactor.keep(std::move(made));
    return settler;
}

} // namespace

TEST_CASE("prepare, wait and dispatch are one turn") {
    Bench bench;
    bench.reactor.call_later(seconds(5), bench.saying("timer"));
    const Duration longest = bench.reactor.prepare();
    CHECK(longest == seconds(5));
    bench.reactor.wait(longest);
    CHECK(bench.words.empty());
    bench.reactor.dispatch();
    CHECK(bench.words == "timer");
}

TEST_CASE("prepare says zero when something is due, and forever when nothing ever will be") {
    Bench bench;
    CHECK(bench.reactor.prepare() == forever);
    bench.reactor.dispatch();
    bench.reactor.call_later(Duration::zero(), [] {});
    CHECK(bench.reactor.prepare() == Duration::zero());
    bench.reactor.dispatch();
    bench.reactor.call_from_thread([] {});
    CHECK(bench.reactor.prepare() == Duration::zero());
    bench.reactor.dispatch();
    bench.reactor.stop();
    CHECK(bench.reactor.prepare() == Duration::zero());
}

TEST_CASE("a wait that is given less time than it may take takes less") {
    Bench bench;
    bench.reactor.call_later(seconds(5), bench.saying("timer"));
    static_cast<void>(bench.reactor.prepare());
    bench.reactor.wait(seconds(1));
    bench.reactor.dispatch();
    CHECK(bench.words.empty());
    CHECK(bench.reactor.prepare() == seconds(4));
}

TEST_CASE("a dispatch without a wait serves what needs none") {
    Bench bench;
    bench.reactor.call_later(Duration::zero(), bench.saying("timer"));
    bench.reactor.call_from_thread(bench.saying("posted"));
    bench.reactor.dispatch();
    CHECK(bench.words == "timer posted");
}

TEST_CASE("an event is served once, however often dispatch is called") {
    Bench bench;
    bench.reactor.watch(socket_of(7), Interest::read, bench.on_ready_saying("event"));
    bench.system.announce(socket_of(7), Sign::readable);
    static_cast<void>(bench.reactor.prepare());
    bench.reactor.wait(Duration::zero());
    bench.reactor.dispatch();
    bench.reactor.dispatch();
    CHECK(bench.words == "event");
}

TEST_CASE("what is asked for outside of callbacks is finished by the next prepare") {
    Bench bench;
    Settler& settler = settler_of(bench);
    bench.reactor.settle_soon(settler);
    bench.reactor.settle_soon(settler);
    CHECK(bench.words.empty());
    static_cast<void>(bench.reactor.prepare());
    CHECK(bench.words == "settled");
}

TEST_CASE("a turn in which something was finished before the wait does not wait") {
    Bench bench;
    Settler& settler = settler_of(bench);
    bench.reactor.settle_soon(settler);
    bench.reactor.run_once(); // whoever turns the loop may wait for just that
    CHECK(bench.words == "settled");
    CHECK(bench.system.waits == std::vector{Duration::zero()});
}

TEST_CASE("what is asked for between two parts of a turn is finished by the dispatch at last") {
    Bench bench;
    Settler& settler = settler_of(bench);
    static_cast<void>(bench.reactor.prepare());
    bench.reactor.wait(Duration::zero());
    bench.reactor.settle_soon(settler);
    bench.reactor.dispatch();
    CHECK(bench.words == "settled");

    static_cast<void>(bench.reactor.prepare());
    bench.reactor.settle_soon(settler);
    bench.reactor.wait(Duration::zero());
    bench.reactor.dispatch();
    CHECK(bench.words == "settled settled");
}
