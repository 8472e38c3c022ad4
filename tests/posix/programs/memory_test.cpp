#include "posix/programs/sanitized.hpp"
#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::size_t kib_of_16_mb = 16'000'000 / 1024;

// A figure of proc(5), in KiB; none where there is no such thing, or where it says nothing.
std::optional<std::size_t> memory_of(long pid, const std::string& name) {
    const std::string path = "/proc/" + std::to_string(pid) + "/status";
    if (is_sanitized || !std::filesystem::exists(path)) {
        MESSAGE("left out: nobody here can tell how much memory the program itself needs");
        return std::nullopt;
    }
    for (const std::string& line : lines_with(lines_of(content_of(path)), name + ":")) {
        return std::stoul(line.substr(name.size() + 1));
    }
    return std::nullopt;
}

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

TEST_CASE("clients that never read cost the server none of the poem's length") {
    const TemporaryFolder folder;
    const std::string path = folder.write("endless", "");
    std::filesystem::resize_file(path, std::uint64_t{1} << 30);
    Server server({path});
    std::vector<Connection> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(connect_to(server.at()));
        clients.back().read(100'000);
    }
    if (const auto now = memory_of(server.child().pid(), "RssAnon")) {
        CHECK(*now < kib_of_16_mb);
    }
}
