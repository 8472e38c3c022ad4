// send-probe as a program, on the system that there is.

#include "programs/probes.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>

using namespace caesura;
using namespace caesura::testing;
using probe::Document;
using probe::Table;

namespace {

const Words at_once{"--settle", "0.05"};

} // namespace

TEST_CASE("send-probe sweeps this system; the budget makes it take less of a huge write") {
    const Document document = seen_by(
        Words{"sweep", "--budget", "--write-size", "1000,16M", "--rcvbuf", "65536"} + at_once);
    const Table& table = table_in(document, "sweep");
    REQUIRE(table.rows.size() == 4);
    for (const probe::Row& row : table.rows) {
        CHECK(number_at(table, row, "taken") > 0);
        CHECK(text_at(table, row, "error") == "would_block");
        CHECK(text_at(table, row, "note").empty());
    }
    CHECK(number_at(table, table.rows[3], "taken") < number_at(table, table.rows[1], "taken"));
    check_documented(document);
}

TEST_CASE("send-probe never has more taken on this system than the total limit") {
    const Document document = seen_by(
        Words{"sweep", "--total-limit", "20000", "--write-size", "1,1000,64K,16M"} + at_once);
    const Table& table = table_in(document, "sweep");
    REQUIRE(table.rows.size() == 4);
    for (const probe::Row& row : table.rows) {
        CHECK(number_at(table, row, "taken") <= 20'000);
    }
    CHECK(text_at(table, table.rows[2], "note") == "cut: total limit");
    CHECK(number_at(table, table.rows[3], "taken") == 0);
}

TEST_CASE("send-probe: a buffer that a system refuses is a row, and the others are probed") {
    for (const Words& command : {Words{"sweep", "--write-size", "1000"}, Words{"rearm"}}) {
        const Document document = seen_by(command + Words{"--system", "bsd", "--sndbuf", "0,8192"});
        const Table& table = table_in(document, command.front());
        REQUIRE(table.rows.size() >= 2);
        CHECK(text_at(table, table.rows.front(), "note") == "refused: invalid_argument");
        CHECK(text_at(table, table.rows.front(), "taken") == "?");
        CHECK(text_at(table, table.rows.back(), "note").empty());
        CHECK(number_at(table, table.rows.back(), "taken") > 0);
    }
}

TEST_CASE("send-probe poll: a readiness that comes too early does not end the probe") {
    CHECK(table_in(seen_by({"poll", "--system", "nasty"}), "poll").rows.size() >= 50);
}

TEST_CASE("send-probe close: all is delivered after a close, and processes of its own exit") {
    const Document document = seen_by({"close", "--rounds", "2", "--exit-rounds", "1"});
    const Table& table = table_in(document, "close");
    std::map<std::string, Words> delivers;
    for (const probe::Row& row : table.rows) {
        delivers[text_at(table, row, "ending")].push_back(text_at(table, row, "delivers"));
    }
    CHECK(delivers.size() == 7);
    CHECK(delivers["close, linger 1 s"].size() == 3); // what comes of it is the system's own affair
    CHECK(delivers["shutdown, close"] == Words{"all", "all", "all", "all", "all", "all"});
    CHECK(delivers["exit"].size() == 3);
    CHECK(table_in(document, "close_rounds").rows.size() == 27 * 2 + 6);
    check_documented(document);
}

TEST_CASE("send-probe poll: this system's back-ends report what the contract has them report") {
    const Document document = seen_by(Words{"poll"} + at_once);
    const Table& table = table_in(document, "poll");
    CHECK(table.rows.size() >= 50);
    for (const probe::Row& row : table.rows) {
        CHECK_MESSAGE(text_at(table, row, "verdict") == "as expected",
                      text_at(table, row, "poller"), ": ", text_at(table, row, "situation"), ", ",
                      text_at(table, row, "interest"), ": ", text_at(table, row, "reported"));
    }
    check_documented(document);
}

TEST_CASE("send-probe rearm and second look at this system too") {
    const Document rearm = seen_by(Words{"rearm", "--sndbuf", "65536"} + at_once);
    CHECK(table_in(rearm, "rearm").rows.size() == 3);
    check_documented(rearm);
    const Document second = seen_by({"second", "--total-limit", "130M"});
    CHECK(table_in(second, "second").rows.size() == 8);
    check_documented(second);
}

TEST_CASE("send-probe says what it stands on") {
    const Document document = seen_by({"fingerprint"});
    std::map<std::string, std::string> facts;
    for (const probe::Fact& fact : document.fingerprint) {
        facts[fact.name] = fact.value;
    }
    for (const char* const name :
         {"program", "compiler", "time", "system", "architecture", "path", "poller"}) {
        CHECK_MESSAGE(!facts[name].empty(), name);
    }
}

TEST_CASE("send-probe all ends in order when it is told to, and keeps what was finished") {
    const TemporaryFolder folder;
    const std::string out = folder.at("out");
    Child child =
        Child::start(send_probe({"all", "--out", out, "--write-size", "1000", "--sndbuf", "8192",
                                 "--settle", "0.01", "--total-limit", "1M", "--rounds", "100000"}));
    await_line(child, Stream::error, {"rearm ..."});
    REQUIRE(child.signal(Signal::interrupt));
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    const std::string last = lines_of(ran.errors).back();
    CHECK(contains(last, "send-probe: interrupted; results.json and results.txt have what was "
                         "finished, sweep"));
    CHECK(contains(last, ", and are in " + out));
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(standard_path(out))) {
        names.insert(entry.path().filename().string());
    }
    CHECK(names == std::set<std::string>{"log.txt", "results.json", "results.txt"});
    CHECK(table_in(document_of(content_of(out + "/results.json")), "sweep").rows.size() == 2);
    CHECK(contains(content_of(out + "/log.txt"), "ms  interrupted\n"));
}

TEST_CASE("send-probe compares: nothing but noise is status 0, a planted difference status 1") {
    const TemporaryFolder folder;
    const Words sweep{"--format", "json", "--system", "winsock-win7", "--write-size", "64,64K"};
    const Ran first = run(send_probe(sweep));
    const std::string one = folder.write("one.json", first.output);
    const std::string same = folder.write("same.json", run(send_probe(sweep)).output);
    Ran ran = run(send_probe({"compare", one, same}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "nothing differs beyond noise\n");
    std::string planted = first.output;
    REQUIRE(contains(planted, "23360"));
    planted.replace(planted.find("23360"), 5, "93360");
    const std::string other = folder.write("other.json", planted);
    ran = run(send_probe({"compare", one, other}));
    CHECK(ran.exit == exited(1));
    CHECK(contains(ran.output, "taken 23360 and 93360"));
    CHECK(lines_of(ran.output).size() == 1);
    ran = run(send_probe({"compare", one, other, "--tolerance", "300"}));
    CHECK(ran.exit == exited(0));
}

TEST_CASE("send-probe refuses a file that is not its own, in one line") {
    const TemporaryFolder folder;
    const std::string garbage = folder.write("garbage.json", "{\"schema\": \"another\"");
    const std::string missing = folder.at("missing.json");
    const Ran ran = run(send_probe({"compare", garbage, garbage}));
    CHECK(ran.exit == exited(2)); // 1 is for what differs
    CHECK(contains(ran.errors, "garbage.json"));
    CHECK(contains(ran.errors, "line 1"));
    check_failed(send_probe({"fit", missing}), {"missing.json", "no such file"});
    const Ran few = run(send_probe({"--format", "json", "--system", "bsd", "--write-size", "64"}));
    const std::string too_few = folder.write("few.json", few.output);
    check_failed(send_probe({"fit", too_few}),
                 {"few.json", "no table `second`", "three are needed"});
    const std::string redirected = folder.write("utf16.json", "\xff\xfe{");
    check_failed(send_probe({"fit", redirected}), {"utf16.json", "UTF-16", "--out"});
    const std::string marked = folder.write("bom.json", "\xef\xbb\xbf" + few.output);
    CHECK(run(send_probe({"compare", marked, too_few})).exit == exited(0));
}

TEST_CASE("send-probe compare says what else is different, which is no difference") {
    const TemporaryFolder folder;
    const auto seen = [&folder](const char* system) {
        const std::string path = folder.at(system);
        CHECK(
            run(send_probe({"fingerprint", "--format", "json", "--system", system, "--out", path}))
                .exit == exited(0));
        return path;
    };
    const Ran ran = run(send_probe({"compare", seen("linux"), seen("bsd")}));
    CHECK(ran.exit == exited(0));
    CHECK(contains(ran.errors, "system is 'simulated linux' in the first, 'simulated bsd' in the"));
}

TEST_CASE("send-probe --out: a file is made whole or left as it was") {
    const TemporaryFolder folder;
    const std::string page = folder.write("page.html", "as it was");
    std::filesystem::create_directory(page + ".part"); // nothing can be written there
    const Ran ran = run(send_probe({"fingerprint", "--out", page}));
    CHECK(ran.exit == exited(1));
    CHECK(lines_of(ran.errors).size() == 1);
    CHECK(content_of(page) == "as it was");
    std::filesystem::remove(page + ".part");
    CHECK(run(send_probe({"fingerprint", "--out", page})).exit == exited(0));
    CHECK(contains(content_of(page), "compiler"));
    CHECK_FALSE(std::filesystem::exists(page + ".part"));
}

TEST_CASE("send-probe all writes results and a log, which fit and compare can read") {
    const TemporaryFolder folder;
    const std::string out = folder.at("out");
    const Ran ran =
        run(send_probe({"all", "--system", "winsock-win7", "--out", out, "--rounds", "2"}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output.empty());
    const Document document = document_of(content_of(out + "/results.json"));
    check_documented(document);
    CHECK(document.tables.size() == 6);
    CHECK(contains(content_of(out + "/results.txt"), "sweep: "));
    CHECK(contains(content_of(out + "/results.txt"), "open questions about Windows"));
    CHECK(contains(content_of(out + "/report.html"), "simulated winsock-win7"));
    CHECK(contains(content_of(out + "/log.txt"), "done"));
    check_failed(send_probe({"all", "--system", "bsd", "--out", out}),
                 {"has the results of another run", "a new folder"});
    const std::string json = out + "/results.json";
    CHECK(run(send_probe({"compare", json, json})).exit == exited(0));
    const Ran fit = run(send_probe({"fit", json}));
    CHECK(fit.exit == exited(0));
    CHECK(contains(fit.output, "whole sends"));
    CHECK(contains(fit.output, "neither H1 nor H2 showed"));
    const Ran explained = run(send_probe({"fit", json, "--format", "json"}));
    const Document explanation = document_of(explained.output);
    check_documented(explanation);
    CHECK(table_in(explanation, "fit").rows.size() == 3);
    CHECK(contains(content_of(out + "/report.html"), "kB to 16.4 kB"));
}

TEST_CASE("send-probe fit judges a second client without a sweep, and a sweep without that") {
    const TemporaryFolder folder;
    const Words probe{"--system", "winsock-win7", "--total-limit", "200M", "--format", "json"};
    const std::string one =
        folder.write("second.json", run(send_probe(Words{"second"} + probe)).output);
    const Ran judged = run(send_probe({"fit", one, "--format", "json"}));
    CHECK(judged.exit == exited(0));
    CHECK(judged.errors.empty());
    const Document verdict = document_of(judged.output);
    check_documented(verdict);
    REQUIRE(verdict.tables.size() == 1);
    CHECK(contains(text_at(verdict.tables[0], verdict.tables[0].rows.at(0), "verdict"),
                   "a larger --total-limit may tell more"));
    const std::string other =
        folder.write("sweep.json", run(send_probe(Words{"sweep"} + probe)).output);
    CHECK(contains(run(send_probe({"fit", other})).output, "no table `second`"));
}

TEST_CASE("send-probe writes pages: of what it probes, and of files, side by side") {
    const TemporaryFolder folder;
    const Words sweep{"--system", "winsock-win7", "--write-size", "64,64K"};
    const Ran page = run(send_probe(Words{"sweep", "--format", "html"} + sweep));
    CHECK(page.exit == exited(0));
    CHECK(contains(page.output, "<!DOCTYPE html>"));
    CHECK(contains(page.output, "23,360"));
    const std::string one = folder.at("one.json");
    CHECK(run(send_probe(Words{"--format", "json", "--out", one} + sweep)).output.empty());
    const Words other{"poll", "--system", "bsd", "--format", "json"};
    const std::string two = folder.write("two.json", run(send_probe(other)).output);
    const Ran report = run(send_probe({"report", one, two, "--out", folder.at("page.html")}));
    CHECK(report.exit == exited(0));
    CHECK(report.output.empty());
    const std::string both = content_of(folder.at("page.html"));
    CHECK(contains(both, "23,360"));
    CHECK(contains(both, "No table poll: simulated winsock-win7."));
    CHECK(contains(both, "No table sweep: simulated bsd."));
    CHECK(run(send_probe({"report", one, two})).output == both);
    check_failed(send_probe({"report", one, "--out", folder.at("no/page.html")}), {"page.html"});
    check_failed(send_probe({"report", one, folder.at("missing.json")}), {"missing.json"});
}
