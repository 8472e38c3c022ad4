#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <regex>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr const char* stamp = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z )";

bool is_line(const std::string& line, const std::string& level, const std::string& start,
             const std::string& rest_form) {
    std::smatch match;
    const std::regex head(stamp + level + " (.*)");
    if (!std::regex_match(line, match, head)) {
        return false;
    }
    const std::string text = match[1];
    return text.substr(0, start.size()) == start &&
           std::regex_match(text.substr(std::min(start.size(), text.size())),
                            std::regex(rest_form));
}

} // namespace

TEST_CASE("the log has a line when a client comes, and one when it has gone") {
    const TemporaryFolder folder;
    const std::string path = folder.write("ode.txt", "an ode");
    Server server({path});
    Connection client = connect_to(server.at());
    CHECK(client.read_all() == "an ode");
    client.close();
    const std::string came = server.await_log({"came"});
    const std::string left = server.await_log({"left"});
    CHECK_MESSAGE(is_line(came, "info", client.name() + " came for " + path, ""), came);
    CHECK_MESSAGE(is_line(left, "info", client.name() + " left: " + path,
                          R"(, 6 bytes in \d+\.\d{3} s, finished)"),
                  left);
    CHECK(server.end() == exited(0));
    REQUIRE(server.log().size() == 3);
    CHECK(is_line(server.log()[2], "info", "told to end: 0 clients may finish first", ""));
}

TEST_CASE("an IPv6 client is logged in brackets") {
    const TemporaryFolder folder;
    const std::string path = folder.write("ode.txt", "an ode");
    Server server({path}, {"--iface=::1"});
    Connection client = connect_to(server.at());
    CHECK(contains(client.name(), "[::1]:"));
    CHECK(contains(server.await_log({"came"}), " " + client.name() + " came for "));
}

TEST_CASE("a reset is logged with how far the poem had come") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", poem_of(20'000'000));
    Server server({path});
    Connection client = connect_to(server.at());
    client.read(1000);
    client.reset();
    const std::string left = server.await_log({"left"});
    CHECK_MESSAGE(is_line(left, "info", client.name() + " left: " + path,
                          R"(, \d+ bytes in \d+\.\d{3} s, )"
                          R"(reset by peer after \d+ of 20000000 bytes: .+ \(\d+\); )"
                          R"(\d+ bytes are not known to have been delivered )"
                          R"(\(queued \d+, handed over \d+, unacknowledged (\d+|unknown), )"
                          R"(unsent (\d+|unknown) bytes\))"),
                  left);
}

TEST_CASE("a client that keeps its side open is logged as unconfirmed after the drain limit") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "all of it")}, {"--drain=0.05"});
    Connection client = connect_to(server.at());
    CHECK(client.read_all() == "all of it");
    CHECK(contains(server.await_log({"left"}), ", unconfirmed after 9 of 9 bytes"));
}

TEST_CASE("without a drain limit to wait for, the server closes at once") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "all of it")}, {"--drain", "0"});
    Connection client = connect_to(server.at());
    CHECK(contains(server.await_log({"left"}), ", unconfirmed after 9 of 9 bytes"));
    CHECK(client.read_all() == "all of it");
}

TEST_CASE("nothing a peer says gets into the log") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "poem")});
    for (const char* const words : {"GET /secret HTTP/1.1\r\n\r\n", "\x1b[31mred alert\x1b[0m\n",
                                    "2026-01-01T00:00:00.000Z error a line of my own\n"}) {
        Connection client = connect_to(server.at());
        client.say(words);
        CHECK(client.read_all() == "poem");
    }
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), "secret").empty());
    CHECK(lines_with(server.log(), "red alert").empty());
    CHECK(lines_with(server.log(), "of my own").empty());
    for (const std::string& line : server.log()) {
        CHECK_MESSAGE(is_line(line, "info", "", "[ -~]*"), line);
    }
}

TEST_CASE("a log level leaves out what is beneath it") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "poem");
    for (const char* const level : {"error", "warning"}) {
        CAPTURE(level);
        Server server({path}, {"--log-level", level});
        CHECK(connect_to(server.at()).read_all() == "poem");
        CHECK(server.end() == exited(0));
        CHECK(server.log().empty());
    }
}

TEST_CASE("at the level debug the log tells what is served where") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "poem");
    Server server({path}, {"--log-level=debug"});
    const std::string line = server.await_log({"serving"});
    CHECK_MESSAGE(is_line(line, "debug", "serving " + path + " on " + server.target(), ""), line);
    CHECK(connect_to(server.at()).read_all() == "poem");
    server.await_log({" info ", "came"});
}

TEST_CASE("a log file is added to, and then stderr has nothing") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "poem");
    const std::string log = folder.write("server.log", "from before\n");
    Server server({path}, {"--log-file", log});
    Connection client = connect_to(server.at());
    CHECK(client.read_all() == "poem");
    client.close();
    CHECK(server.end() == exited(0));
    CHECK(server.log().empty());
    const Words lines = lines_of(content_of(log));
    REQUIRE(lines.size() >= 4);
    CHECK(lines[0] == "from before");
    CHECK(contains(lines[1], client.name() + " came for " + path));
    CHECK(lines_with(lines, client.name() + " left: " + path).size() == 1);
}

TEST_CASE("a log file may have a name in any script, and lie where the server was started") {
    const TemporaryFolder folder;
    folder.write("poem", "poem");
    ChildOptions options;
    options.folder = folder.at("");
    Server server({"poem"}, {"--log-file=\xe6\x97\xa5\xe8\xa8\x98.log"}, options);
    CHECK(connect_to(server.at()).read_all() == "poem");
    CHECK(server.end() == exited(0));
    CHECK(contains(content_of(folder.at("\xe6\x97\xa5\xe8\xa8\x98.log")), " came for poem\n"));
}

TEST_CASE("each client that comes and goes has its line, or is in the count of those without") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", "short")});
    constexpr int clients = 800;
    for (int i = 0; i < clients; ++i) {
        Connection client = connect_to(server.at());
        REQUIRE(client.read_all() == "short");
    }
    CHECK(server.end() == exited(0));
    std::size_t told = 0;
    for (const std::string& line : server.log()) {
        std::smatch match;
        const std::regex form(".* (\\d+) more lines about clients left out in one second");
        if (std::regex_match(line, match, form)) {
            told += std::stoul(match[1]);
        }
    }
    told += lines_with(server.log(), " came for ").size();
    told += lines_with(server.log(), " left: ").size();
    CHECK(told == 2 * clients);
}

TEST_CASE("a log that nobody reads, or that cannot be written, never stops service") {
    const TemporaryFolder folder;
    const std::string path = folder.write(std::string(150, 'p'), "served all the same");
    for (const Plug plug : {Plug::unread_pipe, Plug::broken_pipe, Plug::closed}) {
        CAPTURE(static_cast<int>(plug));
        ChildOptions options;
        options.error = plug;
        Server server({path}, {}, options);
        for (int i = 0; i < 300; ++i) { // more lines than any pipe holds
            REQUIRE(connect_to(server.at()).read_all() == "served all the same");
        }
        if (plug != Plug::closed) { // Wine finds no way to the console of such a process
            CHECK(server.end() == exited(0));
        }
    }
}
