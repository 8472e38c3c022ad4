#include "simulate/testimony.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace caesura;

namespace {

constexpr Failure reset{Error::connection_reset, 104};
constexpr Failure broken{Error::broken_pipe, 32};

using Told = std::function<void(Testimony&)>;

/// What is wrong with an outcome of a connection of which that was told.
std::string wrong(const Told& told, const Outcome& outcome) {
    Judge judge;
    Testimony testimony(judge);
    told(testimony);
    testimony.check(outcome);
    testimony.check_heard();
    return judge.reason().value_or("");
}

void nothing(Testimony&) {}

Outcome counting(std::uint64_t sent, std::uint64_t received) {
    return {.ending = Ending::finished, .failure = {}, .sent = sent, .received = received};
}

} // namespace

TEST_CASE("an outcome tells the bytes that the system took and gave") {
    const Told some = [](Testimony& testimony) {
        testimony.sent(std::size_t{3});
        testimony.sent(Failure{Error::would_block, 11});
        testimony.received(std::size_t{5});
        testimony.received(std::size_t{0});
    };
    CHECK(wrong(some, counting(3, 5)) == "");
    CHECK(wrong(some, counting(2, 5)) != "");
    CHECK(wrong(some, counting(3, 4)) != "");
}

TEST_CASE("an outcome tells one of the failures that the system told, with its number") {
    const Told cut = [](Testimony& testimony) {
        testimony.sent(broken);
        testimony.asks_to_read();
        testimony.received(reset);
    };
    CHECK(wrong(cut, {.ending = Ending::reset, .failure = reset}) == "");
    CHECK(wrong(cut, {.ending = Ending::reset, .failure = broken}) == "");
    CHECK(wrong(cut, {.ending = Ending::reset, .failure = {Error::connection_reset, 0}}) != "");
    CHECK(wrong(cut, {.ending = Ending::reset, .failure = {Error::network_reset, 104}}) != "");
    CHECK(wrong(cut, {.ending = Ending::finished, .failure = {}}) != "");
    // What the program itself did in between.
    CHECK(wrong(cut, {.ending = Ending::aborted, .failure = {}}) == "");
    CHECK(wrong(cut, {.ending = Ending::failed, .failure = {Error::callback_threw, 0}}) == "");
}

TEST_CASE("what the library finds by itself has no number, and what has one was told") {
    CHECK(wrong(nothing, {.ending = Ending::reset, .failure = {Error::connection_reset, 0}}) == "");
    CHECK(wrong(nothing, {.ending = Ending::reset, .failure = reset}) != "");
    const Told connected = [](Testimony& testimony) { testimony.connected(reset); };
    CHECK(wrong(connected, {.ending = Ending::reset, .failure = reset}) == "");
}

TEST_CASE("after a send that failed it has to be read, unless the end was") {
    const Outcome outcome{.ending = Ending::reset, .failure = broken};
    CHECK(wrong([](Testimony& testimony) { testimony.sent(broken); }, outcome) != "");
    const Told at_end = [](Testimony& testimony) {
        testimony.received(std::size_t{0});
        testimony.sent(broken);
    };
    CHECK(wrong(at_end, outcome) == "");
}

TEST_CASE("a peer that talks on is read up to the limit, and on for as long as it owes something") {
    Judge judge;
    Testimony testimony(judge);
    testimony.expect_drain_limit(10);
    testimony.received(std::size_t{100}); // before our FIN
    testimony.shuts_writes();
    testimony.received(std::size_t{10});
    testimony.asks_to_read();
    testimony.received(std::size_t{1});
    testimony.unacknowledged(1);
    testimony.unacknowledged(0); // somebody else looks later
    testimony.asks_to_read();
    CHECK_FALSE(judge.reason());
    testimony.received(std::size_t{1});
    testimony.unacknowledged(0);
    testimony.asks_to_read();
    CHECK(judge.reason());
}
