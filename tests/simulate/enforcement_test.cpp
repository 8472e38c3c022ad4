#include "simulate/enforcement.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace caesura;
using std::chrono::seconds;

namespace {

/// A connection that began at zero, looked at after turns of which each takes no time.
struct Looked {
    Judge judge;
    std::shared_ptr<Testimony> testimony = std::make_shared<Testimony>(judge);
    Enforcement enforcement;

    explicit Looked(const ConnectionOptions& options)
        : enforcement(options, testimony, Instant{}) {}

    std::string at(Duration time, std::uint64_t queued = 0, bool is_done = false) {
        return turn(time, time, queued, is_done);
    }
    /// After a turn that waited from then till then.
    std::string turn(Duration before, Duration after, std::uint64_t queued = 0,
                     bool is_done = false) {
        const TurnLook look{Instant{} + before, Instant{} + after, queued, is_done};
        return std::string(enforcement.look(look).value_or(""));
    }
};

} // namespace

TEST_CASE("a connection without limits may last") {
    Looked looked({});
    CHECK(looked.at(seconds(1'000'000), 1000, true) == "");
}

TEST_CASE("a turn that begins when a transfer's time is over must end it") {
    Looked looked({.transfer_timeout = seconds(10)});
    CHECK(looked.turn(seconds(9), seconds(12)) == "");
    CHECK(looked.turn(seconds(12), seconds(12)) == "a connection takes longer than it may");
}

TEST_CASE("a silence of two idle limits is too long, and a byte begins it anew") {
    Looked looked({.idle_timeout = seconds(10)});
    CHECK(looked.at(seconds(10)) == "");
    looked.testimony->received(std::size_t{1});
    CHECK(looked.at(seconds(19)) == "");
    CHECK(looked.at(seconds(29)) == ""); // the first step is over
    CHECK(looked.at(seconds(38)) == "");
    CHECK(looked.at(seconds(39)) == "a connection is idle for longer than it may be");
}

TEST_CASE("however late a turn comes, a silence is not too long before the next idle limit") {
    Looked looked({.idle_timeout = seconds(10)});
    CHECK(looked.turn(seconds(1), seconds(100)) == "");
    CHECK(looked.turn(seconds(100), seconds(100)) == "");
    CHECK(looked.turn(seconds(109), seconds(109)) == "");
    CHECK(looked.turn(seconds(110), seconds(110)) != "");
}

TEST_CASE("of a rate it is judged what moved in two spans while bytes waited all the time") {
    const ConnectionOptions options{.min_rate = 10};
    for (const std::size_t bytes : {std::size_t{299}, std::size_t{300}}) {
        Looked looked(options);
        CHECK(looked.at(seconds(1), 1000, true) == "");
        looked.testimony->sent(bytes + 500);
        looked.testimony->unacknowledged(500);
        CHECK(looked.at(seconds(31), 700, true) == "");
        CHECK((looked.at(seconds(61), 700, true) == "") == (bytes == 300));
    }
    Looked looked(options);
    CHECK(looked.at(seconds(1), 1000, false) == ""); // it may have been empty in between
    CHECK(looked.at(seconds(61), 1000, false) == "");
    CHECK(looked.at(seconds(121), 1000, false) == "");
}

TEST_CASE("what is queued beyond its limit must be gone at the second look") {
    Looked looked({.queue_limit = 10});
    CHECK(looked.at(seconds(1), 11) == "");
    CHECK(looked.at(seconds(2), 12) == ""); // written to meanwhile
    CHECK(looked.at(seconds(3), 10) == "");
    CHECK(looked.at(seconds(4), 11) == "");
    CHECK(looked.at(seconds(5), 11) == "more is queued than may be");
}
