#include <caesura/outcome.hpp>

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>

using namespace caesura;

namespace {

constexpr std::array all_endings{Ending::finished, Ending::unconfirmed, Ending::reset,
                                 Ending::aborted,  Ending::stalled,     Ending::timed_out,
                                 Ending::refused,  Ending::failed};

std::string text_of(Ending ending, Error error, int native) {
    Outcome outcome;
    outcome.ending = ending;
    outcome.failure = Failure{error, native};
    return describe(outcome);
}

} // namespace

TEST_CASE("the words for the endings are these") {
    CHECK(describe(Ending::finished) == "finished");
    CHECK(describe(Ending::unconfirmed) == "unconfirmed");
    CHECK(describe(Ending::reset) == "reset by peer");
    CHECK(describe(Ending::aborted) == "aborted");
    CHECK(describe(Ending::stalled) == "stalled");
    CHECK(describe(Ending::timed_out) == "timed out");
    CHECK(describe(Ending::refused) == "refused");
    CHECK(describe(Ending::failed) == "failed");
}

TEST_CASE("no two endings have the same word, and even a value that is none has one") {
    std::set<std::string_view> words;
    for (const Ending ending : all_endings) {
        CHECK(words.insert(describe(ending)).second);
    }
    CHECK(describe(static_cast<Ending>(all_endings.size())) == "failed");
    CHECK(describe(static_cast<Ending>(255)) == "failed");
}

TEST_CASE("a fresh outcome is finished, without an error and without a byte") {
    const Outcome outcome;
    CHECK(outcome.ending == Ending::finished);
    CHECK_FALSE(outcome.failure);
    CHECK(outcome.sent == 0);
    CHECK(outcome.received == 0);
    CHECK(outcome.undelivered == 0);
    CHECK(describe(outcome) == "finished");
}

TEST_CASE("without a failure an outcome is described by its word alone") {
    for (const Ending ending : all_endings) {
        CHECK(text_of(ending, Error::none, 0) == describe(ending));
    }
}

TEST_CASE("a failure with a number is always told, since the number adds something") {
    CHECK(text_of(Ending::reset, Error::connection_reset, 104) ==
          "reset by peer: connection reset (104)");
    CHECK(text_of(Ending::timed_out, Error::timed_out, 110) ==
          "timed out: connection timed out (110)");
    CHECK(text_of(Ending::refused, Error::connection_refused, 10061) ==
          "refused: connection refused (10061)");
}

TEST_CASE("a failure that only repeats the ending is not told") {
    CHECK(text_of(Ending::reset, Error::connection_reset, 0) == "reset by peer");
    CHECK(text_of(Ending::timed_out, Error::timed_out, 0) == "timed out");
    CHECK(text_of(Ending::refused, Error::connection_refused, 0) == "refused");
}

TEST_CASE("a failure that says more than the ending is told, number or not") {
    CHECK(text_of(Ending::failed, Error::unexpected, 0) == "failed: unexpected error");
    CHECK(text_of(Ending::failed, Error::host_unreachable, 113) ==
          "failed: no route to host (113)");
    CHECK(text_of(Ending::reset, Error::broken_pipe, 0) == "reset by peer: broken pipe");
    CHECK(text_of(Ending::unconfirmed, Error::connection_reset, 0) ==
          "unconfirmed: connection reset");
    CHECK(text_of(Ending::aborted, Error::connection_reset, 0) == "aborted: connection reset");
}
