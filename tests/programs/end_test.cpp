#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("a server that is told to end, and serves nobody, ends at once with status 0") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "poem")}, {"--drain", "1000"});
    CHECK(server.end() == exited(0));
    CHECK(is_deserted(server.at()));
}

TEST_CASE("a server that is told to end lets the poems under way finish, and takes no new ones") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(100);
    Server server({folder.write("poem", poem)}, {"--num-bytes=10", "--delay=0.05", "--drain=1000"});
    Connection client = connect_to(server.at());
    client.read(10);
    REQUIRE(server.child().signal(Signal::interrupt));
    server.await_log({"told to end: 1 clients may finish first"});
    CHECK(is_deserted(server.at()));
    CHECK((client.read_all() == poem.substr(10)));
    client.close();
    CHECK(server.await_end() == exited(0));
    CHECK(lines_with(server.log(), "100 bytes in").size() == 1);
    CHECK(lines_with(server.log(), "finished").size() == 1);
}

TEST_CASE("poems under way at the end have --drain seconds, then they are cut off") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", poem_of(100))},
                  {"--num-bytes=10", "--delay=1000", "--drain=0.1"});
    Connection client = connect_to(server.at());
    client.read(10);
    REQUIRE(server.child().signal(Signal::interrupt));
    CHECK(server.await_end() == exited(0));
    CHECK(client.read_to_the_end().text.empty());
    CHECK(lines_with(server.log(), "ending with 1 clients unfinished").size() == 1);
    CHECK(lines_with(server.log(), "aborted after 10 of 100 bytes").size() == 1);
}

TEST_CASE("a server that is told to end twice ends at once with status 0") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", poem_of(100))},
                  {"--num-bytes=10", "--delay=1000", "--drain=1000"});
    Connection client = connect_to(server.at());
    client.read(10);
    REQUIRE(server.child().signal(Signal::interrupt));
    server.await_log({"told to end"});
    CHECK(server.end() == exited(0));
    CHECK(client.read_to_the_end().text.empty());
    CHECK(lines_with(server.log(), "told to end once more: ending at once").size() == 1);
    CHECK(lines_with(server.log(), "aborted after 10 of 100 bytes").size() == 1);
}

TEST_CASE("a server may be told to end by what ends any program here") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "poem")});
    if (!server.child().signal(Signal::terminate)) {
        MESSAGE("left out: nothing can be told to terminate here without being ended");
        return;
    }
    CHECK(server.await_end() == exited(0));
    CHECK(lines_with(server.log(), "told to end").size() == 1);
}

TEST_CASE("with --drain 0 a server that is told to end does so at once") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", poem_of(100))},
                  {"--num-bytes=10", "--delay=1000", "--drain=0"});
    Connection client = connect_to(server.at());
    client.read(10);
    CHECK(server.end() == exited(0));
    CHECK(client.read_to_the_end().text.empty());
}

TEST_CASE("the port of a server that has ended can be taken at once by the next") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "poem");
    Server first({path});
    const std::string port = std::to_string(first.at().port);
    CHECK(connect_to(first.at()).read_all() == "poem");
    CHECK(first.end() == exited(0));
    Server second({path}, {"--port", port});
    CHECK(connect_to(second.at()).read_all() == "poem");
}

TEST_CASE("a poem that the system has taken whole is delivered, though the server ends at once") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(10'000); // as much as any system takes at once
    Server server({folder.write("poem", poem)}, {"--drain=1000"});
    Connection client = connect_to(server.at());
    client.read(1);
    REQUIRE(server.child().signal(Signal::interrupt));
    server.await_log({"told to end"});
    CHECK(server.end() == exited(0));
    CHECK((client.read_all() == poem.substr(1))); // up to a FIN, not a reset
    CHECK(lines_with(server.log(), "unconfirmed after 10000 of 10000 bytes").size() == 1);
}

TEST_CASE("a poem that is cut off never looks whole, and the log says how much was not delivered") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", poem_of(40'000'000))}, {"--drain=1000"});
    Connection client = connect_to(server.at());
    client.read(1);
    REQUIRE(server.child().signal(Signal::interrupt));
    server.await_log({"told to end"});
    CHECK(server.end() == exited(0));
    CHECK(client.read_to_the_end().failure);
    const Words lines = lines_with(server.log(), "aborted after ");
    REQUIRE(lines.size() == 1);
    CHECK_MESSAGE(contains(lines[0], " of 40000000 bytes; "), lines[0]);
    CHECK_MESSAGE(contains(lines[0], " bytes are not known to have been delivered"), lines[0]);
}
