#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("slow poetry arrives whole, whatever the size of its portions") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(1000);
    const std::string path = folder.write("poem", poem);
    for (const char* const portion : {"1", "7", "9223372036854775807"}) {
        CAPTURE(portion);
        const Server server({path}, {"--num-bytes", portion, "--delay", "0.0001"});
        CHECK((connect_to(server.at()).read_all() == poem));
    }
}

TEST_CASE("slow poetry of a poem that is served from its file arrives whole") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(300'000);
    const Server server({folder.write("poem", poem)}, {"--num-bytes=7001", "--delay=0.0001"});
    CHECK((connect_to(server.at()).read_all() == poem));
}

TEST_CASE("a slow poem of no bytes just ends") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "")}, {"--delay", "1000"});
    CHECK(connect_to(server.at()).read_all().empty());
}

TEST_CASE("the first portion comes at once, and no more of it than was asked for") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "12345678901234567890")},
                  {"--num-bytes", "3", "--delay", "1000", "--drain", "0"});
    Connection client = connect_to(server.at());
    CHECK(client.read(3) == "123");
    CHECK(server.end() == exited(0));
    CHECK(client.read_to_the_end().text.empty());
    CHECK_FALSE(lines_with(server.log(), "3 bytes in").empty());
}

TEST_CASE("--delay alone means ten bytes at a time") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "1234567890123")}, {"--delay=1000", "--drain=0"});
    Connection client = connect_to(server.at());
    CHECK(client.read(10) == "1234567890");
    CHECK(server.end() == exited(0));
    CHECK(client.read_to_the_end().text.empty());
}

TEST_CASE("--num-bytes alone means a pause too") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "12345")}, {"--num-bytes=4", "--drain=0"});
    Connection client = connect_to(server.at());
    CHECK(client.read(4) == "1234");
    CHECK(client.read_all() == "5");
}

TEST_CASE("a delay of nothing is no pause") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(100'000);
    const Server server({folder.write("poem", poem)}, {"--delay=0"});
    CHECK((connect_to(server.at()).read_all() == poem));
}

TEST_CASE("the pauses of slow poetry are no stall of the client's") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "123456")},
                  {"--num-bytes=2", "--delay=0.3", "--stall-timeout=0.05"});
    CHECK(connect_to(server.at()).read_all() == "123456");
    server.await_log({"left", "6 bytes in", "finished"});
}

TEST_CASE("slow poetry is read by many at once, each at its own place") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(500);
    const Server server({folder.write("poem", poem)}, {"--num-bytes=50", "--delay=0.02"});
    std::vector<Connection> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(connect_to(server.at()));
    }
    CHECK(count_of_those_who_get(poem, clients) == clients.size());
}
