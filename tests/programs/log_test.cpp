#include "common/log.hpp"

#include "programs/programs.hpp"
#include "support/fake_system.hpp"

#include <doctest/doctest.h>

#include <regex>

using namespace caesura;
using namespace caesura::testing;

namespace {

// What a log has been told to write, and with how many writes.
struct Written {
    std::string text;
    int writes = 0;
    std::uint64_t losing = 0; // lines that each write from now on says are lost
};

class RecordingSink final : public LogSink {
public:
    explicit RecordingSink(Written& written) : written_(written) {}

    std::uint64_t write(std::string lines) override {
        written_.text += lines;
        ++written_.writes;
        return written_.losing;
    }

private:
    Written& written_;
};

std::unique_ptr<LogSink> sink_to(Written& written) {
    return std::make_unique<RecordingSink>(written);
}

// One turn, which finds nothing to wait for.
void turn(Reactor& reactor) {
    reactor.run_once(Duration::zero());
}

// How many lines in a row about clients it lets pass.
int admitted_in_a_row(Log& log, int asked) {
    int admitted = 0;
    for (int i = 0; i < asked; ++i) {
        admitted += log.admits_client_line() ? 1 : 0;
    }
    return admitted;
}

} // namespace

TEST_CASE("a level has one word") {
    CHECK(parse_log_level("error") == LogLevel::error);
    CHECK(parse_log_level("warning") == LogLevel::warning);
    CHECK(parse_log_level("info") == LogLevel::info);
    CHECK(parse_log_level("debug") == LogLevel::debug);
    CHECK_FALSE(parse_log_level(""));
    CHECK_FALSE(parse_log_level("Info"));
    CHECK_FALSE(parse_log_level("inf"));
}

TEST_CASE("a line has a time, a level and a text") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    {
        Log log(reactor, LogLevel::info, sink_to(written));
        log.line(LogLevel::warning, "beware");
    }
    const std::regex form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning beware\n)");
    CHECK_MESSAGE(std::regex_match(written.text, form), written.text);
}

TEST_CASE("the lines of one turn are written together at its end, in order") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    Log log(reactor, LogLevel::info, sink_to(written));
    reactor.call_later(Duration::zero(), [&] { log.line(LogLevel::info, "one"); });
    reactor.call_later(Duration::zero(), [&] {
        log.line(LogLevel::error, "two");
        CHECK(written.writes == 0);
    });
    turn(reactor);
    CHECK(written.writes == 1);
    const Words lines = lines_of(written.text);
    REQUIRE(lines.size() == 2);
    CHECK(contains(lines[0], " info one"));
    CHECK(contains(lines[1], " error two"));
    turn(reactor);
    CHECK(written.writes == 1);
    log.line(LogLevel::info, "three");
    turn(reactor);
    CHECK(written.writes == 2);
}

TEST_CASE("lines beyond the level are left out") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    {
        Log log(reactor, LogLevel::warning, sink_to(written));
        CHECK(log.takes(LogLevel::error));
        CHECK_FALSE(log.takes(LogLevel::info));
        CHECK_FALSE(log.admits_client_line());
        log.line(LogLevel::debug, "debug");
        log.line(LogLevel::info, "info");
        log.line(LogLevel::warning, "warning");
        log.line(LogLevel::error, "error");
    }
    CHECK_FALSE(contains(written.text, "debug"));
    CHECK_FALSE(contains(written.text, "info"));
    CHECK(lines_of(written.text).size() == 2);
}

TEST_CASE("a log that goes away writes what it has, and its posted call finds nobody") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    {
        Log log(reactor, LogLevel::info, sink_to(written));
        log.line(LogLevel::info, "last words");
    }
    CHECK(contains(written.text, "last words"));
    turn(reactor);
    CHECK(written.writes == 1);
}

TEST_CASE(
    "past 1000 lines about clients in a second the rest is counted, and the count is logged") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    {
        Log log(reactor, LogLevel::info, sink_to(written));
        CHECK(admitted_in_a_row(log, 1500) == 1000);
    }
    CHECK(contains(written.text, " info 500 more lines about clients left out in one second\n"));
}

TEST_CASE("the count is logged when the second is over, and a new one begins") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    Log log(reactor, LogLevel::info, sink_to(written));
    const Instant start = system.clock().now();
    CHECK(admitted_in_a_row(log, 1001) == 1000);
    turn(reactor);
    CHECK(written.writes == 0);
    reactor.run_once();
    CHECK(system.clock().now() == start + std::chrono::seconds(1));
    CHECK(contains(written.text, " info 1 more lines about clients left out in one second\n"));
    CHECK(log.admits_client_line());
}

TEST_CASE(
    "1000 lines about clients in each second are all let pass, and nothing is said about it") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    {
        Log log(reactor, LogLevel::info, sink_to(written));
        CHECK(admitted_in_a_row(log, 1000) == 1000);
        system.clock().pass(std::chrono::seconds(1));
        CHECK(admitted_in_a_row(log, 1000) == 1000);
    }
    CHECK(written.text.empty());
}

TEST_CASE("a count of lost lines that is lost itself is told again") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    Log log(reactor, LogLevel::info, sink_to(written));
    written.losing = 1;
    log.line(LogLevel::info, "one");
    turn(reactor);
    written.losing = 2; // this line and the count
    log.line(LogLevel::info, "two");
    turn(reactor);
    written.losing = 0;
    log.line(LogLevel::info, "three");
    turn(reactor);
    const auto counts = lines_with(lines_of(written.text), "were lost");
    REQUIRE(counts.size() == 2);
    CHECK(contains(counts[1], " 3 lines of this log were lost"));
}

TEST_CASE("lines that were lost are counted, and the count is told with the next line") {
    FakeSystem system;
    Reactor reactor(system);
    Written written;
    Log log(reactor, LogLevel::info, sink_to(written));
    written.losing = 1;
    log.line(LogLevel::info, "one");
    turn(reactor);
    log.line(LogLevel::info, "two");
    written.losing = 0;
    turn(reactor);
    const Words lines = lines_of(written.text);
    REQUIRE(lines.size() == 3);
    CHECK(contains(lines[1], " warning 1 lines of this log were lost"));
    CHECK(contains(lines[2], "two"));
    log.line(LogLevel::info, "three");
    turn(reactor);
    CHECK(lines_with(lines_of(written.text), "were lost").size() == 1);
}

TEST_CASE("after a redirect the lines go to the new sink, those before it to the old one") {
    FakeSystem system;
    Reactor reactor(system);
    Written before;
    Written after;
    Log log(reactor, LogLevel::info, sink_to(before));
    log.line(LogLevel::info, "old");
    log.redirect(sink_to(after));
    log.line(LogLevel::info, "new");
    turn(reactor);
    CHECK(contains(before.text, "old"));
    CHECK_FALSE(contains(before.text, "new"));
    CHECK(contains(after.text, "new"));
    CHECK_FALSE(contains(after.text, "old"));
}
