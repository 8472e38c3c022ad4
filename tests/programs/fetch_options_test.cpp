#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/system.hpp>
#include <caesura/version.hpp>

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Nobody is asked for anything by a wrong command line, so any port will do.
const std::string somewhere = "10001";

std::vector<Refusal> all_wrong(const std::string& option, const Words& values,
                               const std::string& right) {
    std::vector<Refusal> refusals;
    for (const std::string& value : values) {
        refusals.push_back({get_poetry({somewhere, option, value}),
                            "get-poetry: " + option + ": '" + value + "' will not do: " + right});
    }
    return refusals;
}

Refusal unknown(const std::string& option, const std::string& rest = "") {
    return {get_poetry({somewhere, option + rest}),
            "get-poetry: unknown option '" + option + "'; --help lists the known ones"};
}

} // namespace

TEST_CASE("get-poetry refuses numbers that are none") {
    check_refused(all_wrong("--rate", {"", "0", "-1", "1x", "1e3", "9223372036854775808"},
                            "give a whole number from 1 to 9223372036854775807"));
    check_refused(all_wrong("--stall-after", {"", "-1", "1k", "9223372036854775808"},
                            "give a whole number from 0 to 9223372036854775807"));
}

TEST_CASE("get-poetry refuses times that are none") {
    check_refused(all_wrong("--timeout", {"", "0", "0.0", "-1", "nan", "1e3", "soon", "1000000001"},
                            "give seconds above 0, up to 1000000000, such as 5 or 0.7"));
}

TEST_CASE("get-poetry refuses targets that are none") {
    std::vector<Refusal> refusals;
    for (const char* const target : {"",
                                     "0",
                                     "65536",
                                     "-",
                                     "abc",
                                     "host",
                                     "host:",
                                     ":10001",
                                     "host:0",
                                     "host:http",
                                     "host:65536",
                                     "041789",
                                     "host:080",
                                     "::1:10001",
                                     "[::1]",
                                     "[::1]:",
                                     "[127.0.0.1]:10001",
                                     "[localhost]:10001",
                                     "[]:10001",
                                     "a b:10001",
                                     "a/b:10001",
                                     "http://host:80",
                                     "+5",
                                     " 5"}) {
        refusals.push_back({get_poetry({somewhere, target}),
                            "get-poetry: '" + std::string(target) +
                                "' will not do: give [HOST:]PORT, such as 10001, localhost:10001 "
                                "or [::1]:10001"});
    }
    check_refused(refusals);
}

TEST_CASE("get-poetry refuses what else it does not know or cannot use") {
    std::string known;
    for (const std::string_view name : this_system().poller_names()) {
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    check_refused(all_wrong("--poller", {"", "magic"}, "the known ones are " + known));
    check_refused(all_wrong("--output", {""}, "it must not be empty"));
    check_refused(
        {unknown("--no-such-option"),
         unknown("--port", "=1"),
         unknown("-1"),
         unknown("--min-rate", "=1"),
         unknown("--unsent-limit", "=1"),
         {get_poetry({somewhere, "--timeout"}),
          "get-poetry: --timeout: a value is missing; give --timeout SECONDS"},
         {get_poetry({"--help=me"}), "get-poetry: --help: 'me' will not do: it takes no value"},
         {get_poetry({}), "get-poetry: no [HOST:]PORT given; name at least one"}});
}

TEST_CASE("get-poetry tells its options and its version on stdout") {
    const Ran help = run(get_poetry({"--help"}));
    CHECK(help.exit == exited(0));
    CHECK(help.errors.empty());
    CHECK(lines_of(help.output)[0] == "Usage: get-poetry [options] [HOST:]PORT ...");
    for (const char* const option : {"--timeout SECONDS ", "--output DIR ", "--stall-after BYTES ",
                                     "--rate BYTES ", "--poller NAME ", "--help ", "--version "}) {
        CHECK_MESSAGE(contains(help.output, "\n  " + std::string(option)), option);
    }
    const Ran asked = run(get_poetry({"--version"}));
    CHECK(asked.exit == exited(0));
    CHECK(asked.errors.empty());
    CHECK(asked.output == "get-poetry (Caesura) " + std::string(version) + "\n");
}

TEST_CASE("a folder for the poems that cannot be made is named, and nothing is fetched") {
    const TemporaryFolder folder;
    const std::string file = folder.write("file", "no folder");
    check_failed(get_poetry({"--output", file, somewhere}), {"get-poetry: --output " + file});
    check_failed(get_poetry({"--output", file + "/more", somewhere}),
                 {"get-poetry: --output " + file + "/more"});
}
