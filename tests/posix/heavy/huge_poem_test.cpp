#include "posix/programs/process_memory.hpp"
#include "programs/programs.hpp"
#include "programs/stamped_poem.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

// What a command of the shell prints, up to the first blank.
std::string word_of(const std::string& script, const Words& arguments) {
    Child child = Child::start(Words{"/bin/sh", "-c", script} + arguments);
    REQUIRE(child.wait(std::chrono::minutes(6)) == exited(0));
    const std::string printed = child.read_all(Stream::output);
    return printed.substr(0, printed.find(' '));
}

} // namespace

TEST_CASE("a poem of 4 GiB and a byte is fetched with the SHA-256 that it has") {
    if (run({"/bin/sh", "-c", "command -v sha256sum"}).exit != exited(0)) {
        MESSAGE("left out: no sha256sum here");
        return;
    }
    const TemporaryFolder folder;
    const StampedPoem poem(folder.at("poem"), 4096);
    const Server server({poem.path()});
    const std::string whole = word_of("sha256sum \"$0\"", {poem.path()});
    REQUIRE(whole.size() == 64);
    CHECK(word_of("\"$0\" \"$@\" | sha256sum", get_poetry({server.target()})) == whole);
}

TEST_CASE("a poem of 4 GiB is served to a hundred clients by a server of less than 16 MB") {
    const TemporaryFolder folder;
    const StampedPoem poem(folder.at("poem"), 4096);
    Server server({poem.path()});
    std::vector<Connection> clients;
    for (int i = 0; i < 99; ++i) {
        clients.push_back(connect_to(server.at()));
        clients.back().read(1'000'000);
    }
    clients.push_back(connect_to(server.at()));
    poem.check_all_of(clients.back());
    if (const auto most = memory_of(server.child().pid(), "VmHWM")) {
        MESSAGE("at most " << *most << " KiB were resident");
        CHECK(*most < 16'000'000 / 1024);
    }
}
