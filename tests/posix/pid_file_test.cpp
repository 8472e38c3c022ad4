#include "support/child.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <future>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

std::unique_ptr<PidFile> claimed(const std::string& path) {
    auto file = this_host().claim_pid_file(path);
    REQUIRE_MESSAGE(file, describe(file.failure()));
    return std::move(*file);
}

const std::string our_line = std::to_string(::getpid()) + "\n";

Child claiming_child(const std::string& path) {
    return Child::start({CAESURA_TEST_CHILD, "claim", path});
}

} // namespace

TEST_CASE("a pid file holds the process's number while it is claimed, and is gone afterwards") {
    const TemporaryFolder folder;
    const std::string path = folder.at("pid");
    {
        const auto file = claimed(path);
        CHECK(content_of(path) == our_line);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a pid file that a living process holds is refused and left as it is") {
    const TemporaryFolder folder;
    const std::string path = folder.at("pid");
    Child holder = claiming_child(path);
    REQUIRE(holder.read_line(Stream::output) == "claimed");
    CHECK(this_host().claim_pid_file(path).error() == Error::already_in_progress);
    CHECK(content_of(path) == std::to_string(holder.pid()) + "\n");

    holder.signal(Signal::terminate);
    CHECK(holder.wait() == exited(0));
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a pid file that a killed process left behind is replaced") {
    const TemporaryFolder folder;
    const std::string path = folder.at("pid");
    Child holder = claiming_child(path);
    REQUIRE(holder.read_line(Stream::output) == "claimed");
    holder.kill();
    holder.wait();
    REQUIRE(content_of(path) == std::to_string(holder.pid()) + "\n");
    const auto file = claimed(path);
    CHECK(content_of(path) == our_line);
}

TEST_CASE("a pid file is stale when nobody holds it, even if its number is a living process's") {
    const TemporaryFolder folder;
    const std::string path = folder.write("pid", "1\n");
    const auto file = claimed(path);
    CHECK(content_of(path) == our_line);
}

TEST_CASE("a pid file from before a crash may be empty, or longer than ours") {
    const TemporaryFolder folder;
    claimed(folder.write("empty", ""));
    const std::string path = folder.write("long", "00000000123456789\r\n");
    const auto file = claimed(path);
    CHECK(content_of(path) == our_line);
}

TEST_CASE("what is no pid file is never overwritten") {
    const TemporaryFolder folder;
    for (const std::string text : {"Ozymandias\n", "12 roses\n", "42", "4 2\n", "\n", "4\n2\n",
                                   "1234567890 1234567890 1234567890 1234567890\n"}) {
        const std::string path = folder.write("poem", text);
        CHECK(this_host().claim_pid_file(path).error() == Error::already_exists);
        CHECK(content_of(path) == text);
    }
    CHECK(this_host().claim_pid_file(folder.at("")).error() == Error::is_directory);
    // Not a device of the system: this test may run as root, and a fault would remove it.
    const std::string fifo = folder.at("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(this_host().claim_pid_file(fifo).error() == Error::operation_not_supported);
}

TEST_CASE("a link in a pid file's place is refused, so that nobody can choose what is written") {
    const TemporaryFolder folder;
    const std::string victim = folder.write("victim", "");
    std::filesystem::create_symlink(victim, folder.path() / "pid");
    CHECK(this_host().claim_pid_file(folder.at("pid")).error() == Error::too_many_links);
    CHECK(content_of(victim).empty());
}

TEST_CASE("a pid file in a folder that is not there is refused") {
    const TemporaryFolder folder;
    CHECK(this_host().claim_pid_file(folder.at("none/pid")).error() == Error::not_found);
    CHECK(this_host().claim_pid_file(std::string("a\0b", 3)).error() == Error::invalid_argument);
}

TEST_CASE("a pid file that somebody else has put in ours's place is not removed") {
    const TemporaryFolder folder;
    const std::string path = folder.at("pid");
    {
        const auto file = claimed(path);
        REQUIRE(std::filesystem::remove(path));
        folder.write("pid", "another's");
    }
    CHECK(content_of(path) == "another's");
}

TEST_CASE("a pid file that is claimed while its last holder removes it is there all the same") {
    const TemporaryFolder folder;
    const std::string path = folder.at("pid");
    constexpr int rounds = 2000;
    const auto claim_often = [&path] {
        int lost = 0;
        for (int claims = 0; claims < rounds;) {
            if (const auto file = this_host().claim_pid_file(path)) {
                ++claims;
                lost += std::filesystem::exists(path) ? 0 : 1;
            }
        }
        return lost;
    };
    auto other = std::async(std::launch::async, claim_often);
    CHECK(claim_often() == 0);
    CHECK(other.get() == 0);
}

TEST_CASE("a pid file that was claimed by a relative path is removed from wherever we are then") {
    const TemporaryFolder folder;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    auto file = this_host().claim_pid_file("pid");
    std::filesystem::current_path(before);
    REQUIRE(file);
    CHECK(content_of(folder.at("pid")) == our_line);
    file = Failure{Error::canceled};
    CHECK_FALSE(std::filesystem::exists(folder.at("pid")));
}
