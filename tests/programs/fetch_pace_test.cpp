#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <regex>

using namespace caesura;
using namespace caesura::testing;

namespace {

// How many bytes each line about task 1 tells of.
std::vector<std::uint64_t> portions_in(const Words& lines) {
    std::vector<std::uint64_t> portions;
    const std::regex form(R"(Task 1: got (\d+) bytes of poetry from .*)");
    for (const std::string& line : lines) {
        std::smatch match;
        if (std::regex_match(line, match, form)) {
            portions.push_back(std::stoull(match[1]));
        }
    }
    return portions;
}

} // namespace

TEST_CASE("--stall-after reads exactly so much, then nothing, and holds the connection") {
    PlainServer server;
    Child child = Child::start(get_poetry({"--stall-after", "7000", server.target()}));
    Connection connection = server.accept();
    const std::string line(69, 'l');
    for (int i = 0; i < 200; ++i) {
        connection.say(line + "\n");
    }
    await_line(child, Stream::error, {"Task 1: holding the connection after 7000 bytes of poetry"});
    connection.shut_writes();
    const auto a_while = std::chrono::milliseconds(300);
    CHECK_THROWS(child.wait(a_while));
    for (int i = 0; i < 100; ++i) {
        CHECK(child.read_line(Stream::output) == line);
    }
    child.kill();
    CHECK(child.read_all(Stream::output).empty());
}

TEST_CASE("a stall of our own is no silence of the server's, and holds up nobody else") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(100);
    Server server({folder.write("long", poem_of(1'000'000)), folder.write("short", poem)},
                  {"--num-bytes=10", "--delay=0.02", "--stall-timeout=0"});
    Child child = Child::start(
        get_poetry({"--stall-after=150", "--timeout=0.1", server.target(0), server.target(1)}));
    // The short one takes ten times as long as the timeout allows for a silence.
    Words lines;
    await_line(child, Stream::error, {"Task 2: 100 bytes of poetry"}, &lines);
    if (lines_with(lines, "Task 1: holding").empty()) {
        await_line(child, Stream::error, {"Task 1: holding"}, &lines);
    }
    const auto silence = std::chrono::milliseconds(500); // of five timeouts
    CHECK_THROWS(child.wait(silence));
    CHECK(lines_with(lines, "failed").empty());
}

TEST_CASE("--stall-after 0 connects and reads nothing") {
    PlainServer server;
    Child child = Child::start(get_poetry({"--stall-after=0", server.target()}));
    Connection connection = server.accept();
    connection.say("unheard");
    await_line(child, Stream::error, {"Task 1: holding the connection after 0 bytes of poetry"});
    child.kill();
    CHECK(child.read_all(Stream::output).empty());
}

TEST_CASE("a poem that ends before the stall is fetched as ever") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "short")});
    const Ran ran = run(get_poetry({"--stall-after=6", server.target()}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "short");
}

TEST_CASE("stalled readers saturate a server, which serves others all the same") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(16'000'000);
    const Server server({folder.write("poem", poem)});
    const Words stalled{"--stall-after", "100000",        server.target(),
                        server.target(), server.target(), server.target()};
    Child child = Child::start(get_poetry(stalled));
    for (int i = 0; i < 4; ++i) {
        await_line(child, Stream::error, {"holding the connection after 100000"});
    }
    const Ran ran = run(get_poetry({server.target()}));
    CHECK(ran.exit == exited(0));
    CHECK((ran.output == poem));
}

TEST_CASE("--rate reads the poem in small portions, and all of it") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(500);
    const Server server({folder.write("poem", poem)});
    const Ran ran = run(get_poetry({"--rate", "1000", server.target()}));
    CHECK(ran.exit == exited(0));
    CHECK((ran.output == poem));
    const auto portions = portions_in(lines_of(ran.errors));
    CHECK(portions.size() > 1);
    // A line comes at most ten times a second; a late one may tell of several portions.
    for (const std::uint64_t portion : portions) {
        CHECK(portion % 100 == 0);
    }
}

TEST_CASE("the first portion at a low rate is one byte") {
    PlainServer server;
    Child child = Child::start(get_poetry({"--rate=1", server.target()}));
    Connection connection = server.accept();
    connection.say("slowly");
    CHECK(child.read_line(Stream::error) ==
          "Task 1: got 1 bytes of poetry from " + server.target());
}

TEST_CASE("the pauses of a rate are no silence of the server's") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "1234567")});
    const Ran ran = run(get_poetry({"--rate=10", "--timeout=0.06", server.target()}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "1234567");
}

TEST_CASE("the highest rate there is is no limit") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(300'000);
    const Server server({folder.write("poem", poem)});
    for (const char* const rate : {"9223372036854775807", "99999999999"}) {
        const Ran ran = run(get_poetry({"--rate", rate, server.target()}));
        CHECK(ran.exit == exited(0));
        CHECK((ran.output == poem));
    }
}

TEST_CASE("a rate and a stall go together") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", poem_of(1000))});
    Child child = Child::start(get_poetry({"--rate=1000", "--stall-after=250", server.target()}));
    await_line(child, Stream::error, {"holding the connection after 250 bytes of poetry"});
}
