#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/system.hpp>
#include <caesura/version.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace caesura;
using namespace caesura::testing;

namespace {

std::string known_pollers() {
    std::string known;
    for (const std::string_view name : this_system().poller_names()) {
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return known;
}

// Options of poetry-server with a value that will not do, and what would be right.
Refusal wrong(const std::string& option, const std::string& value, const std::string& right) {
    return {poetry_server({"poem", option + "=" + value}),
            "poetry-server: " + option + ": '" + value + "' will not do: " + right};
}

std::vector<Refusal> all_wrong(const std::string& option, const Words& values,
                               const std::string& right) {
    std::vector<Refusal> refusals;
    for (const std::string& value : values) {
        refusals.push_back(wrong(option, value, right));
    }
    return refusals;
}

Refusal unknown(const std::string& option, const std::string& rest = "") {
    return {poetry_server({"poem", option + rest}),
            "poetry-server: unknown option '" + option + "'; --help lists the known ones"};
}

// Ports that nobody had a moment ago.
std::vector<std::uint16_t> free_ports(std::size_t count) {
    std::vector<PlainServer> holders(count);
    std::vector<std::uint16_t> ports;
    for (const PlainServer& holder : holders) {
        ports.push_back(holder.port());
    }
    return ports;
}

} // namespace

TEST_CASE("poetry-server refuses numbers that are none") {
    const std::string right = "give a whole number from 1 to 9223372036854775807";
    check_refused(all_wrong("--num-bytes",
                            {"", "0", "-1", "+1", "1x", " 1", "1.5", "0x10", "ten",
                             "9223372036854775808", "99999999999999999999999"},
                            right));
    check_refused(all_wrong("--max-clients", {"", "0", "-1", "many"}, right));
    check_refused(all_wrong("--unsent-total", {"-1", "all", "64K"},
                            "give a whole number from 0 to 9223372036854775807"));
    check_refused(all_wrong("--unsent-limit", {"-1", "", "2147483648"},
                            "give a whole number from 0 to 2147483647"));
    check_refused(all_wrong("--min-rate", {"0", "-1", "fast"}, right));
}

TEST_CASE("poetry-server refuses times that are none") {
    const std::string right = "give seconds, from 0 to 1000000000, such as 5 or 0.7";
    check_refused(
        all_wrong("--delay", {"", "-1", "nan", "inf", "1e3", "1s", ".5", "5.", "1,5"}, right));
    check_refused(all_wrong("--stall-timeout", {"-0.1", "1000000001"}, right));
    check_refused(all_wrong("--drain", {"never", "0x5"}, right));
}

TEST_CASE("poetry-server refuses ports that are none") {
    check_refused(all_wrong("--port",
                            {"", "-1", "65536", "99999999999", "abc", "1,,2", ",", "1,", "80 ",
                             "1;2", "http", "080", "0,00"},
                            "give ports from 0 to 65535, separated by commas"));
}

TEST_CASE("poetry-server refuses more ports than poems") {
    check_refused({{poetry_server({"--port=0,0,0", "one", "two"}),
                    "poetry-server: --port: '0,0,0' will not do: 3 ports for 2 poems; give at most "
                    "one for each"},
                   {poetry_server({"--port=0", "--port", "1", "one"}),
                    "poetry-server: --port: '0,1' will not do: 2 ports for 1 poem; give at most "
                    "one for each"}});
}

TEST_CASE("poetry-server refuses addresses that are none") {
    check_refused(all_wrong("--iface",
                            {"", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1", "127.0.0.1:80",
                             "[::1]", "::1::", "eth0", "*"},
                            "give an IPv4 or IPv6 address, such as 127.0.0.1 or ::1"));
}

TEST_CASE("poetry-server refuses pollers and levels that it does not know, and names the others") {
    check_refused(
        all_wrong("--poller", {"", "magic", "SELECT"}, "the known ones are " + known_pollers()));
    check_refused(
        all_wrong("--log-level", {"", "loud", "INFO"}, "give error, warning, info or debug"));
    check_refused(all_wrong("--log-file", {""}, "it must not be empty"));
}

TEST_CASE("poetry-server refuses options that it does not know") {
    check_refused({unknown("--no-such-option"), unknown("--no-such-option", "=5"), unknown("-p"),
                   unknown("-10001"), unknown("--num"), unknown("--PORT", "=1"),
                   unknown("--unsent", "=65536"), unknown("--timeout", "=1")});
}

TEST_CASE("poetry-server refuses a missing value, and one where there is none to give") {
    check_refused(
        {{poetry_server({"poem", "--port"}),
          "poetry-server: --port: a value is missing; give --port LIST"},
         {poetry_server({"poem", "--delay"}),
          "poetry-server: --delay: a value is missing; give --delay SECONDS"},
         wrong("--help", "me", "it takes no value"),
         wrong("--version", "", "it takes no value"),
         {poetry_server({"--port", "--help"}),
          "poetry-server: --port: '--help' will not do: give ports from 0 to 65535, separated by "
          "commas"}});
}

TEST_CASE("poetry-server wants a poem") {
    const std::string line = "poetry-server: no POEM given; name at least one file";
    check_refused({{poetry_server({}), line},
                   {poetry_server({"--port=0"}), line},
                   {poetry_server({"--"}), line}});
}

TEST_CASE("a wrong value is told in one printable line, whatever it is") {
    check_refused({{poetry_server({"--port=\n\x1b[2J"}),
                    R"(poetry-server: --port: '\x0a\x1b[2J' will not do: )"
                    "give ports from 0 to 65535, separated by commas"},
                   {poetry_server({"--drain=" + std::string(5000, '9')}),
                    "poetry-server: --drain: '" + std::string(200, '9') +
                        "...' will not do: give seconds, from 0 to 1000000000, such as 5 or 0.7"}});
}

TEST_CASE("poetry-server tells its options and its version on stdout") {
    const Ran help = run(poetry_server({"--help"}));
    CHECK(help.exit == exited(0));
    CHECK(help.errors.empty());
    CHECK(lines_of(help.output)[0] == "Usage: poetry-server [options] POEM [POEM ...]");
    for (const char* const option :
         {"--port LIST ", "--iface ADDRESS ", "--num-bytes N ", "--delay SECONDS ",
          "--poller NAME ", "--max-clients N ", "--stall-timeout SECONDS ", "--drain SECONDS ",
          "--unsent-limit BYTES ", "--unsent-total BYTES ", "--min-rate BYTES ",
          "--log-level LEVEL ", "--log-file FILE ", "--help ", "--version "}) {
        CHECK_MESSAGE(contains(help.output, "\n  " + std::string(option)), option);
    }
    CHECK(contains(help.output, known_pollers()));
    for (const std::string& line : lines_of(help.output)) {
        CHECK_MESSAGE(line.size() <= 120, line);
    }

    const Ran asked = run(poetry_server({"--version", "--port=wrong"}));
    CHECK(asked.exit == exited(0));
    CHECK(asked.errors.empty());
    CHECK(asked.output == "poetry-server (Caesura) " + std::string(version) + "\n");
}

TEST_CASE("a poem that cannot be read is named, and nothing is served") {
    const TemporaryFolder folder;
    const std::string good = folder.write("good", "good");
    const std::string missing = folder.at("missing");
    check_failed(poetry_server({missing}), {"poetry-server: '" + missing + "': no such file"});
    check_failed(poetry_server({good, missing}), {missing, "a POEM must be a readable file"});
    const std::string directory = folder.at("");
    check_failed(poetry_server({directory}), {directory, "is a directory"});
    check_failed(poetry_server({good + "/more"}), {good + "/more"});
    check_failed(poetry_server({""}), {"''"});
}

TEST_CASE("a port that is taken is named, and no other is left open") {
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem");
    const PlainServer other;
    const std::string taken = std::to_string(other.port());
    check_failed(poetry_server({"--port", taken, poem}),
                 {"cannot listen on " + other.target(), "give another --port or --iface"});
    const std::uint16_t first = free_ports(1)[0];
    check_failed(poetry_server({"--port", std::to_string(first) + "," + taken, poem, poem}),
                 {"cannot listen on " + other.target()});
    CHECK(is_deserted(Endpoint::loopback(Family::ipv4, first)));
}

TEST_CASE("an address that is not this machine's is named") {
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem");
    check_failed(poetry_server({"--iface=192.0.2.1", poem}), {"cannot listen on 192.0.2.1:0"});
    check_failed(poetry_server({"--iface=2001:db8::1", poem}),
                 {"cannot listen on [2001:db8::1]:0"});
}

TEST_CASE("a log file that cannot be opened is named, and nothing is served") {
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem");
    const std::string directory = folder.at("");
    check_failed(poetry_server({"--log-file", directory, poem}), {"--log-file " + directory});
    const std::string nowhere = folder.at("no/such/place");
    check_failed(poetry_server({"--log-file", nowhere, poem}),
                 {"--log-file " + nowhere, "give a file that can be written"});
}

TEST_CASE("a poem is never taken for the log") {
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem");
    check_refused({{poetry_server({"--log-file", folder.at("./poem"), poem}),
                    "poetry-server: --log-file: '" + folder.at("./poem") +
                        "' will not do: it is a POEM; give a file of its own"}});
    CHECK(content_of(poem) == "poem");
}

TEST_CASE("each poem is served on the port that was given for it, the others on any") {
    const TemporaryFolder folder;
    const Words poems{folder.write("one", "1"), folder.write("two", "2"),
                      folder.write("three", "3"), folder.write("four", "4")};
    const auto ports = free_ports(2);
    const std::string one = std::to_string(ports[0]);
    const std::string three = std::to_string(ports[1]);
    Server server(poems, {"--port", one + ",0", "--port=" + three});
    CHECK(server.at(0).port == ports[0]);
    CHECK(server.at(2).port == ports[1]);
    const std::set<std::uint16_t> different{server.at(0).port, server.at(1).port, server.at(2).port,
                                            server.at(3).port};
    CHECK(different.size() == 4);
    for (std::size_t i = 0; i < poems.size(); ++i) {
        CHECK(connect_to(server.at(i)).read_all() == std::to_string(i + 1));
    }
}

TEST_CASE("every back-end that is named serves poems") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(500'000);
    const std::string path = folder.write("poem", poem);
    for (const std::string_view name : this_system().poller_names()) {
        CAPTURE(std::string(name));
        const Server server({path}, {"--poller", std::string(name)});
        CHECK((connect_to(server.at()).read_all() == poem));
        const Ran fetched = run(get_poetry({"--poller", std::string(name), server.target()}));
        CHECK(fetched.exit == exited(0));
        CHECK((fetched.output == poem));
    }
}
