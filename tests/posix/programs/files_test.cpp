#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

bool is_there(const char* device) {
    if (std::filesystem::exists(device)) {
        return true;
    }
    MESSAGE("left out: this system has no ", std::string(device));
    return false;
}

} // namespace

TEST_CASE("what is no file is refused as a poem at once, and named") {
    const TemporaryFolder folder;
    const std::string fifo = folder.at("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    check_failed(poetry_server({fifo}), {fifo, "regular file"});
    check_failed(poetry_server({"/dev/null"}), {"/dev/null", "regular file"});
    check_failed(poetry_server({"/dev/zero"}), {"/dev/zero"});
    if (is_there("/proc/self/status")) { // which says that nothing is in it, and lies
        check_failed(poetry_server({"/proc/self/status"}), {"/proc/self/status"});
    }
}

TEST_CASE("a poem that may not be read is refused, and named") {
    if (::geteuid() == 0) {
        MESSAGE("left out: the superuser may read anything");
        return;
    }
    const TemporaryFolder folder;
    const std::string path = folder.write("secret", "secret");
    REQUIRE(::chmod(path.c_str(), 0) == 0);
    check_failed(poetry_server({path}), {path, "access denied"});
}

TEST_CASE("a poem's name is printed on one line, whatever is in it") {
    const TemporaryFolder folder;
    const std::string path = folder.write("two\nlines \x1b[31m\xff", "poem");
    Server server({path});
    const std::string shown = folder.at("") + R"(two\x0alines \x1b[31m\xff)";
    CHECK(server.announcements()[0] == "Serving " + shown + " on " + server.target() + ".");
    CHECK(connect_to(server.at()).read_all() == "poem");
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), " came for " + shown).size() == 1);
    CHECK(lines_with(server.log(), "\x1b").empty());
    check_failed(poetry_server({"no\nsuch\nfile"}), {R"('no\x0asuch\x0afile')"});
}

TEST_CASE("a long poem that is written anew while it is served is never mixed with the old one") {
    const TemporaryFolder folder;
    const std::string old_poem = poem_of(200'000);
    const std::string path = folder.write("poem", old_poem);
    Server server({path}, {"--num-bytes=70000", "--delay=0.3"});
    Connection first = connect_to(server.at());
    CHECK((first.read(70'000) == old_poem.substr(0, 70'000)));
    const std::string new_poem = "short now\n";
    folder.write("poem", new_poem);
    // Who comes now gets the new one, and makes the server read the file anew.
    CHECK(connect_to(server.at()).read_all() == new_poem);
    // Whoever was listening to the old one gets no byte of the new one.
    const Heard rest = first.read_to_the_end();
    CHECK((rest.text.empty() || rest.text == old_poem.substr(70'000, 70'000)));
    CHECK(rest.failure);
    server.await_log({first.name(), "left: ", "of 200000 bytes: the file has changed"});
    CHECK(connect_to(server.at()).read_all() == new_poem);
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), "read anew").size() == 1);
}

TEST_CASE("a poem that is removed while it is served is served on") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(300'000);
    const std::string path = folder.write("poem", poem);
    const Server server({path});
    std::filesystem::remove(path);
    CHECK((connect_to(server.at()).read_all() == poem));
}

TEST_CASE("a log on a full disk never stops service") {
    if (!is_there("/dev/full")) {
        return;
    }
    const TemporaryFolder folder;
    Server server({folder.write("poem", "poem")}, {"--log-file", "/dev/full"});
    for (int i = 0; i < 100; ++i) {
        REQUIRE(connect_to(server.at()).read_all() == "poem");
    }
    CHECK(server.end() == exited(0));
}

TEST_CASE("a log file that is a pipe without a reader is named, and nothing is served") {
    const TemporaryFolder folder;
    const std::string fifo = folder.at("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    check_failed(poetry_server({"--log-file", fifo, folder.write("poem", "poem")}),
                 {"--log-file " + fifo});
}

TEST_CASE("an announcement, a help or a poem that cannot be printed is a failure with one line") {
    if (!is_there("/dev/full")) {
        return;
    }
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem");
    const auto to_full = [](const Words& command) {
        return Words{"/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/full"} + command;
    };
    check_failed(to_full(poetry_server({poem})), {"poetry-server: stdout: no space left"});
    check_failed(to_full(poetry_server({"--help"})), {"poetry-server: stdout: no space left"});
    check_failed(to_full(get_poetry({"--version"})), {"get-poetry: stdout: no space left"});
    const Server server({poem});
    const Ran ran = run(to_full(get_poetry({server.target()})));
    CHECK(ran.exit == exited(1));
    CHECK(lines_with(lines_of(ran.errors), "stdout: no space left").size() == 1);
}

TEST_CASE("of a poem that does not fit on a disk, exactly what was written is counted") {
    const TemporaryFolder folder;
    const Server server({folder.write("poem", poem_of(100'000))});
    // A disk that is full in the middle of a write: by a limit on files, which a signal would tell.
    const auto limited = [](const Words& command, const std::string& output) {
        return Words{"/bin/sh", "-c",
                     "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\" >'" + output + "'"} +
               command;
    };
    const std::string printed = folder.at("printed");
    const std::string shelf = folder.at("shelf");
    for (const Words& command :
         {limited(get_poetry({server.target()}), printed),
          limited(get_poetry({"--output", shelf, server.target()}), folder.at("nothing"))}) {
        const Ran ran = run(command);
        CHECK(ran.exit == exited(1));
        std::uintmax_t size = 0;
        if (command == limited(get_poetry({server.target()}), printed)) {
            size = std::filesystem::file_size(printed);
        } else {
            for (const auto& entry : std::filesystem::directory_iterator(shelf)) {
                size += entry.file_size();
            }
        }
        CHECK(size > 0);
        CHECK_MESSAGE(contains(ran.errors,
                               "Task 1: failed after " + std::to_string(size) + " bytes of poetry"),
                      ran.errors);
    }
}

TEST_CASE("poems that wait find no room in the temporary folder: named, what fits is printed") {
    const TemporaryFolder folder;
    PlainServer first;
    const Server server({folder.write("poem", poem_of(3'000'000))});
    ChildOptions options;
    options.environment = {{"TMPDIR", folder.at("no such folder")}};
    Child child = Child::start(get_poetry({first.target(), server.target()}), options);
    Connection slow = first.accept();
    const std::string line = await_line(child, Stream::error, {"Task 2: failed after "});
    CHECK(contains(line, ": temporary file: no such file or directory"));
    slow.say("whole\n");
    slow.close();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    CHECK((ran.output == "whole\n" + poem_of(3'000'000).substr(0, ran.output.size() - 6)));
}
