// `send-probe watch` where stdout is no terminal.

#include "programs/clients.hpp"
#include "programs/programs.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

Words watch(const Words& arguments) {
    return Words{CAESURA_SEND_PROBE, "watch"} + arguments;
}

// Of `..., NAME 1,234 B, ...`.
std::uint64_t bytes_in(const std::string& line, const std::string& name) {
    CAPTURE(line);
    const std::size_t at = line.find(name + " ");
    REQUIRE(at != std::string::npos);
    std::string digits;
    for (std::size_t i = at + name.size() + 1; line[i] == ',' || line[i] >= '0'; ++i) {
        if (line[i] != ',') {
            digits += line[i];
        }
    }
    return std::stoull(digits);
}

} // namespace

TEST_CASE("send-probe watch of a simulated system says where every byte is, the same each time") {
    const Words command = watch({"--system", "linux", "--write-size", "1000,64K"});
    const Ran ran = run(command);
    CHECK(ran.exit == exited(0));
    CHECK(ran.errors.empty());
    CHECK(run(command).output == ran.output);
    const Words blocked = lines_with(lines_of(ran.output), "[1/2] sweep: writes of 1000 bytes, "
                                                           "sndbuf unset: blocked; ");
    REQUIRE_FALSE(blocked.empty());
    const std::string& line = blocked.back();
    CHECK(bytes_in(line, "queue") == 1000);
    CHECK(bytes_in(line, "kernel unsent") > 1'000'000);
    CHECK(bytes_in(line, "receiver") > 10'000);
    CHECK(bytes_in(line, "delivered") == 0);
    const Words last = lines_with(lines_of(ran.output), "[2/2] sweep");
    REQUIRE_FALSE(last.empty());
    CHECK(contains(last.back(), ": reading; "));
    CHECK(bytes_in(last.back(), "delivered") > 0);
}

TEST_CASE("send-probe watch says `unknown` of what a system does not tell") {
    const Ran ran = run(watch({"--system", "winsock-win10", "--write-size", "64K"}));
    CHECK(ran.exit == exited(0));
    for (const std::string& line : lines_of(ran.output)) {
        CHECK_MESSAGE(contains(line, "kernel unsent unknown, in flight unknown, receiver "), line);
    }
}

TEST_CASE("send-probe watch looks on at a sweep of this system") {
    const Ran ran = run(watch({"--write-size", "64K", "--settle", "0.05"}));
    CHECK(ran.exit == exited(0));
    CHECK(ran.errors.empty());
    CHECK(contains(ran.output, "[1/1] sweep: writes of 65536 bytes, sndbuf unset: "));
    CHECK_FALSE(contains(ran.output, "\x1b"));
}

TEST_CASE("send-probe watch is the reader of a download, up to its FIN") {
    PlainServer server;
    Child child = Child::start(watch({"--to", server.target()}));
    Connection connection = server.accept();
    connection.say("first ");
    await_line(child, Stream::output, {"delivered 6 B"});
    connection.say("second");
    connection.close();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(0));
    CHECK(ran.errors.empty());
    const Words lines = lines_of(ran.output);
    REQUIRE_FALSE(lines.empty());
    CHECK(contains(lines.back(), "download from " + server.target() +
                                     ", reader resumes: over: "
                                     "fin; queue unknown"));
    CHECK(contains(lines.back(), "receiver 0 B, delivered 12 B"));
}

TEST_CASE("send-probe watch reads over IPv6 and by name, and says of a reset that it was one") {
    PlainServer server(Family::ipv6);
    Child child = Child::start(watch({"--to", server.target(), "--reader", "slow:1000"}));
    Connection connection = server.accept();
    connection.say("first ");
    await_line(child, Stream::output, {"delivered 6 B"});
    connection.reset();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    CHECK(contains(ran.output, "over: connection reset"));
}

TEST_CASE("a reader that is stalled shows what piles up before it, until it is told to end") {
    PlainServer server;
    Child child = Child::start(
        watch({"--to", "localhost:" + std::to_string(server.port()), "--reader", "stalled"}));
    Connection connection = server.accept();
    connection.say("twelve bytes");
    await_line(child, Stream::output, {"receiver 12 B, delivered 0 B"});
    REQUIRE(child.signal(Signal::interrupt));
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(0));
    REQUIRE_FALSE(ran.output.empty());
    CHECK(lines_of(ran.output).back() == "interrupted");
}

TEST_CASE("a sweep that is watched ends in order when it is told to") {
    Child child =
        Child::start(watch({"--write-size", "1", "--reader", "slow:1", "--patience", "600"}));
    await_line(child, Stream::output, {"sweep"});
    REQUIRE(child.signal(Signal::interrupt));
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(0));
    CHECK(ran.errors.empty());
    REQUIRE_FALSE(ran.output.empty());
    CHECK(lines_of(ran.output).back() == "interrupted");
}

TEST_CASE("send-probe watch says in one line why there is nothing to watch") {
    const std::string nobody = PlainServer().target();
    check_failed(watch({"--to", nobody}), {nobody, "refused"});
    check_failed(watch({"--to", "nowhere.invalid:7"}), {"nowhere.invalid:7"});
}
