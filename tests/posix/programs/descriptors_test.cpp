#include "posix/programs/sanitized.hpp"
#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

// A command under a limit of open files, both soft and hard, or soft alone.
Words limited(const std::string& kind, int descriptors, const Words& command) {
    const std::string limit = "ulimit " + kind + " " + std::to_string(descriptors);
    return Words{"/bin/sh", "-c", limit + "; exec \"$0\" \"$@\""} + command;
}

// To look at a pointer, UndefinedBehaviorSanitizer opens a pipe; where it can have none, it takes
// the pointer for a bad one.
bool may_run_out() {
    if (is_sanitized) {
        MESSAGE("left out: a sanitizer needs descriptors of its own");
    }
    return !is_sanitized;
}

// The processor time that a process has used, in ticks of 10 ms or so; -1 where nobody can tell.
long ticks_of(long pid) {
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    if (!std::filesystem::exists(path)) {
        return -1;
    }
    const std::string text = content_of(path);
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) { // proc(5): state is the third field, utime the fourteenth
        fields >> skipped;
    }
    long user = 0;
    long system = 0;
    fields >> user >> system;
    return user + system;
}

} // namespace

TEST_CASE("when descriptors run out clients wait, and all of them are served in the end") {
    if (!may_run_out()) {
        return;
    }
    const TemporaryFolder folder;
    const std::string poem = poem_of(100'000);
    const Server server = Server::started_by(
        limited("-n", 20, poetry_server({"--max-clients=1000000", folder.write("poem", poem)})));
    std::vector<Connection> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(connect_to(server.at()));
    }
    CHECK(count_of_those_who_get(poem, clients) == clients.size());
}

TEST_CASE("without --max-clients a server takes in as many as its descriptors allow") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(100'000);
    Server server =
        Server::started_by(limited("-n", 40, poetry_server({folder.write("poem", poem)})));
    std::vector<Connection> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(connect_to(server.at()));
    }
    CHECK(count_of_those_who_get(poem, clients) == clients.size());
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), "too many open files").empty());
}

TEST_CASE("while descriptors are out the server neither spins nor floods its log") {
    if (!may_run_out()) {
        return;
    }
    const TemporaryFolder folder;
    Server server = Server::started_by(
        limited("-n", 20,
                poetry_server({"--max-clients=1000000", "--num-bytes=5", "--delay=0.4",
                               folder.write("poem", "1234567890123")})));
    std::vector<Connection> clients;
    for (int i = 0; i < 40; ++i) {
        clients.push_back(connect_to(server.at()));
    }
    // Almost a second for each batch of some ten clients.
    CHECK(count_of_those_who_get("1234567890123", clients) == clients.size());
    const long ticks = ticks_of(server.child().pid());
    const long a_second = ::sysconf(_SC_CLK_TCK);
    CHECK(ticks < a_second / 2); // one that spins takes all there is
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), "too many open files").size() >= 1);
    CHECK(lines_with(server.log(), "too many open files").size() <= 10);
    CHECK(lines_with(server.log(), "new clients wait").size() >= 1);
    CHECK(lines_with(server.log(), " came for ").size() == clients.size());
    CHECK(lines_with(server.log(), " left: ").size() == clients.size());
}

TEST_CASE("a shortage that comes and goes with every client is not logged every time") {
    if (!may_run_out()) {
        return;
    }
    const TemporaryFolder folder;
    const std::string poem = poem_of(1000);
    Server server = Server::started_by(
        limited("-n", 20, poetry_server({"--max-clients=1000", folder.write("poem", poem)})));
    std::vector<Connection> waiting;
    for (int i = 0; i < 300; ++i) {
        waiting.push_back(connect_to(server.at()));
    }
    for (Connection& client : waiting) { // one leaves, and so one comes
        REQUIRE((client.read_all() == poem));
        client.close();
    }
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), " left: ").size() == waiting.size());
    CHECK(lines_with(server.log(), "too many open files").size() >= 1);
    CHECK(lines_with(server.log(), "too many open files").size() <= 10);
}

TEST_CASE("a server that was asked for more clients than its soft limit allows raises that") {
    const TemporaryFolder folder;
    Server server = Server::started_by(
        limited("-S -n", 20,
                poetry_server({"--max-clients=60", "--num-bytes=5", "--delay=1000",
                               folder.write("poem", "1234567890")})));
    std::vector<Connection> clients;
    for (int i = 0; i < 60; ++i) {
        clients.push_back(connect_to(server.at()));
    }
    for (Connection& client : clients) { // all at once, since nobody leaves
        REQUIRE(client.read(5) == "12345");
    }
}

TEST_CASE("a server that could never serve anybody says so and ends, any other serves") {
    if (!may_run_out()) {
        return;
    }
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem");
    for (const int descriptors : {5, 6, 7, 8}) {
        CAPTURE(descriptors);
        check_failed(limited("-n", descriptors, poetry_server({poem})),
                     {"too many open files", "give it more descriptors (ulimit -n)"});
    }
    for (const int descriptors : {10, 11, 12}) {
        CAPTURE(descriptors);
        const Server server = Server::started_by(limited("-n", descriptors, poetry_server({poem})));
        for (int i = 0; i < 3; ++i) {
            CHECK(connect_to(server.at()).read_all() == "poem");
        }
    }
}

TEST_CASE("get-poetry under a low limit names what it could not fetch, and delivers the rest") {
    if (!may_run_out()) {
        return;
    }
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem\n")}, {"--num-bytes=4", "--delay=0.3"});
    Words targets;
    for (int i = 0; i < 30; ++i) {
        targets.push_back(server.target());
    }
    const Ran ran = run(limited("-n", 16, get_poetry(targets)));
    CHECK(ran.exit == exited(1));
    const Words lines = lines_of(ran.errors);
    const std::size_t fetched = lines_with(lines, ": 5 bytes of poetry").size();
    CHECK(fetched >= 1);
    CHECK(fetched + lines_with(lines, "too many open files").size() == targets.size());
    CHECK(lines_of(ran.output).size() == fetched);
}

TEST_CASE("the sockets of a server never get the number of a standard stream") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(200'000);
    const std::string path = folder.write("poem", poem);
    for (const auto& [input, error] :
         {std::pair(Plug::closed, Plug::pipe), std::pair(Plug::null_device, Plug::closed),
          std::pair(Plug::closed, Plug::closed)}) {
        ChildOptions options;
        options.input = input;
        options.error = error;
        Server server({path}, {}, options);
        for (int i = 0; i < 5; ++i) {
            CHECK((connect_to(server.at()).read_all() == poem));
        }
        CHECK(server.end() == exited(0));
    }
}

TEST_CASE("with all standard streams closed the poem is the poem, and the log is the log") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(200'000);
    const std::string fifo = folder.at("log");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    // Its log goes to a pipe that a cat reads for us, since it has nowhere else to say its port.
    Child log = Child::start({"/bin/cat", fifo});
    ChildOptions options;
    options.input = Plug::closed;
    options.output = Plug::closed;
    options.error = Plug::closed;
    const int keeper = ::open(fifo.c_str(), O_WRONLY); // waits for the reader
    Child server = Child::start(
        poetry_server({"--log-level=debug", "--log-file", fifo, folder.write("poem", poem)}),
        options);
    const std::string line = await_line(log, Stream::output, {" debug serving "});
    ::close(keeper);
    const std::size_t colon = line.rfind(':');
    const auto port = parse_port(line.substr(colon + 1));
    REQUIRE(port);
    const Endpoint there = Endpoint::loopback(Family::ipv4, *port);
    Connection client = connect_to(there);
    CHECK((client.read_all() == poem));
    client.close();
    Words lines;
    await_line(log, Stream::output, {client.name() + " left", "200000 bytes in", "finished"},
               &lines);
    CHECK(lines.size() == 2);
    REQUIRE(server.signal(Signal::terminate));
    CHECK(server.wait() == exited(0));
    CHECK(log.wait() == exited(0)); // the end of the pipe
}

TEST_CASE("get-poetry with closed streams never mixes what it says with what it reads") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem\n")});
    ChildOptions options;
    options.input = Plug::closed;
    options.error = Plug::closed;
    const Ran ran = run(get_poetry({server.target(), server.target()}), options);
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == "poem\npoem\n");
    options.output = Plug::closed;
    CHECK(run(get_poetry({"--output", folder.at("shelf"), server.target()}), options).exit ==
          exited(0));
    CHECK(content_of(folder.at("shelf") + "/127.0.0.1-" + std::to_string(server.at().port) +
                     ".txt") == "poem\n");
}
