#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Where nobody listens, or not any more.
std::string deserted_target() {
    return PlainServer().target();
}

// The one line that tells how a task failed.
std::string failure_of(const Ran& ran, const std::string& task) {
    const Words lines = lines_with(lines_of(ran.errors), "Task " + task + ": failed after ");
    CHECK(lines.size() == 1);
    return lines.empty() ? "" : lines[0];
}

// A listener whose queue is full, so that a connect to it gets no answer. Where such a queue cannot
// be filled, connects are taken in, and then nothing is said.
class SilentServer {
public:
    SilentServer() {
        auto listener = this_system().sockets().listen(Endpoint::loopback(Family::ipv4), 1);
        REQUIRE(listener);
        listener_ = std::move(*listener);
        const auto local = this_system().sockets().local(listener_.get());
        REQUIRE(local);
        target_ = to_string(*local);
        for (int i = 0; i < 8; ++i) {
            auto socket = this_system().sockets().open(Family::ipv4);
            REQUIRE(socket);
            const Failure failure = this_system().sockets().connect(socket->get(), *local);
            REQUIRE((!failure || failure.error == Error::would_block));
            waiting_.push_back(std::move(*socket));
        }
    }

    const std::string& target() const { return target_; }

private:
    SocketOwner listener_;
    std::vector<SocketOwner> waiting_;
    std::string target_;
};

} // namespace

TEST_CASE("a poem that is refused is named, and the others are delivered") {
    const TemporaryFolder folder;
    const Server server({folder.write("one", "one\n"), folder.write("two", "two\n")});
    const std::string nobody = deserted_target();
    const Ran ran = run(get_poetry({server.target(0), nobody, server.target(1)}));
    CHECK(ran.exit == exited(1));
    CHECK(ran.output == "one\ntwo\n");
    const std::string line = failure_of(ran, "2");
    CHECK_MESSAGE(contains(line, "failed after 0 bytes of poetry from " + nobody + ": refused"),
                  line);
    CHECK(contains(lines_of(ran.errors).back(), "Got 2 poems in "));
}

TEST_CASE("a poem that is cut off is printed as far as it came, and the others are delivered") {
    const TemporaryFolder folder;
    const Server good({folder.write("poem", "the end\n")});
    PlainServer bad;
    Child child = Child::start(get_poetry({bad.target(), good.target()}));
    Connection connection = bad.accept();
    connection.say("half a line");
    await_line(child, Stream::error, {"Task 1: got 11 bytes of poetry from " + bad.target()});
    connection.reset();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    CHECK(ran.output == "half a linethe end\n");
    const std::string line = failure_of(ran, "1");
    CHECK_MESSAGE(
        contains(line, "failed after 11 bytes of poetry from " + bad.target() + ": reset by peer"),
        line);
}

TEST_CASE("a poem that is cut off while it waits for its turn is printed as far as it came") {
    PlainServer first;
    PlainServer second;
    Child child = Child::start(get_poetry({first.target(), second.target()}));
    Connection one = first.accept();
    Connection two = second.accept();
    const std::string half = poem_of(1'500'000); // it waits in a file
    two.say(half);
    std::uint64_t got = 0;
    while (got < half.size()) {
        const auto line = child.read_line(Stream::error);
        REQUIRE(line);
        REQUIRE(contains(*line, "Task 2: got "));
        got += std::stoull(line->substr(std::string("Task 2: got ").size()));
    }
    two.reset();
    CHECK(contains(child.read_line(Stream::error).value_or(""), "Task 2: failed after 1500000 "));
    one.say("whole\n");
    one.close();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    CHECK((ran.output == "whole\n" + half));
}

TEST_CASE("a server that says nothing in time is given up, and the others are delivered") {
    const TemporaryFolder folder;
    const Server good({folder.write("poem", "in time\n")});
    PlainServer bad;
    Child child = Child::start(get_poetry({"--timeout", "0.3", bad.target(), good.target()}));
    Connection connection = bad.accept();
    connection.say("and then ");
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    CHECK(ran.output == "and then in time\n");
    CHECK(contains(failure_of(ran, "1"), ": timed out"));
    CHECK(connection.read_to_the_end().failure); // told so by a reset
}

TEST_CASE("a server that does not answer in time is given up, and the others are delivered") {
    const TemporaryFolder folder;
    const Server good({folder.write("poem", "in time\n")});
    const SilentServer bad;
    const Ran ran = run(get_poetry({"--timeout=0.3", bad.target(), good.target()}));
    CHECK(ran.exit == exited(1));
    CHECK(ran.output == "in time\n");
    CHECK(contains(failure_of(ran, "1"), ": timed out"));
}

TEST_CASE("the timeout is for each silence, not for the whole poem") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(40);
    const Server server({folder.write("poem", poem)}, {"--num-bytes=2", "--delay=0.1"});
    const Ran ran = run(get_poetry({"--timeout=1.5", server.target()}));
    CHECK(ran.exit == exited(0));
    CHECK((ran.output == poem));
}

TEST_CASE("a host that nobody knows is named, and the others are delivered") {
    const TemporaryFolder folder;
    const Server good({folder.write("poem", "known\n")});
    // RFC 2606: no name ends in this.
    const Ran ran = run(get_poetry({"nobody.invalid:10001", good.target()}));
    CHECK(ran.exit == exited(1));
    CHECK(ran.output == "known\n");
    CHECK(contains(failure_of(ran, "1"), "from nobody.invalid:10001: failed: "));
}

TEST_CASE("when everything fails everything is told") {
    const Words nowhere{deserted_target(), deserted_target(), deserted_target()};
    const Ran ran = run(get_poetry(nowhere));
    CHECK(ran.exit == exited(1));
    CHECK(ran.output.empty());
    const Words lines = lines_of(ran.errors);
    CHECK(lines.size() == 4);
    for (const char* const task : {"1", "2", "3"}) {
        CHECK(contains(failure_of(ran, task), ": refused"));
    }
    CHECK(contains(lines.back(), "Got 0 poems in "));
}

TEST_CASE("poems that nobody reads any more end the program, with one line that says so") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", poem_of(300'000))});
    PlainServer silent;
    ChildOptions options;
    options.output = Plug::broken_pipe;
    const Ran ran = run(get_poetry({server.target(), silent.target(), server.target()}), options);
    CHECK(ran.exit == exited(1));
    const Words lines = lines_with(lines_of(ran.errors), "stdout: ");
    REQUIRE(lines.size() == 1);
    CHECK_MESSAGE(contains(lines[0], ": stdout: broken pipe"), lines[0]);
    CHECK(lines_with(lines_of(ran.errors), "failed").size() == 1);
}

TEST_CASE("what cannot be printed because stdout is closed is a failure, told in one line") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem")});
    ChildOptions options;
    options.output = Plug::closed;
    for (const Words& command :
         {get_poetry({server.target()}), get_poetry({"--help"}), get_poetry({"--version"}),
          poetry_server({"--help"}), poetry_server({"--version"})}) {
        const Ran ran = run(command, options);
        CHECK(ran.exit == exited(1));
        CHECK(lines_of(ran.errors).size() == 1);
        CHECK_MESSAGE(contains(ran.errors, "stdout is closed"), ran.errors);
    }
    const std::string shelf = folder.at("shelf");
    CHECK(run(get_poetry({"--output", shelf, server.target()}), options).exit == exited(0));
}

TEST_CASE("messages that nobody reads hold no poem up") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem\n")});
    ChildOptions options;
    options.error = Plug::unread_pipe;
    const Words targets(1500, server.target()); // two lines each: more than any pipe holds
    Child child = Child::start(get_poetry(targets), options);
    CHECK(lines_of(child.read_all(Stream::output)).size() == targets.size());
    CHECK(child.wait() == exited(0));
}
