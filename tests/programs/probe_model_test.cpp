// Probes of simulated systems, in this process: nothing here depends on a real kernel.

#include "send-probe/close.hpp"
#include "send-probe/poll.hpp"
#include "send-probe/second.hpp"
#include "send-probe/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace caesura;
using namespace caesura::probe;

namespace {

Settings quick(const std::vector<std::uint64_t>& write_sizes) {
    Settings settings;
    settings.write_sizes = write_sizes;
    settings.total_limit = std::uint64_t{256} << 20;
    settings.rounds = 2;
    return settings;
}

template <class Probe>
auto run_probe(Probe what, const simulation::Preset& preset, const Settings& settings) {
    const Grounds grounds(preset);
    return what(Run{settings, grounds, [](std::size_t, std::size_t, const std::string&) {}});
}

const Value& at(const Table& table, std::size_t row, std::string_view column) {
    REQUIRE(table.place_of(column) < table.columns.size());
    return table.rows.at(row).at(table.place_of(column));
}

std::int64_t number_at(const Table& table, std::size_t row, std::string_view column) {
    const auto* const number = std::get_if<std::int64_t>(&at(table, row, column));
    REQUIRE_MESSAGE(number != nullptr, std::string(column));
    return *number;
}

std::string text_at(const Table& table, std::size_t row, std::string_view column) {
    return text_of(at(table, row, column));
}

constexpr std::uint64_t huge = std::uint64_t{64} << 20;

} // namespace

TEST_CASE("a sweep of a simulated Windows 7 shows what its reader saw: 23,360 bytes, or all") {
    const Table table = run_probe(sweep, simulation::winsock_win7(), quick({64, huge}));
    REQUIRE(table.rows.size() == 2);
    CHECK(number_at(table, 0, "taken") == 23'360);
    CHECK(text_at(table, 0, "error") == "would_block");
    CHECK(number_at(table, 0, "native") == 10035);
    CHECK(number_at(table, 1, "taken") == std::int64_t{huge});
    CHECK(number_at(table, 1, "calls") == 1);
    CHECK(number_at(table, 1, "room_after_read") == std::int64_t{huge});
}

TEST_CASE("with the library's budget every simulated system takes little, however long a write") {
    for (const simulation::Preset& preset : simulation::presets()) {
        CAPTURE(std::string(preset.name));
        Settings settings = quick({1024, huge});
        settings.budget = true;
        const Table table = run_probe(sweep, preset, settings);
        REQUIRE(table.rows.size() == 4);
        for (const std::size_t row : {std::size_t{2}, std::size_t{3}}) {
            CHECK(number_at(table, row, "budget") > 0);
            // The budget, doubled by Linux, a segment buffer, and what the reader's system holds.
            CHECK(number_at(table, row, "taken") <= 3 * 65536 + 128 * 1024);
        }
    }
}

TEST_CASE("no sweep has more taken than the total limit, by the system's own count") {
    for (const simulation::Preset& preset : simulation::presets()) {
        CAPTURE(std::string(preset.name));
        Settings settings = quick({1, 1000, 65536, huge});
        settings.total_limit = 100'000;
        const Table table = run_probe(sweep, preset, settings);
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            CHECK(number_at(table, row, "taken") <= 100'000);
            CHECK(number_at(table, row, "kernel_pool") <= 100'000);
        }
        CHECK(text_at(table, 3, "note") == "cut: total limit");
        CHECK(number_at(table, 3, "taken") == 0);
    }
}

TEST_CASE("too many calls cut a row, and it says so") {
    Settings settings = quick({1});
    settings.most_calls = 1000;
    const Table table = run_probe(sweep, simulation::linux_6(), settings);
    CHECK(number_at(table, 0, "taken") == 1000);
    CHECK(text_at(table, 0, "note") == "cut: calls");
}

TEST_CASE("a slow reader takes its time, a stalled one takes nothing") {
    Settings settings = quick({65536});
    settings.reader = ReaderKind::slow;
    settings.rate = 1'000'000;
    settings.patience = std::chrono::seconds(60);
    Table table = run_probe(sweep, simulation::winsock_win10(), settings);
    CHECK(text_at(table, 0, "reader") == "slow:1000000");
    CHECK(number_at(table, 0, "room_after") >= 50'000);
    settings.reader = ReaderKind::stalled;
    table = run_probe(sweep, simulation::winsock_win10(), settings);
    CHECK(text_at(table, 0, "room_after") == "?");
}

TEST_CASE("what becomes of queued bytes on a simulated Windows: close delivers, exit does not") {
    const auto tables = run_probe(caesura::probe::close, simulation::winsock_win10(), quick({}));
    REQUIRE(tables.size() == 2);
    const Table& table = tables[0];
    std::size_t seen = 0;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const std::string ending = text_at(table, row, "ending");
        const std::string delivers = text_at(table, row, "delivers");
        if (ending == "close" || ending == "shutdown, close" || ending == "close, exit") {
            CHECK(delivers == "all");
            CHECK(text_at(table, row, "reader_saw") == "fin");
            ++seen;
        } else if (ending == "exit" || ending == "abort (linger 0)") {
            CHECK(delivers == "not all");
            CHECK(text_at(table, row, "reader_saw") == "connection_reset");
            ++seen;
        }
    }
    CHECK(seen == 24);
    CHECK(tables[1].rows.size() == 2 * table.rows.size());
}

TEST_CASE("every back-end of every simulated system reports what the contract has it report") {
    for (const simulation::Preset& preset : simulation::presets()) {
        if (preset.is_nasty) {
            continue; // readiness by chance
        }
        const Table table = run_probe(caesura::probe::poll, preset, quick({}));
        CHECK(table.rows.size() >= 25 * preset.pollers.size());
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            CHECK_MESSAGE(text_at(table, row, "verdict") == "as expected", std::string(preset.name),
                          ": ", text_at(table, row, "situation"), ", ",
                          text_at(table, row, "interest"), ": ", text_at(table, row, "reported"));
        }
    }
}

TEST_CASE("a total limit that is too low for a load, a hoard or a full buffer is told in the row") {
    Settings settings = quick({1000});
    settings.total_limit = 10'000;
    const auto closed = run_probe(caesura::probe::close, simulation::linux_6(), settings);
    for (std::size_t row = 0; row < closed[0].rows.size(); ++row) {
        CHECK(number_at(closed[0], row, "taken") <= 10'000);
        CHECK((text_at(closed[0], row, "delivers") == "cut: total limit") ==
              (text_at(closed[0], row, "load") != "1000 bytes" &&
               text_at(closed[0], row, "delivers") != "not simulated"));
    }
    const Table seconds = run_probe(second, simulation::winsock_win10(), settings);
    for (std::size_t row = 0; row < seconds.rows.size(); ++row) {
        const bool is_small_alone =
            text_at(seconds, row, "hoard") == "none" && number_at(seconds, row, "write") == 100;
        CHECK((text_at(seconds, row, "error") == "cut: total limit") == !is_small_alone);
    }
    const Table polled = run_probe(caesura::probe::poll, simulation::linux_6(), settings);
    for (std::size_t row = 0; row < polled.rows.size(); ++row) {
        const bool is_full = text_at(polled, row, "situation").find("full") != std::string::npos;
        CHECK(text_at(polled, row, "verdict") == (is_full ? "cut: total limit" : "as expected"));
    }
}

TEST_CASE("a hoard and the second client's own send keep to the total limit together") {
    Settings settings = quick({1000});
    settings.total_limit = std::uint64_t{200} << 20;
    for (const simulation::Preset& preset : simulation::presets()) {
        CAPTURE(std::string(preset.name));
        const Table table = run_probe(second, preset, settings);
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            const bool has_hoard = text_at(table, row, "hoard") == "hoard";
            CHECK((number_at(table, row, "hoarded") > 0) == has_hoard);
            CHECK(number_at(table, row, "hoarded") + number_at(table, row, "taken") <=
                  std::int64_t{200} << 20);
        }
    }
}

TEST_CASE("without a total limit of its own, a probe keeps to an eighth of what there is") {
    simulation::Preset preset = simulation::winsock_win7();
    preset.pool_limit = 80'000;
    const Settings settings;
    const Grounds grounds(preset);
    const Run run{settings, grounds, {}};
    CHECK(run.total_limit() == 10'000);
    const Grounds real{std::nullopt};
    const auto available = this_host().memory().available;
    if (available) { // others use it too, meanwhile
        const std::uint64_t limit = Run{settings, real, {}}.total_limit();
        CHECK(limit > *available / 16);
        CHECK(limit < *available / 4);
    }
}
