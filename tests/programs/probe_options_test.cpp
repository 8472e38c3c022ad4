#include "programs/programs.hpp"

#include "send-probe/folder.hpp"
#include "send-probe/settings.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

using namespace caesura::testing;
namespace probe = caesura::probe;

namespace {

Refusal refusal(const Words& arguments, const std::string& line) {
    return {Words{CAESURA_SEND_PROBE} + arguments, "send-probe: " + line};
}

} // namespace

TEST_CASE("send-probe: every wrong command line is one line, and status 2") {
    const std::string sizes = "give sizes from 1 to 1024M, such as 1,1448,64K,16M; at most 64, "
                              "each once";
    const std::string buffers = "give sizes from 0 to 1024M or unset, such as unset,0,8192,64K; "
                                "each once";
    check_refused(
        {refusal({"dance"}, "'dance' will not do: give sweep, close, rearm, poll, second, all, "
                            "watch, compare, fit, report, fingerprint or serve"),
         refusal({"sweep", "x"}, "sweep: 'x' will not do: one command at a time, without a file"),
         refusal({"compare", "x"},
                 "compare: one file will not do: give two files that send-probe has written"),
         refusal({"fit"}, "fit: no file will not do: give one file that send-probe has written"),
         refusal({"--write-size", "1,,2"}, "--write-size: '1,,2' will not do: " + sizes),
         refusal({"--write-size", "0"}, "--write-size: '0' will not do: " + sizes),
         refusal({"--write-size", "2000M"}, "--write-size: '2000M' will not do: " + sizes),
         refusal({"--write-size", "1K,1024"}, "--write-size: '1K,1024' will not do: " + sizes),
         refusal({"--sndbuf", "8K,8192"}, "--sndbuf: '8K,8192' will not do: " + buffers),
         refusal({"--sndbuf", "-1"}, "--sndbuf: '-1' will not do: " + buffers),
         refusal({"--rcvbuf", ""}, "--rcvbuf: '' will not do: " + buffers),
         refusal({"--reader", "slow:0"},
                 "--reader: 'slow:0' will not do: give stalled, resumes, or slow:RATE in bytes per "
                 "second, such as slow:64K"),
         refusal({"--format", "xml"}, "--format: 'xml' will not do: give table, csv, json or html"),
         refusal({"report"},
                 "report: no file will not do: give 1 to 16 files that send-probe has written"),
         refusal({"report", "--format", "csv", "x"},
                 "--format: 'csv' will not do: report writes html, whatever is asked"),
         refusal({"fit", "--format", "html", "x"},
                 "--format: 'html' will not do: fit writes no page; send-probe report does, of the "
                 "same files"),
         refusal({"--system", "os2"},
                 "--system: 'os2' will not do: the simulated ones are linux, bsd, winsock-win7, "
                 "winsock-win10, wine8, wine10, nasty"),
         refusal({"--system", "bsd", "--poller", "wsapoll"},
                 "--poller: 'wsapoll' will not do: the known ones are select, poll"),
         refusal({"--total-limit", "much"},
                 "--total-limit: 'much' will not do: give bytes, such as 500M or 2G"),
         refusal({"--rounds", "0"},
                 "--rounds: '0' will not do: give a whole number from 1 to 100000"),
         refusal({"watch", "--to", "nowhere"},
                 "--to: 'nowhere' will not do: give HOST:PORT, such as 192.0.2.7:4000 or "
                 "[2001:db8::7]:4000"),
         refusal({"exit-child", "7"}, "exit-child: is for send-probe close to start")});
}

TEST_CASE("send-probe: an option that the command has no use for is one line, and status 2") {
    const std::string by_all = "it is for sweep, close, rearm, poll, second, all, ";
    check_refused(
        {refusal({"sweep", "--rounds", "3"},
                 "--rounds: sweep has no use for it; it is for close and all"),
         refusal({"--exit-rounds=3"},
                 "--exit-rounds: sweep has no use for it; it is for close and all"),
         refusal({"poll", "--write-size", "4"},
                 "--write-size: poll has no use for it; it is for sweep, all and watch"),
         refusal({"compare", "--sndbuf", "0", "a", "b"},
                 "--sndbuf: compare has no use for it; it is for sweep, rearm, all and watch"),
         refusal({"compare", "--format", "json", "a", "b"},
                 "--format: compare has no use for it; it is for sweep, close, rearm, poll, "
                 "second, fingerprint, fit and report"),
         refusal({"watch", "--out", "x"}, "--out: watch has no use for it; " + by_all +
                                              "fingerprint, compare, fit and report"),
         refusal({"watch", "--to", "[::1]:7", "--write-size", "4"},
                 "--write-size: watch --to has no use for it; it is for sweep, all and watch"),
         refusal({"watch", "--to", "[::1]:7", "--system", "bsd"},
                 "--system: watch --to has no use for it; " + by_all + "watch and fingerprint"),
         refusal({"serve", "--system", "bsd"},
                 "--system: serve has no use for it; " + by_all + "watch and fingerprint"),
         refusal({"poll", "--to", "there:7"},
                 "--to: poll has no use for it; it is for sweep, close, rearm, second, all, "
                 "fingerprint and watch --to"),
         refusal({"second", "--port", "7"}, "--port: second has no use for it; it is for serve"),
         refusal({"all", "--idle", "7"}, "--idle: all has no use for it; it is for serve")});
}

TEST_CASE("send-probe all takes what its parts do, and has defaults of its own") {
    const auto settings_of = [](const Words& arguments) {
        probe::Settings settings;
        caesura::Options options = probe::make_options(settings);
        REQUIRE(options.parse(Words{"send-probe", "all"} + arguments) ==
                caesura::Options::Asked::run);
        CHECK(probe::finish(options, settings) == caesura::Options::Asked::run);
        return settings;
    };
    const probe::Settings safe = settings_of({});
    CHECK(safe.budget);
    CHECK(safe.send_buffers.size() == 5);
    CHECK(safe.most_calls == 1 << 15);
    CHECK(safe.settle == std::chrono::milliseconds(100));
    CHECK(safe.patience == std::chrono::seconds(1));
    const probe::Settings asked =
        settings_of({"--write-size", "7", "--sndbuf", "8K", "--rcvbuf", "9K", "--reader", "stalled",
                     "--most-calls", "3", "--settle", "4", "--patience", "5", "--rounds", "6"});
    CHECK(asked.write_sizes == std::vector<std::uint64_t>{7});
    CHECK(asked.send_buffers == std::vector<std::optional<int>>{8192});
    CHECK(asked.most_calls == 3);
    CHECK(asked.settle == std::chrono::seconds(4));
    CHECK(asked.patience == std::chrono::seconds(5));
    CHECK(asked.rounds == 6);
}

TEST_CASE("send-probe: every wrong command line about two machines is one line, and status 2") {
    const std::string target = "give HOST:PORT, such as 192.0.2.7:4000 or [2001:db8::7]:4000";
    const std::string address = "give an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::";
    check_refused(
        {refusal({"--to", "there"}, "--to: 'there' will not do: " + target),
         refusal({"--to", "::1:7"}, "--to: '::1:7' will not do: " + target),
         refusal({"--to", "there:0"}, "--to: 'there:0' will not do: " + target),
         refusal({"--to", "there:7", "--system", "bsd"},
                 "--to: a simulated system reaches no other machine; leave out --to or --system"),
         refusal({"--to", "there:7", "--patience", "3601"},
                 "--to: with another machine --patience and --settle are at most an hour"),
         refusal({"serve", "x"}, "serve: 'x' will not do: one command at a time, without a file"),
         refusal({"serve", "--listen", "localhost"},
                 "--listen: 'localhost' will not do: " + address),
         refusal({"serve", "--port", "65536"},
                 "--port: '65536' will not do: give a port from 0 to 65535"),
         refusal({"serve", "--idle", "0"}, "--idle: '0' will not do: give seconds above 0")});
}

TEST_CASE("send-probe prints its help and its version") {
    const Ran help = run({CAESURA_SEND_PROBE, "--help"});
    CHECK(help.exit == exited(0));
    CHECK(contains(help.output, "Usage: send-probe [options]"));
    CHECK(contains(help.output, "--total-limit"));
    CHECK(
        contains(help.output, "\n  serve                       --poller --listen --port --idle\n"));
    CHECK(run({CAESURA_SEND_PROBE, "--version"}).exit == exited(0));
}

TEST_CASE("a double click is a start without a word, alone in a console that a person sees") {
    CHECK(probe::is_double_click({true, true, true}));
    CHECK_FALSE(probe::is_double_click({false, true, true}));
    CHECK_FALSE(probe::is_double_click({true, false, true})); // from a shell
    CHECK_FALSE(probe::is_double_click({true, true, false})); // by a program that reads it
}

TEST_CASE("send-probe without a word, but not by a double click, sweeps") {
    // With so little to do that it is done at once; a child's streams are no console.
    probe::Settings settings;
    caesura::Options options = probe::make_options(settings);
    REQUIRE(options.parse({"send-probe"}) == caesura::Options::Asked::run);
    CHECK(options.is_bare());
    if (!caesura::this_host().owns_console()) {
        CHECK(probe::finish(options, settings) == caesura::Options::Asked::run);
        CHECK(settings.command == probe::Command::sweep);
        CHECK_FALSE(settings.by_double_click);
    }
    caesura::Options other = probe::make_options(settings);
    REQUIRE(other.parse({"send-probe", "--budget"}) == caesura::Options::Asked::run);
    CHECK_FALSE(other.is_bare());
}

TEST_CASE("without --out, all makes a folder of its own, named by the time, and says which") {
    CHECK(probe::folder_name(1'795'395'779'999) == "send-probe-2026-11-23T0102Z");
    const TemporaryFolder folder;
    ChildOptions options;
    options.folder = folder.at("");
    std::set<std::string> places;
    for (int i = 1; i <= 2; ++i) { // in the same minute, as a rule: the second takes another name
        const Ran ran =
            run({CAESURA_SEND_PROBE, "all", "--system", "bsd", "--rounds", "1"}, options);
        CHECK(ran.exit == exited(0));
        const Words said = lines_with(lines_of(ran.errors), "send-probe: its files go to ");
        REQUIRE(said.size() == 1);
        places.insert(said.front());
    }
    CHECK(places.size() == 2);
    std::size_t folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        ++folders;
        CHECK(entry.path().filename().string().rfind("send-probe-20", 0) == 0);
        CHECK(std::filesystem::exists(entry.path() / "results.json"));
    }
    CHECK(folders == 2);
}
