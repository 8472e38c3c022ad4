// That the torture can find something.

#include "torture/run.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace caesura;
using namespace caesura::torture;

namespace {

bool complains_of(const Verdict& verdict, std::string_view what) {
    return std::any_of(
        verdict.complaints.begin(), verdict.complaints.end(),
        [what](const std::string& complaint) { return complaint.find(what) != std::string::npos; });
}

Verdict verdict_on(void (*begin)(Theatre&), std::vector<Fault> faults = {}) {
    const Scenario scenario{"a planted mistake", begin};
    return run({&scenario, simulation::linux_6(), std::move(faults), ~std::size_t{0}, true});
}

Script reciting() {
    return {.made = [](Part& part) {
        part.say(long_text(5000));
        part.lose();
    }};
}

void serve(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    if (const Listener* const listener = theatre.listen(reciting())) {
        theatre.connect(listener->local(), {});
    }
}

} // namespace

TEST_CASE("a run in which nothing fails is clean, and the same every time") {
    const Verdict one = verdict_on(serve);
    CHECK(one.complaints.empty());
    CHECK(one.reached);
    CHECK(one.calls == verdict_on(serve).calls);
}

TEST_CASE("a system that takes a byte less than it says is found out") {
    const auto calls = verdict_on(serve).calls;
    const auto send = std::find(calls.begin(), calls.end(), SeamCall::send);
    REQUIRE(send != calls.end());
    const auto at = static_cast<std::size_t>(send - calls.begin());
    const Verdict verdict = verdict_on(serve, {{.at = at, .row = &lie()}});
    CHECK(complains_of(verdict, "was told of the end after"));
}

TEST_CASE("a program that waits for nothing is found out") {
    const Verdict verdict = verdict_on([](Theatre& theatre) {
        theatre.goal = [] { return false; };
        if (const Listener* const listener = theatre.listen({}, ConnectionOptions())) {
            theatre.connect(listener->local(), {}, ConnectionOptions());
        }
    });
    CHECK(complains_of(verdict, "something is still under way"));
    CHECK(complains_of(verdict, "nobody was told why"));
}

TEST_CASE("a loop that turns for nothing is found out") {
    const Verdict verdict = verdict_on([](Theatre& theatre) {
        auto& again = theatre.keep(std::function<void()>());
        again = [&] { theatre.reactor->call_later(Duration::zero(), again); };
        again();
        serve(theatre);
        theatre.goal = [] { return false; };
    });
    CHECK(complains_of(verdict, "the loop spins"));
}

TEST_CASE("a socket that nobody closes is found out") {
    const Verdict verdict = verdict_on([](Theatre& theatre) {
        serve(theatre);
        static_cast<void>(theatre.system.sockets().open(Family::ipv4)->release());
    });
    CHECK(complains_of(verdict, "1 sockets are left open"));
}

TEST_CASE("a harmless fault that keeps a program from its goal is found out") {
    const Verdict verdict = verdict_on([](Theatre& theatre) {
        theatre.goal = [] { return false; };
        theatre.told({Error::unexpected, 0});
    });
    CHECK(complains_of(verdict, "the goal was not reached"));
    CHECK_FALSE(complains_of(verdict, "nobody was told"));
}

TEST_CASE("every call has rows, and every row is of one call") {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < call_count; ++i) {
        const auto rows = rows_of(static_cast<SeamCall>(i));
        CHECK_FALSE(rows.empty());
        sum += rows.size();
    }
    CHECK(sum == all_rows().size());
    CHECK(scenarios().size() >= 20);
}
