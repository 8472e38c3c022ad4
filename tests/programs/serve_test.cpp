#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::size_t mb = 1'000'000;

std::vector<Connection> crowd_at(const Server& server, int size) {
    std::vector<Connection> clients;
    for (int i = 0; i < size; ++i) {
        clients.push_back(connect_to(server.at()));
    }
    return clients;
}

} // namespace

TEST_CASE("poems of all lengths arrive byte for byte, and end with a FIN") {
    const TemporaryFolder folder;
    const std::vector<std::size_t> lengths{0, 1, 3000, 65535, 65536, 65537, 200'000, 3'000'000};
    Words paths;
    for (const std::size_t bytes : lengths) {
        paths.push_back(folder.write(std::to_string(bytes), poem_of(bytes)));
    }
    Server server(paths);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        CAPTURE(lengths[i]);
        CHECK((connect_to(server.at(i)).read_all() == poem_of(lengths[i])));
        server.await_log({" left: ", std::to_string(lengths[i]) + " bytes in", "finished"});
    }
}

TEST_CASE("a poem is served again and again") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "again\n")});
    for (int i = 0; i < 100; ++i) {
        CHECK(connect_to(server.at()).read_all() == "again\n");
    }
}

TEST_CASE("many clients get a short poem at once, each on its own") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(3003);
    const Server server({folder.write("poem", poem)});
    auto clients = crowd_at(server, 200);
    CHECK(count_of_those_who_get(poem, clients) == clients.size());
}

TEST_CASE("many clients get 16 MB at once, each all of it") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(16 * mb);
    const Server server({folder.write("poem", poem)});
    auto clients = crowd_at(server, 12);
    CHECK(count_of_those_who_get(poem, clients) == clients.size());
}

TEST_CASE("several poems are served at once, each on its own port") {
    const TemporaryFolder folder;
    const std::string epic = poem_of(2 * mb);
    Server server(
        {folder.write("ode", "an ode"), folder.write("epic", epic), folder.write("nothing", "")});
    Connection first = connect_to(server.at(1));
    Connection second = connect_to(server.at(0));
    Connection third = connect_to(server.at(2));
    CHECK(third.read_all().empty());
    CHECK(second.read_all() == "an ode");
    CHECK((first.read_all() == epic));
}

TEST_CASE("the same poem may be served on two ports") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "twice");
    Server server({path, path});
    CHECK(server.at(0).port != server.at(1).port);
    CHECK(connect_to(server.at(0)).read_all() == "twice");
    CHECK(connect_to(server.at(1)).read_all() == "twice");
}

TEST_CASE("a poem may have a name in any script, and arrives the same") {
    const TemporaryFolder folder;
    const std::string path =
        folder.write("\xd0\xbe\xd0\xb4\xd0\xb0 \xe4\xbf\xb3 \xc3\xb6.txt", "in any script");
    Server server({path});
    CHECK(server.announcements()[0] == "Serving " + path + " on " + server.target() + ".");
    CHECK(connect_to(server.at()).read_all() == "in any script");
    server.await_log({" left: " + path + ", 13 bytes in "});
}

TEST_CASE("a client beyond --max-clients waits, and is served when another leaves") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "one at a time")},
                  {"--max-clients", "2", "--num-bytes=4", "--delay=1000"});
    Connection first = connect_to(server.at());
    Connection second = connect_to(server.at());
    CHECK(first.read(4) == "one ");
    CHECK(second.read(4) == "one ");
    Connection third = connect_to(server.at());
    server.await_log({second.name(), "came for"});
    // The third would have been told of before the departure.
    first.reset();
    server.await_log({first.name(), "left"});
    CHECK(lines_with(server.log(), third.name()).empty());
    CHECK(third.read(4) == "one ");
    server.await_log({third.name(), "came for"});
}

TEST_CASE("--max-clients counts the clients of all ports together") {
    const TemporaryFolder folder;
    Server server({folder.write("ode", "an ode"), folder.write("epic", "an epic")},
                  {"--max-clients=1", "--num-bytes=3", "--delay=1000"});
    Connection first = connect_to(server.at(0));
    CHECK(first.read(3) == "an ");
    Connection second = connect_to(server.at(1));
    first.reset();
    CHECK(second.read(3) == "an ");
    server.await_log({second.name(), "came for"});
    const Words& log = server.log();
    REQUIRE(log.size() >= 3);
    CHECK(contains(log[0], first.name() + " came for"));
    CHECK(contains(log[1], first.name() + " left"));
    CHECK(contains(log[2], second.name() + " came for"));
}

TEST_CASE("with --max-clients 1 a queue of clients is served one by one") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(100'000);
    const Server server({folder.write("poem", poem)}, {"--max-clients", "1"});
    auto clients = crowd_at(server, 30);
    CHECK(count_of_those_who_get(poem, clients) == clients.size());
}
