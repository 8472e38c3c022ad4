// The report with which this library began: a reader of a tutorial about sockets, on Windows,
// stalled one client and wrote down what he saw. Five observations, and for each the rule of the
// model that brings it about (docs/SIMULATOR.md has the rules and their grounds).

#include "play.hpp"

#include <doctest/doctest.h>

#include <string>

namespace caesura::simulation::testing {

namespace {

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;
constexpr std::uint64_t poem = gibibyte + gibibyte / 2; // "1.5 GB"

// Windows 7, and two clients of its server, of which the first never reads.
struct Report {
    explicit Report(const Preset& preset = winsock_win7())
        : world(preset, 1), first(link(world)), second(link(world)) {}

    Result<std::size_t> serve(const Ends& client, std::uint64_t bytes) {
        return send(machine, client.server.get(), bytes);
    }

    World world;
    Machine& machine = world.machine();
    Ends first;
    Ends second;
};

// H1: the pool for sends of a machine of 4 GiB is used up before two poems are in it, and the
// answer to that is a would-block (the documented one is WSAENOBUFS).
Report with_little_pool() {
    Preset preset = winsock_win7();
    preset.pool_limit = 3 * gibibyte - 1;
    preset.pool_answer = PoolAnswer::would_block;
    return Report(preset);
}

// H2: the limit is the ideal send backlog alone, and shortage of memory throttles that to nothing.
Preset with_ideal_backlog() {
    Preset preset = winsock_win7();
    preset.sends.backlog = Backlog::ideal;
    preset.sends.ideal_backlog = 65'536;
    return preset;
}

void set_send_buffer(Report& report, const Ends& client) {
    REQUIRE_FALSE(
        report.machine.sockets().set_option(client.server.get(), SocketOption::send_buffer, 8192));
}

} // namespace

TEST_SUITE_BEGIN("the reader's report");

// W1, W2 and W6: a send counts in full until all of it is acknowledged, against a limit of 8192,
// and the client's own system holds 15,168 (fitted: only the sum was seen).
TEST_CASE("1: small sends to a client that never reads would block after about 23.3 KB") {
    for (const std::uint64_t piece : {10u, 100u, 1460u}) {
        Report report;
        const std::uint64_t all =
            saturate(report.world, report.machine, report.first.server.get(), piece);
        CHECK(all >= 23'300);
        CHECK(all <= 23'360);
        CHECK(report.serve(report.first, piece).error() == Error::would_block);
    }
}

// W6 and W8: below the limit a send is taken whole, however long it is.
TEST_CASE("2: one send of 1.5 GB returns at once, all of it sent") {
    Report report;
    const Instant start = report.world.now();
    CHECK(*report.serve(report.first, poem) == poem);
    CHECK(report.world.now() == start);
    CHECK(report.serve(report.first, 1).error() == Error::would_block);
}

// W8 and W10: the system has a copy, that no process owns, until the whole send is acknowledged.
TEST_CASE("3: the memory in use grows by as much, and belongs to no process") {
    Report report;
    CHECK(report.machine.load().pool_used == 0);
    REQUIRE(report.serve(report.first, poem));
    CHECK(report.machine.load().pool_used == poem);
    report.world.pass(a_while);
    CHECK(receive(report.machine, report.first.client.get())->size() > 0);
    report.world.pass(a_while);
    CHECK(report.machine.load().pool_used == poem); // by whole sends only
    CHECK(hear(report.world, report.machine, report.first.client.get()).bytes > 0);
    CHECK(report.machine.load().pool_used == 0);
}

// W11: a close leaves the transport at work, with the process or without it.
TEST_CASE("4: the client goes on receiving after the server has closed and is gone") {
    Report report;
    REQUIRE(report.serve(report.first, poem));
    report.first.server.close();
    CHECK(report.machine.load().orphaned == poem);
    const Heard heard = hear(report.world, report.machine, report.first.client.get());
    CHECK(heard.bytes == poem);
    CHECK(heard.ended);
    CHECK_FALSE(heard.failure);
    CHECK(report.machine.load().orphaned == 0);
}

// No rule of one socket does that: a fresh one has nothing charged, so its first send is taken.
TEST_CASE("5: a second client's request is not told would-block by any rule of one socket") {
    Report report;
    REQUIRE(report.serve(report.first, gibibyte));
    CHECK(*report.serve(report.second, gibibyte) == gibibyte);
}

// W7 with would_block for an answer (hypothesis H1; that answer is an assumption).
TEST_CASE("5 by H1: a second client's 1.5 GB would block, for the pool is used up") {
    Report report = with_little_pool();
    REQUIRE(report.serve(report.first, poem));
    CHECK(report.serve(report.second, poem).error() == Error::would_block);
    CHECK(report.machine.poll_bits(report.second.server.get()).out); // it is below its own limit
}

// What winsock_win7() comes with is a reading of "75 % of 4 GiB", which the two poems just fill.
TEST_CASE("5 by H1 needs less than the preset's pool: its 3 GiB hold two poems to the byte") {
    Preset preset = winsock_win7();
    preset.pool_answer = PoolAnswer::would_block;
    Report report(preset);
    REQUIRE(report.serve(report.first, poem));
    CHECK(*report.serve(report.second, poem) == poem);
    const Ends third = link(report.world);
    CHECK(report.serve(third, 1).error() == Error::would_block);
}

// W2 with the ideal send backlog alone (hypothesis H2; its throttling is documented, its being the
// limit is an assumption).
TEST_CASE("5 by H2: a second client's request would block, for the ideal send backlog is 0") {
    Report report(with_ideal_backlog());
    REQUIRE(report.serve(report.first, poem));
    report.machine.set_ideal_backlog(0);
    CHECK(report.serve(report.second, poem).error() == Error::would_block);
    // Not writable, with nothing to be acknowledged: no event will ever say otherwise, so whoever
    // waits needs a timer.
    report.world.pass(std::chrono::minutes(1));
    CHECK(report.machine.poll_bits(report.second.server.get()) == PollBits{});
    CHECK(report.serve(report.second, poem).error() == Error::would_block);
}

TEST_CASE("the experiment that tells H1 from H2: a small first send") {
    Report by_pool = with_little_pool();
    REQUIRE(by_pool.serve(by_pool.first, poem));
    REQUIRE_FALSE(by_pool.serve(by_pool.second, poem));
    CHECK(*by_pool.serve(by_pool.second, 100) == 100);

    Report by_backlog(with_ideal_backlog());
    REQUIRE(by_backlog.serve(by_backlog.first, poem));
    by_backlog.machine.set_ideal_backlog(0);
    CHECK(by_backlog.serve(by_backlog.second, 100).error() == Error::would_block);
}

TEST_CASE("the experiment that tells H1 from H2: SO_SNDBUF on the second socket") {
    Report by_pool = with_little_pool();
    REQUIRE(by_pool.serve(by_pool.first, poem));
    set_send_buffer(by_pool, by_pool.second);
    CHECK(by_pool.serve(by_pool.second, poem).error() == Error::would_block);

    Report by_backlog(with_ideal_backlog());
    REQUIRE(by_backlog.serve(by_backlog.first, poem));
    by_backlog.machine.set_ideal_backlog(0);
    set_send_buffer(by_backlog, by_backlog.second);
    CHECK(*by_backlog.serve(by_backlog.second, poem) == poem);
}

// The documented answer, for comparison.
TEST_CASE("with the documented answer a full pool is WSAENOBUFS, and a shortage") {
    Report report;
    report.machine.set_pool(2 * gibibyte, PoolAnswer::no_buffer_space);
    REQUIRE(report.serve(report.first, poem));
    const Failure failure = report.serve(report.second, poem).failure();
    CHECK(failure == Failure{Error::no_buffer_space, 10055});
    CHECK(is_resource_shortage(failure.error));
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
