#include "posix/programs/process_memory.hpp"
#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "programs/stamped_poem.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::size_t kib_of_16_mb = 16'000'000 / 1024;

} // namespace

TEST_CASE("get-poetry takes little memory, however long the poems that wait") {
    const TemporaryFolder folder;
    PlainServer first;
    const Server server({folder.write("poem", poem_of(30'000'000))});
    Words targets{first.target()};
    for (int i = 0; i < 4; ++i) {
        targets.push_back(server.target());
    }
    Child child = Child::start(get_poetry(targets));
    Connection slow = first.accept();
    for (int i = 0; i < 4; ++i) {
        await_line(child, Stream::error, {": 30000000 bytes of poetry"});
    }
    if (const auto most = memory_of(child.pid(), "VmHWM")) {
        CHECK(*most < kib_of_16_mb);
    }
}

TEST_CASE("many clients of one long poem cost the server no copy each") {
    const TemporaryFolder folder;
    Server server({folder.write("poem", poem_of(20'000'000))}, {"--num-bytes=1", "--delay=1000"});
    std::vector<Connection> clients;
    for (int i = 0; i < 400; ++i) {
        clients.push_back(connect_to(server.at()));
        clients.back().read(1);
    }
    if (const auto now = memory_of(server.child().pid(), "RssAnon")) {
        CHECK(*now < kib_of_16_mb);
    }
}

TEST_CASE("a long poem costs the server none of its length, sent whole or to who never reads") {
    const TemporaryFolder folder;
    const StampedPoem poem(folder.at("poem"), 256);
    Server server({poem.path()});
    std::vector<Connection> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(connect_to(server.at()));
        clients.back().read(100'000);
    }
    Connection reader = connect_to(server.at());
    poem.check_all_of(reader);
    // All that ever was resident, of files as well: it reads them, and maps none but itself.
    if (const auto most = memory_of(server.child().pid(), "VmHWM")) {
        CHECK(*most < kib_of_16_mb);
    }
}
