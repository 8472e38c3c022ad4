#include "reactor/bench.hpp"
#include "reactor/resident.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Says all that happens to it. It can be told to do more when it settles, or when it is told to
// end.
struct Guest : Resident {
    Guest(Bench& bench, std::string name) : bench_(bench), name_(std::move(name)) {}
    ~Guest() override { bench_.say("~" + name_); }

    void settle() override {
        bench_.say(name_);
        if (const auto call = std::exchange(on_settle, nullptr)) {
            call();
        }
        if (ended_) {
            bench_.reactor.release(*this);
        }
    }
    void shut_down() override {
        ended_ = true;
        if (const auto call = std::exchange(on_shut_down, nullptr)) {
            call();
        }
        bench_.reactor.settle_soon(*this);
    }

    Call on_settle;
    Call on_shut_down;
    std::shared_ptr<void> held; // goes with it

private:
    Bench& bench_;
    std::string name_;
    bool ended_ = false;
};

Guest& guest(Bench& bench, std::string name) {
    auto made = std::make_unique<Guest>(bench, std::move(name));
    Guest& guest = *made;
    bench.reactor.keep(std::move(made));
    return guest;
}

// What the words were when the guests were still there; what they say when they go is left out.
void let_go(Bench& bench) {
    bench.reactor.shut_down();
    bench.words.clear();
}

} // namespace

TEST_CASE("a resident settles once at the end of the callback in which it asked to") {
    Bench bench;
    Guest& a = guest(bench, "a");
    Guest& b = guest(bench, "b");
    bench.reactor.call_later(Duration::zero(), [&] {
        bench.reactor.settle_soon(b);
        bench.reactor.settle_soon(a);
        bench.reactor.settle_soon(b);
        bench.say("first");
    });
    bench.reactor.call_later(Duration::zero(), [&] {
        bench.reactor.settle_soon(a);
        bench.say("second");
    });
    bench.reactor.call_later(Duration::zero(), bench.saying("third"));
    bench.turn();
    CHECK(bench.words == "first b a second a third");
    let_go(bench);
}

TEST_CASE("residents settle until nobody asks any more, one after the other") {
    Bench bench;
    Guest& a = guest(bench, "a");
    Guest& b = guest(bench, "b");
    a.on_settle = [&] {
        bench.reactor.settle_soon(a); // once more, in its turn
        bench.reactor.settle_soon(b);
        bench.reactor.settle(); // from within a settling: nothing
        bench.say("done");
    };
    bench.reactor.call_later(Duration::zero(), [&] { bench.reactor.settle_soon(a); });
    bench.turn();
    CHECK(bench.words == "a done a b");
    let_go(bench);
}

TEST_CASE("a callback that serves several may settle them one by one") {
    Bench bench;
    Guest& a = guest(bench, "a");
    bench.reactor.call_later(Duration::zero(), [&] {
        bench.say("first");
        bench.reactor.settle_soon(a);
        bench.reactor.settle();
        bench.say("second");
        bench.reactor.settle_soon(a);
    });
    bench.turn();
    CHECK(bench.words == "first a second a");
    let_go(bench);
}

TEST_CASE("nobody is settled from within a resident's own callback") {
    Bench bench;
    Guest& a = guest(bench, "a");
    bench.reactor.call_later(Duration::zero(), [&] {
        {
            const Reactor::ResidentCallback outer(bench.reactor);
            { const Reactor::ResidentCallback inner(bench.reactor); }
            bench.reactor.settle_soon(a);
            CHECK_THROWS_AS(bench.reactor.settle(), std::logic_error);
            bench.say("called");
        }
        bench.reactor.settle();
        bench.say("after");
    });
    bench.turn();
    CHECK(bench.words == "called a after");
    let_go(bench);
}

TEST_CASE("a released resident is there until the turn is over") {
    Bench bench;
    Guest& a = guest(bench, "a");
    bench.reactor.call_later(Duration::zero(), [&] { a.shut_down(); });
    bench.reactor.call_later(Duration::zero(), bench.saying("timer"));
    bench.reactor.call_from_thread(bench.saying("posted"));
    bench.turn();
    CHECK(bench.words == "a timer posted ~a");
}

TEST_CASE("residents may go in any order") {
    Bench bench;
    Guest& a = guest(bench, "a");
    Guest& b = guest(bench, "b");
    Guest& c = guest(bench, "c");
    for (Guest* const going : {&b, &a, &c}) {
        bench.reactor.call_from_thread([going] { going->shut_down(); });
        bench.turn();
    }
    CHECK(bench.words == "b ~b a ~a c ~c");
}

TEST_CASE("shut_down ends all residents before it returns, those made last first") {
    Bench bench;
    guest(bench, "a");
    guest(bench, "b");
    bench.reactor.shut_down();
    CHECK(bench.words == "b a ~b ~a");
}

TEST_CASE("the end of the reactor ends all residents") {
    std::string words;
    {
        Bench bench;
        guest(bench, "a").on_shut_down = [&] { words += "told "; };
        guest(bench, "b").on_shut_down = [&] { words += "told "; };
    }
    CHECK(words == "told told ");
}

TEST_CASE("residents that end each other while the reactor goes all hear of it") {
    Bench bench;
    Guest& a = guest(bench, "a");
    Guest& b = guest(bench, "b");
    b.on_settle = [&] { a.shut_down(); };
    bench.reactor.shut_down();
    CHECK(bench.words == "b a ~b ~a");
}

TEST_CASE("what ends while the reactor goes cannot turn it, shut it down, or find time moving") {
    Bench bench;
    guest(bench, "a").on_settle = [&] {
        const Instant now = bench.reactor.now();
        bench.pass(seconds(1));
        CHECK(bench.reactor.now() == now);
        CHECK_THROWS_AS(bench.reactor.run(), std::logic_error);
        CHECK_THROWS_AS(bench.reactor.run_once(), std::logic_error);
        CHECK_THROWS_AS(bench.reactor.shut_down(), std::logic_error);
    };
    bench.reactor.shut_down();
    CHECK(bench.words == "a ~a");
    bench.turn();
}

TEST_CASE("shut_down is refused from within a callback") {
    Bench bench;
    bench.reactor.call_later(Duration::zero(), [&] {
        CHECK_THROWS_AS(bench.reactor.shut_down(), std::logic_error);
        bench.say("refused");
    });
    bench.turn();
    CHECK(bench.words == "refused");
}

TEST_CASE("what the destruction of a call asks for is done in the same turn") {
    Bench bench;
    Guest& a = guest(bench, "a");
    const auto asking = [&] { return at_destruction([&] { bench.reactor.settle_soon(a); }); };
    std::optional<WatchId> watch;
    watch = bench.reactor.watch(socket_of(7), Interest::read, [&, keep = asking()](const Ready&) {
        bench.reactor.unwatch(*watch);
    });
    bench.system.announce(socket_of(7), Sign::readable);
    bench.turn();
    CHECK(bench.words == "a");
    bench.reactor.call_later(Duration::zero(), [keep = asking()] {});
    bench.turn();
    CHECK(bench.words == "a a");
    bench.reactor.call_from_thread([keep = asking()] {});
    bench.turn();
    CHECK(bench.words == "a a a");
    let_go(bench);
}

TEST_CASE("what the destruction of a resident asks for is done in the same turn") {
    Bench bench;
    Guest& a = guest(bench, "a");
    Guest& b = guest(bench, "b");
    a.held = at_destruction([&] { b.shut_down(); });
    bench.reactor.call_from_thread([&] { a.shut_down(); });
    bench.turn();
    CHECK(bench.words == "a ~a b ~b");
}
