#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

using namespace caesura;
using namespace caesura::testing;

namespace {

// The names in a folder, sorted.
Words names_in(const std::string& folder) {
    Words names;
    for (const auto& entry : std::filesystem::directory_iterator(standard_path(folder))) {
        const std::u8string name = entry.path().filename().u8string();
        names.emplace_back(name.begin(), name.end());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string port_of(const Server& server, std::size_t poem = 0) {
    return std::to_string(server.at(poem).port);
}

} // namespace

TEST_CASE("with --output each poem gets a file of its own, named after where it came from") {
    const TemporaryFolder folder;
    const std::string long_poem = poem_of(3'000'000);
    const Server server({folder.write("one", "one\r\n"), folder.write("two", long_poem)});
    const std::string shelf = folder.at("new/shelf \xd0\xb6");
    const Ran ran = run(get_poetry({"--output", shelf, server.target(0), port_of(server, 1)}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output.empty());
    CHECK(contains(lines_of(ran.errors).back(), "Got 2 poems in "));
    Words expected{"127.0.0.1-" + port_of(server, 0) + ".txt",
                   "127.0.0.1-" + port_of(server, 1) + ".txt"};
    CHECK(content_of(shelf + "/" + expected[0]) == "one\r\n");
    CHECK((content_of(shelf + "/" + expected[1]) == long_poem));
    std::sort(expected.begin(), expected.end());
    CHECK(names_in(shelf) == expected);
}

TEST_CASE("a file takes the place of an older one, and only when whole") {
    const TemporaryFolder folder;
    PlainServer server;
    const std::string name = "127.0.0.1-" + std::to_string(server.port()) + ".txt";
    const std::string path = folder.write(name, "the old poem, which is longer");
    Child child = Child::start(get_poetry({"--output", folder.at(""), server.target()}));
    Connection connection = server.accept();
    connection.say("the new");
    await_line(child, Stream::error, {"Task 1: got 7 bytes"});
    CHECK(content_of(path) == "the old poem, which is longer");
    connection.say(" poem");
    connection.close();
    CHECK(finish(child).exit == exited(0));
    CHECK(content_of(path) == "the new poem");
    CHECK(names_in(folder.at("")) == Words{name});
}

TEST_CASE("a poem that is cut off stays in its .part file, and the others are whole") {
    const TemporaryFolder folder;
    const std::string shelf = folder.at("shelf");
    const Server good({folder.write("poem", "whole")});
    PlainServer bad;
    Child child = Child::start(get_poetry({"--output", shelf, bad.target(), good.target()}));
    Connection connection = bad.accept();
    connection.say("half a");
    await_line(child, Stream::error, {"Task 1: got 6 bytes"});
    connection.reset();
    CHECK(finish(child).exit == exited(1));
    const std::string part = "127.0.0.1-" + std::to_string(bad.port()) + ".txt.part";
    const std::string whole = "127.0.0.1-" + port_of(good) + ".txt";
    CHECK(content_of(shelf + "/" + part) == "half a");
    CHECK(content_of(shelf + "/" + whole) == "whole");
    CHECK(names_in(shelf).size() == 2);
}

TEST_CASE("a poem that was refused leaves no file") {
    const TemporaryFolder folder;
    const std::string shelf = folder.at("shelf");
    const std::string nobody = PlainServer().target();
    const Ran ran = run(get_poetry({"--output=" + shelf, nobody}));
    CHECK(ran.exit == exited(1));
    CHECK(names_in(shelf).empty());
}

TEST_CASE("a poem of no bytes gets a file of no bytes") {
    const TemporaryFolder folder;
    const std::string shelf = folder.at("shelf");
    const Server server({folder.write("nothing", "")});
    CHECK(run(get_poetry({"--output", shelf, server.target()})).exit == exited(0));
    CHECK(content_of(shelf + "/127.0.0.1-" + port_of(server) + ".txt").empty());
}

TEST_CASE("targets that would have the same file name get different ones") {
    const TemporaryFolder folder;
    const std::string shelf = folder.at("shelf");
    const Server server({folder.write("poem", "the same")});
    const std::string port = port_of(server);
    // The last two differ in case only, which some file systems do not see.
    const Ran ran = run(get_poetry({"--output", shelf, port, port, "127.0.0.1:" + port,
                                    "localhost:" + port, "LOCALHOST:" + port}));
    CHECK(ran.exit == exited(0));
    Words expected{"127.0.0.1-" + port + ".txt", "127.0.0.1-" + port + "-2.txt",
                   "127.0.0.1-" + port + "-3.txt", "localhost-" + port + ".txt",
                   "LOCALHOST-" + port + "-2.txt"};
    std::sort(expected.begin(), expected.end());
    CHECK(names_in(shelf) == expected);
    for (const std::string& name : expected) {
        CHECK(content_of(shelf + "/" + name) == "the same");
    }
}

TEST_CASE("an IPv6 address is fit for a file name") {
    if (!has_ipv6()) {
        return;
    }
    const TemporaryFolder folder;
    const std::string shelf = folder.at("shelf");
    const Server server({folder.write("poem", "six")}, {"--iface", "::1"});
    CHECK(run(get_poetry({"--output", shelf, server.target()})).exit == exited(0));
    CHECK(content_of(shelf + "/__1-" + port_of(server) + ".txt") == "six");
}

TEST_CASE("a poem whose file cannot be written is named, and the others are delivered") {
    const TemporaryFolder folder;
    const Server server({folder.write("one", "one"), folder.write("two", "two")});
    const std::string shelf = folder.at("shelf");
    const std::string taken = "127.0.0.1-" + port_of(server, 0) + ".txt";
    // A folder stands where the first one's file should go.
    std::filesystem::create_directories(standard_path(shelf + "/" + taken + ".part/in the way"));
    const Ran ran = run(get_poetry({"--output", shelf, server.target(0), server.target(1)}));
    CHECK(ran.exit == exited(1));
    const Words failed = lines_with(lines_of(ran.errors), "Task 1: failed after 0 bytes");
    REQUIRE(failed.size() == 1);
    CHECK_MESSAGE(contains(failed[0], taken + ".part: "), failed[0]);
    CHECK(content_of(shelf + "/127.0.0.1-" + port_of(server, 1) + ".txt") == "two");
}
