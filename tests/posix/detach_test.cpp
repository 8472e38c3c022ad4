#include "support/child.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

// A process that is nobody's child any more, known by the pid file that it holds.
class Detached {
public:
    explicit Detached(const std::string& pid_file)
        : file_(::open(pid_file.c_str(), O_RDONLY | O_CLOEXEC)),
          pid_(std::stoi(content_of(pid_file))) {
        REQUIRE(file_ >= 0);
        REQUIRE(pid_ > 1);
    }
    Detached(const Detached&) = delete;
    Detached& operator=(const Detached&) = delete;
    ~Detached() {
        if (!has_ended_) {
            ::kill(pid_, SIGKILL);
        }
        ::close(file_);
    }

    pid_t pid() const { return pid_; }

    // It lets its lock on the file go when it ends, and not before.
    void await_end() {
        auto locking = std::async(std::launch::async, [this] { return ::flock(file_, LOCK_EX); });
        has_ended_ = locking.wait_for(patience) == std::future_status::ready;
        if (!has_ended_) {
            ::kill(pid_, SIGKILL);
        }
        CHECK(has_ended_);
        CHECK(locking.get() == 0);
    }

private:
    int file_;
    pid_t pid_;
    bool has_ended_ = false;
};

Child detaching(const std::string& manner, const TemporaryFolder& folder) {
    ChildOptions options;
    options.folder = folder.at("");
    return Child::start({CAESURA_TEST_CHILD, "detach", manner, "pid"}, options);
}

} // namespace

TEST_CASE("a process that detaches lets its starter end well once it is ready, and lives on") {
    const TemporaryFolder folder;
    Child starter = detaching("ready", folder);
    CHECK(starter.wait() == exited(0));
    REQUIRE(std::filesystem::exists(folder.at("pid"))); // so relative paths stayed valid
    Detached process(folder.at("pid"));

    CHECK(process.pid() != starter.pid());
    CHECK(::kill(process.pid(), 0) == 0);
    const pid_t session = ::getsid(process.pid());
    CHECK(session != ::getsid(0));
    CHECK_MESSAGE(session != process.pid(), "a leader of a session could get a terminal");

    // Its streams are closed for us, and what it says after it was ready is said to nobody.
    CHECK(starter.read_all(Stream::output) == "detached\n");
    CHECK(starter.read_all(Stream::error).empty());

    CHECK(::kill(process.pid(), SIGTERM) == 0);
    process.await_end();
    CHECK_FALSE(std::filesystem::exists(folder.at("pid")));
}

TEST_CASE("a process that never becomes ready makes its starter fail, after it said why") {
    const TemporaryFolder folder;
    Child starter = detaching("give-up", folder);
    CHECK(starter.wait() == exited(1));
    CHECK(starter.read_all(Stream::output) == "detached\n");
    CHECK(starter.read_all(Stream::error) == "cannot go on\n");
    CHECK_FALSE(std::filesystem::exists(folder.at("pid")));
}

TEST_CASE("a second detached process finds the pid file held, and its starter fails") {
    const TemporaryFolder folder;
    CHECK(detaching("ready", folder).wait() == exited(0));
    Detached first(folder.at("pid"));
    Child second = detaching("ready", folder);
    CHECK(second.wait() == exited(1));
    CHECK(second.read_all(Stream::error) == "already_in_progress\n");
    CHECK(::kill(first.pid(), SIGTERM) == 0);
    first.await_end();
}

TEST_CASE("a process that is to detach with closed streams does so all the same") {
    const TemporaryFolder folder;
    ChildOptions options;
    options.folder = folder.at("");
    options.input = Plug::closed;
    options.output = Plug::closed;
    options.error = Plug::closed;
    Child starter = Child::start({CAESURA_TEST_CHILD, "detach", "ready", "pid"}, options);
    CHECK(starter.wait() == exited(0));
    Detached process(folder.at("pid"));
    CHECK(::kill(process.pid(), SIGTERM) == 0);
    process.await_end();
}
