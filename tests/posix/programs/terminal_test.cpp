#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Runs a shell's command line in a terminal of its own; what appears there is the output.
bool has_terminals() {
    if (std::filesystem::exists("/usr/bin/script")) {
        return true;
    }
    MESSAGE("left out: there is no script(1) to make a terminal");
    return false;
}

std::string quoted(const Words& command) {
    std::string line;
    for (const std::string& word : command) {
        line += "'" + word + "' ";
    }
    return line;
}

Child start_in_terminal(const std::string& command_line, const std::string& kind = "xterm") {
    ChildOptions options;
    options.environment = {{"TERM", kind}};
    return Child::start({"/usr/bin/script", "-q", "-e", "-c", command_line, "/dev/null"}, options);
}

Ran run_in_terminal(const std::string& command_line, const std::string& kind = "xterm") {
    Child child = start_in_terminal(command_line, kind);
    return finish(child);
}

} // namespace

TEST_CASE("on a terminal there is one line for each task, kept up to date in place") {
    if (!has_terminals()) {
        return;
    }
    const TemporaryFolder folder;
    const std::string output = folder.at("output");
    PlainServer first;
    PlainServer second;
    Child child = start_in_terminal(quoted(get_poetry({first.target(), second.target()})) + ">'" +
                                    output + "'");
    await_line(child, Stream::output, {"Task 1: waiting"});
    Connection one = first.accept();
    Connection two = second.accept();
    two.say("second");
    await_line(child, Stream::output, {"\x1b[2F", "Task 1: waiting"});
    await_line(child, Stream::output, {"Task 2: got 6 bytes of poetry from " + second.target()});
    one.say("first ");
    await_line(child, Stream::output, {"\x1b[2F", "Task 1: got 6 bytes of poetry from "});
    one.close();
    two.close();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(0));
    CHECK(content_of(output) == "first second");
    // The last frame, and the last line.
    const std::size_t last = ran.output.rfind("\x1b[2F");
    REQUIRE(last != std::string::npos);
    CHECK(contains(ran.output.substr(last), "Task 1: 6 bytes of poetry"));
    CHECK(contains(ran.output.substr(last), "Task 2: 6 bytes of poetry"));
    CHECK(contains(ran.output.substr(last), "Got 2 poems in "));
}

TEST_CASE("a line too long for the terminal never tears the display, and is shown in the end") {
    if (!has_terminals()) {
        return;
    }
    const std::string name = std::string(60, 'a') + "." + std::string(60, 'b') + ".invalid:1";
    const Ran ran = run_in_terminal(quoted(get_poetry({name})) + ">/dev/null");
    CHECK(ran.exit == exited(1));
    // DECAWM: off while a frame is drawn that will be gone over again, on for the last one.
    CHECK(ran.output.find("\x1b[?7l") < ran.output.find("Task 1: "));
    const std::size_t on = ran.output.rfind("\x1b[?7h");
    REQUIRE(on != std::string::npos);
    CHECK(contains(ran.output.substr(on), "Task 1: failed after 0 bytes of poetry from " + name));
    CHECK(contains(ran.output.substr(on), "Got 0 poems"));
}

TEST_CASE("a terminal that is dumb is told one line for each event") {
    if (!has_terminals()) {
        return;
    }
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem")});
    const Ran ran = run_in_terminal(quoted(get_poetry({server.target()})) + ">/dev/null", "dumb");
    CHECK(ran.exit == exited(0));
    CHECK_FALSE(contains(ran.output, "\x1b["));
    CHECK(contains(ran.output, "Task 1: 4 bytes of poetry"));
}

TEST_CASE("a poem that goes to the terminal itself is not torn by what is told there") {
    if (!has_terminals()) {
        return;
    }
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "one\ntwo\n")}, {"--num-bytes=2", "--delay=0.15"});
    const Ran ran = run_in_terminal(quoted(get_poetry({server.target()})));
    CHECK(ran.exit == exited(0));
    CHECK(contains(ran.output, "one\r\ntwo\r\nTask 1: 8 bytes of poetry\r\nGot 1 poem in "));
    CHECK_FALSE(contains(ran.output, "\x1b["));
    CHECK_FALSE(contains(ran.output, "got "));
}

TEST_CASE("what is told on the terminal of the poems begins a line, and comes between poems") {
    if (!has_terminals()) {
        return;
    }
    PlainServer first;
    PlainServer second;
    Child child = start_in_terminal(quoted(get_poetry({first.target(), second.target()})));
    Connection one = first.accept();
    one.say("one\n");
    await_line(child, Stream::output, {"one"});
    Connection two = second.accept();
    two.say("two");
    two.shut_writes();
    CHECK(two.read_all().empty()); // so the other end has it all
    one.say("and more");
    one.close();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(0));
    CHECK_MESSAGE(contains(ran.output, "and moretwo\r\nTask "), ran.output);
    CHECK(ran.output.rfind("and more", 0) == 0);
    for (const char* const line :
         {"\r\nTask 1: 12 bytes of poetry\r\n", "\r\nTask 2: 3 bytes of", "\r\nGot 2 poems in "}) {
        CHECK_MESSAGE(contains(ran.output, line), line);
    }
    CHECK_FALSE(contains(ran.output, "\r\n\r\n"));
}

TEST_CASE("more tasks than the terminal has lines for are told one line for each event") {
    if (!has_terminals()) {
        return;
    }
    const TemporaryFolder folder;
    const Server server({folder.write("poem", "poem")});
    struct Case {
        int rows;
        std::size_t tasks;
        bool in_place;
    };
    for (const Case& one : {Case{4, 3, true}, Case{4, 4, false}, Case{4, 6, false},
                            Case{40, 30, true}, Case{24, 30, false}}) {
        CAPTURE(one.rows);
        CAPTURE(one.tasks);
        const Ran ran =
            run_in_terminal("stty rows " + std::to_string(one.rows) + "; " +
                            quoted(get_poetry(Words(one.tasks, server.target()))) + ">/dev/null");
        CHECK(ran.exit == exited(0));
        CHECK(contains(ran.output, "\x1b[") == one.in_place);
        CHECK(contains(ran.output, "Task " + std::to_string(one.tasks) + ": 4 bytes of poetry"));
    }
}

TEST_CASE("send-probe watch draws in place on a terminal, and one that is dumb gets plain lines") {
    if (!has_terminals()) {
        return;
    }
    const Words command{CAESURA_SEND_PROBE, "watch", "--write-size", "64K", "--settle", "0.3"};
    const Ran drawn = run_in_terminal(quoted(command));
    CHECK(drawn.exit == exited(0));
    CHECK(contains(drawn.output, "kernel unsent |"));
    CHECK(contains(drawn.output, "\x1b[8F\x1b[J"));
    const Ran narrow = run_in_terminal("stty cols 40; " + quoted(command));
    CHECK(narrow.exit == exited(0));
    const Words bars = lines_with(lines_of(narrow.output), "kernel unsent |");
    REQUIRE_FALSE(bars.empty());
    CHECK(bars.back().substr(20, 1) == "|"); // 39 columns, less 34 for words and figures
    const Ran plain = run_in_terminal(quoted(command), "dumb");
    CHECK(plain.exit == exited(0));
    CHECK_FALSE(contains(plain.output, "\x1b"));
    CHECK(contains(plain.output, ", kernel unsent "));
}
