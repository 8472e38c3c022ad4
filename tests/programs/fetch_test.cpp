#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <regex>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::size_t mb = 1'000'000;

bool is_last_line(const std::string& line, const std::string& count) {
    return std::regex_match(line, std::regex("Got " + count + R"( in \d+\.\d\d s)"));
}

// The sum of `Task N: got BYTES bytes of poetry from SOURCE`.
std::uint64_t bytes_told(const Words& lines, const std::string& task, const std::string& source) {
    std::uint64_t bytes = 0;
    const std::regex form("Task " + task + R"(: got (\d+) bytes of poetry from (.*))");
    for (const std::string& line : lines) {
        std::smatch match;
        if (std::regex_match(line, match, form)) {
            CHECK(match[2] == source);
            bytes += std::stoull(match[1]);
        }
    }
    return bytes;
}

} // namespace

TEST_CASE("a poem is printed as it is, and its way is told on stderr") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", poem_of(3003))});
    const Ran ran = run(get_poetry({server.target()}));
    CHECK(ran.exit == exited(0));
    CHECK((ran.output == poem_of(3003)));
    const Words lines = lines_of(ran.errors);
    REQUIRE(lines.size() >= 3);
    CHECK(bytes_told(lines, "1", server.target()) == 3003);
    CHECK(lines[lines.size() - 2] == "Task 1: 3003 bytes of poetry");
    CHECK_MESSAGE(is_last_line(lines.back(), "1 poem"), lines.back());
    CHECK(lines_with(lines, "Task 1: ").size() == lines.size() - 1);
}

TEST_CASE("poems are printed in the order asked for, whichever comes first") {
    PlainServer first;
    PlainServer second;
    PlainServer third;
    Child child = Child::start(get_poetry({first.target(), second.target(), third.target()}));
    Connection one = first.accept();
    Connection two = second.accept();
    Connection three = third.accept();
    three.say("three\n");
    three.close();
    await_line(child, Stream::error, {"Task 3: 6 bytes of poetry"});
    two.say("two\n");
    two.close();
    await_line(child, Stream::error, {"Task 2: 4 bytes of poetry"});
    one.say("one\n");
    one.close();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "one\ntwo\nthree\n");
    CHECK(is_last_line(lines_of(ran.errors).back(), "3 poems"));
}

TEST_CASE("the first unfinished poem is printed as it comes") {
    PlainServer first;
    PlainServer second;
    Child child = Child::start(get_poetry({first.target(), second.target()}));
    Connection one = first.accept();
    Connection two = second.accept();
    one.say("a line\n");
    CHECK(child.read_line(Stream::output) == "a line");
    two.say("of the second\n");
    one.say("another line\n");
    CHECK(child.read_line(Stream::output) == "another line");
    one.close();
    CHECK(child.read_line(Stream::output) == "of the second");
    two.say("as it comes\n");
    CHECK(child.read_line(Stream::output) == "as it comes");
    two.close();
    CHECK(child.wait() == exited(0));
}

TEST_CASE("a poem of no bytes is a poem") {
    const TemporaryFolder folder;
    const Server server({folder.write("nothing", ""), folder.write("poem", "poem")});
    const Ran ran = run(get_poetry({server.target(0), server.target(1), server.target(0)}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "poem");
    const Words lines = lines_of(ran.errors);
    CHECK(lines_with(lines, "Task 1: 0 bytes of poetry").size() == 1);
    CHECK(lines_with(lines, "Task 2: 4 bytes of poetry").size() == 1);
    CHECK(lines_with(lines, "Task 3: 0 bytes of poetry").size() == 1);
}

TEST_CASE("every byte is printed as it is, newlines of all kinds included") {
    const TemporaryFolder folder;
    std::string poem = "one\ntwo\r\nthree\rfour\n\r\n\n\x1a\x04";
    for (int byte = 0; byte < 256; ++byte) {
        poem += static_cast<char>(byte);
    }
    const Server server({folder.write("poem", poem)});
    CHECK(run(get_poetry({server.target()})).output == poem);
}

TEST_CASE("long poems arrive whole and in order, those that wait in files included") {
    const TemporaryFolder folder;
    const std::string first = poem_of(16 * mb);
    const std::string second = poem_of(5 * mb);
    const std::string third = poem_of(900'000);
    const Server server(
        {folder.write("1", first), folder.write("2", second), folder.write("3", third)});
    const Ran ran = run(get_poetry({server.target(0), server.target(1), server.target(2),
                                    server.target(1), server.target(2)}));
    CHECK(ran.exit == exited(0));
    CHECK((ran.output == first + second + third + second + third));
}

TEST_CASE("many poems that wait at once all come out in order") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(800'000);
    PlainServer first;
    const Server server({folder.write("poem", poem)});
    Words targets{first.target()};
    std::string expected = "at last\n";
    for (int i = 0; i < 20; ++i) { // more than may wait in memory together
        targets.push_back(server.target());
        expected += poem;
    }
    Child child = Child::start(get_poetry(targets));
    Connection slow = first.accept();
    for (int i = 0; i < 20; ++i) {
        await_line(child, Stream::error, {": 800000 bytes of poetry"});
    }
    slow.say("at last\n");
    slow.close();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(0));
    CHECK((ran.output == expected));
}

TEST_CASE("a poem may be fetched by a port alone, an address, or a name") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem\n")});
    const std::string port = std::to_string(server.at().port);
    const Ran ran = run(get_poetry({port, "127.0.0.1:" + port, "localhost:" + port}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "poem\npoem\npoem\n");
    const Words lines = lines_of(ran.errors);
    CHECK(bytes_told(lines, "1", "127.0.0.1:" + port) == 5);
    CHECK(bytes_told(lines, "3", "localhost:" + port) == 5);
}

TEST_CASE("a poem may be fetched by IPv6") {
    if (!has_ipv6()) {
        return;
    }
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem\n")}, {"--iface=::1"});
    const std::string port = std::to_string(server.at().port);
    const Ran ran = run(get_poetry({"[::1]:" + port}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "poem\n");
    CHECK(bytes_told(lines_of(ran.errors), "1", "[::1]:" + port) == 5);
}

TEST_CASE("slow poetry is fetched whole, by several at once") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(300);
    const Server server({folder.write("poem", poem)}, {"--num-bytes=30", "--delay=0.02"});
    const Ran ran = run(get_poetry({server.target(), server.target(), server.target()}));
    CHECK(ran.exit == exited(0));
    CHECK((ran.output == poem + poem + poem));
    CHECK(bytes_told(lines_of(ran.errors), "2", server.target()) == 300);
}

TEST_CASE("bytes that come in quick succession are all told soon, though on fewer lines") {
    PlainServer server;
    Child child = Child::start(get_poetry({server.target()}));
    Connection connection = server.accept();
    Words lines;
    for (int i = 0; i < 100; ++i) {
        connection.say("la la la ");
    }
    while (bytes_told(lines, "1", server.target()) < 900) { // while the server is silent
        await_line(child, Stream::error, {"Task 1: got "}, &lines);
    }
    CHECK(lines.size() < 100);
    connection.close();
    CHECK(finish(child).exit == exited(0));
}

TEST_CASE("a server that waits to be asked for nothing is no trouble to one that is not") {
    PlainServer server;
    Child child = Child::start(get_poetry({server.target()}));
    Connection connection = server.accept();
    connection.say("poem");
    connection.shut_writes();
    CHECK(connection.read_all().empty()); // get-poetry says nothing, and ends when we do
    CHECK(finish(child).output == "poem");
}
