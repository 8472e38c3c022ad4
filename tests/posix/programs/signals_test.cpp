#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <regex>

using namespace caesura;
using namespace caesura::testing;

namespace {

std::string fetch_from(const Server& server) {
    Connection client = connect_to(server.at());
    REQUIRE(client.read_all() == "poem");
    return client.name();
}

// Keeps the server turning until what a signal asked for can be seen.
template <class Condition>
void fetch_until(const Server& server, Condition condition) {
    constexpr int far_too_many = 100'000;
    int fetches = 0;
    while (!condition()) {
        fetch_from(server);
        REQUIRE(++fetches < far_too_many);
    }
}

} // namespace

TEST_CASE("SIGHUP opens the log file anew, so that an old one can be moved away") {
    const TemporaryFolder folder;
    const std::string log = folder.at("log");
    Server server({folder.write("poem", "poem")}, {"--log-file", log});
    const std::string before = fetch_from(server);
    std::filesystem::rename(log, folder.at("log.1"));
    REQUIRE(server.child().signal(Signal::hang_up));
    fetch_until(server, [&] { return std::filesystem::exists(log); });
    const std::string after = fetch_from(server);
    CHECK(server.end() == exited(0));
    CHECK(contains(content_of(folder.at("log.1")), before + " came"));
    CHECK_FALSE(contains(content_of(folder.at("log.1")), after + " came"));
    CHECK(contains(content_of(log), after + " came"));
    CHECK(contains(content_of(log), after + " left"));
    CHECK_FALSE(contains(content_of(log), before + " came"));
}

TEST_CASE("a log file that cannot be opened anew is told, and logging goes on as before") {
    const TemporaryFolder folder;
    const std::string log = folder.at("log");
    Server server({folder.write("poem", "poem")}, {"--log-file", log});
    fetch_from(server);
    std::filesystem::rename(log, folder.at("log.1"));
    std::filesystem::create_directory(log);
    REQUIRE(server.child().signal(Signal::hang_up));
    const auto is_told = [&] {
        return contains(content_of(folder.at("log.1")), " error " + log + ": is a directory");
    };
    fetch_until(server, is_told);
    const std::string after = fetch_from(server);
    CHECK(server.end() == exited(0));
    const std::string text = content_of(folder.at("log.1"));
    CHECK(contains(text, "logging goes on as before"));
    CHECK(contains(text, after + " came"));
}

TEST_CASE("SIGHUP without a log file changes nothing") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "poem")});
    REQUIRE(server.child().signal(Signal::hang_up));
    for (int i = 0; i < 10; ++i) { // it is told in one of these turns
        fetch_from(server);
    }
    const std::string after = fetch_from(server);
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), after + " came").size() == 1);
}

TEST_CASE("SIGUSR1 logs the ledger of each connection, and a total") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", poem_of(100));
    Server server({path}, {"--num-bytes=10", "--delay=1000"});
    Connection first = connect_to(server.at());
    Connection second = connect_to(server.at());
    first.read(10);
    second.read(10);
    REQUIRE(server.child().signal(Signal::user1));
    const std::string total = server.await_log({"clients in all"});
    const std::string ledger = R"(queued 0, handed over 10, )"
                               R"(unacknowledged (\d+|unknown), unsent (\d+|unknown) bytes)";
    for (const Connection* const client : {&first, &second}) {
        const Words lines = lines_with(server.log(), client->name() + " has ");
        REQUIRE(lines.size() == 1);
        CHECK_MESSAGE(std::regex_match(lines[0], std::regex(".* info " + client->name() + " has " +
                                                            path + ", 100 bytes: " + ledger)),
                      lines[0]);
    }
    CHECK_MESSAGE(
        std::regex_match(total, std::regex(R"(.* info 2 clients in all: queued 0, handed over 20, )"
                                           R"(unacknowledged .*, unsent .* bytes)")),
        total);
    REQUIRE(server.child().signal(Signal::user1));
    server.await_log({"2 clients in all"});
}

TEST_CASE("SIGUSR1 with nobody there logs just that") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "poem")});
    REQUIRE(server.child().signal(Signal::user1));
    server.await_log(
        {"0 clients in all: queued 0, handed over 0, unacknowledged 0, unsent 0 bytes"});
}

TEST_CASE("get-poetry dies by what kills any program, and its server does not mind") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", poem_of(1'000'000))}, {"--num-bytes=10", "--delay=0.05"});
    Child child = Child::start(get_poetry({server.target()}));
    await_line(child, Stream::error, {"Task 1: got "});
    REQUIRE(child.signal(Signal::terminate));
    CHECK(child.wait().manner == Exit::Manner::signalled);
    server.await_log({"left", "of 1000000 bytes"});
}
