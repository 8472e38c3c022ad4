#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

pid_t number_in(const std::string& path) {
    return static_cast<pid_t>(std::stol(content_of(path)));
}

// A poetry-server that has left its starter. It is started in a folder of its own, where its pid
// file is, and killed when nobody has ended it.
class Daemon {
public:
    explicit Daemon(const Words& arguments)
        : starter_(Server::started_by(
              poetry_server(Words{"--daemon", "--pid-file=pid"} + arguments + Words{"poem"}), 1,
              in_folder())),
          pid_file_(::open(folder_.at("pid").c_str(), O_RDONLY | O_CLOEXEC)) {
        REQUIRE(pid_file_ >= 0);
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    ~Daemon() {
        ::close(pid_file_);
        std::error_code ignored;
        if (std::filesystem::exists(folder_.at("pid"), ignored)) {
            ::kill(number_in(folder_.at("pid")), SIGKILL);
        }
    }

    const TemporaryFolder& folder() const { return folder_; }
    Server& starter() { return starter_; }
    pid_t number() const { return number_in(folder_.at("pid")); }

    void tell(int signal) const { REQUIRE(::kill(number(), signal) == 0); }
    // Waits until it has ended; it must have been told to. It lets its lock on the pid file go at
    // its end, and not before.
    void await_end() {
        auto locking =
            std::async(std::launch::async, [this] { return ::flock(pid_file_, LOCK_EX); });
        if (locking.wait_for(patience) != std::future_status::ready) {
            FAIL_CHECK("the daemon does not end");
            tell(SIGKILL);
        }
        CHECK(locking.get() == 0);
    }

private:
    ChildOptions in_folder() {
        folder_.write("poem", "demonic\n");
        ChildOptions options;
        options.folder = folder_.at("");
        return options;
    }

    TemporaryFolder folder_;
    Server starter_;
    int pid_file_;
};

} // namespace

TEST_CASE("a daemon's starter ends with 0 when the ports are open, and the daemon serves on") {
    Daemon daemon({"--log-file=log"});
    CHECK(daemon.starter().child().wait() == exited(0));
    CHECK(daemon.number() != daemon.starter().child().pid());
    CHECK(daemon.starter().announcements()[0] ==
          "Serving poem on " + daemon.starter().target() + ".");
    CHECK(connect_to(daemon.starter().at()).read_all() == "demonic\n");
    daemon.tell(SIGTERM);
    daemon.await_end();
    CHECK(is_deserted(daemon.starter().at()));
    // Relative paths stay valid: log and pid file lie where it was started.
    CHECK(contains(content_of(daemon.folder().at("log")), " came for poem\n"));
    CHECK_FALSE(std::filesystem::exists(daemon.folder().at("pid")));
}

TEST_CASE("a daemon says nothing on the streams of its starter any more") {
    Daemon daemon({});
    CHECK(daemon.starter().child().wait() == exited(0));
    CHECK(daemon.starter().child().read_all(Stream::error).empty()); // it has let go of it
    CHECK(connect_to(daemon.starter().at()).read_all() == "demonic\n");
    daemon.tell(SIGTERM);
    daemon.await_end();
}

TEST_CASE("a daemon keeps nothing open that its starter was given") {
    const TemporaryFolder folder;
    const std::string pid_file = folder.at("pid");
    // Both of our pipes, and a file, under numbers that nobody expects.
    Server starter = Server::started_by(
        Words{"/bin/sh", "-c", "exec \"$0\" \"$@\" 3>&2 9>&1 8>\"" + folder.at("open") + "\""} +
        poetry_server({"--daemon", "--pid-file", pid_file, folder.write("poem", "poem")}));
    CHECK(starter.child().wait() == exited(0));
    CHECK(starter.child().read_all(Stream::output).empty()); // to their ends
    CHECK(starter.child().read_all(Stream::error).empty());
    CHECK(connect_to(starter.at()).read_all() == "poem");
    CHECK(::kill(number_in(pid_file), SIGKILL) == 0);
}

TEST_CASE("a daemon belongs to no terminal and no session of its starter's") {
    Daemon daemon({});
    const pid_t number = daemon.number();
    CHECK(::getsid(number) != ::getsid(0));
    CHECK(::getsid(number) != number); // a leader could get a terminal by opening one
    daemon.tell(SIGTERM);
    daemon.await_end();
}

TEST_CASE("a daemon obeys as a server in the foreground does") {
    Daemon daemon({"--num-bytes=3", "--delay=0.05", "--drain=1000", "--log-file=log"});
    Connection client = connect_to(daemon.starter().at());
    CHECK(client.read(3) == "dem");
    daemon.tell(SIGUSR1);
    daemon.tell(SIGTERM);
    CHECK(client.read_all() == "onic\n");
    client.close();
    daemon.await_end();
    const std::string log = content_of(daemon.folder().at("log"));
    CHECK(contains(log, "1 clients in all"));
    CHECK(contains(log, "told to end: 1 clients may finish first"));
    CHECK(contains(log, "8 bytes in"));
    CHECK(contains(log, "finished"));
}

TEST_CASE("a daemon whose port is taken is none: the starter says so and ends with 1") {
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem");
    const PlainServer other;
    check_failed(poetry_server({"--daemon", "--port", std::to_string(other.port()), poem}),
                 {"cannot listen on " + other.target()});
    check_failed(poetry_server({"--daemon", folder.at("missing")}), {"missing", "no such file"});
}

TEST_CASE("a pid file has the server's number while it runs, and then is gone") {
    const TemporaryFolder folder;
    const std::string path = folder.at("pid");
    Server server({folder.write("poem", "poem")}, {"--pid-file", path});
    CHECK(content_of(path) == std::to_string(server.child().pid()) + "\n");
    CHECK(server.end() == exited(0));
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a pid file of a server that is gone is replaced") {
    const TemporaryFolder folder;
    // The number of a process that lives: it is not this that counts.
    const std::string path = folder.write("pid", std::to_string(::getpid()) + "\n");
    Server server({folder.write("poem", "poem")}, {"--pid-file", path});
    CHECK(content_of(path) == std::to_string(server.child().pid()) + "\n");
    server.child().kill();
    server.child().wait();
    CHECK(std::filesystem::exists(path)); // stale now
    Server next({folder.at("poem")}, {"--pid-file", path});
    CHECK(content_of(path) == std::to_string(next.child().pid()) + "\n");
}

TEST_CASE("a pid file of a server that runs is refused and kept, and no port is left open") {
    const TemporaryFolder folder;
    const std::string path = folder.at("pid");
    const std::string poem = folder.write("poem", "poem");
    Server server({poem}, {"--pid-file", path});
    const std::string who = "process " + std::to_string(server.child().pid());
    const Words told{"--pid-file " + path, who, "give another --pid-file"};
    check_failed(poetry_server({"--pid-file", path, poem}), told);
    check_failed(poetry_server({"--daemon", "--pid-file", path, poem}), told);
    CHECK(content_of(path) == std::to_string(server.child().pid()) + "\n");
    CHECK(connect_to(server.at()).read_all() == "poem");
}

TEST_CASE("a file that is no pid file is never taken for one") {
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "poem\n");
    for (const std::string text : {"no number\n", "42", "4 2\n"}) {
        const std::string other = folder.write("other", text);
        check_failed(poetry_server({"--pid-file", other, poem}),
                     {"--pid-file " + other, "is no pid file", "give another --pid-file"});
        CHECK(content_of(other) == text);
    }
    check_failed(poetry_server({"--pid-file", folder.at("no/such/folder"), poem}),
                 {"--pid-file " + folder.at("no/such/folder"), "give a file that can be made"});
    check_failed(poetry_server({"--pid-file", folder.at(""), poem}), {"--pid-file "});
}

TEST_CASE("what is no regular file, or has no size of its own, is no poem") {
    const TemporaryFolder folder;
    const std::string fifo = folder.at("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    Words paths{"/dev/null", fifo};
    if (std::filesystem::exists("/proc/self/status")) { // which says 0 bytes, and has more
        paths.push_back("/proc/self/status");
    }
    for (const std::string& path : paths) {
        check_failed(poetry_server({path}),
                     {"'" + path + "': not a regular file", "a POEM must be a readable file"});
    }
}

TEST_CASE("a poem is never taken for a pid file, whatever is in it") {
    const TemporaryFolder folder;
    const std::string poem = folder.write("poem", "42\n");
    std::filesystem::create_hard_link(folder.path() / "poem", folder.path() / "alias");
    for (const std::string& path : {poem, folder.at("alias")}) {
        check_refused({{poetry_server({"--pid-file", path, poem}),
                        "poetry-server: --pid-file: '" + path +
                            "' will not do: it is a POEM; give a file of its own"}});
    }
    CHECK(content_of(poem) == "42\n");
}

TEST_CASE("--daemon is a switch, and --pid-file wants a name") {
    check_refused({{poetry_server({"--daemon=yes", "poem"}),
                    "poetry-server: --daemon: 'yes' will not do: it takes no value"},
                   {poetry_server({"--pid-file=", "poem"}),
                    "poetry-server: --pid-file: '' will not do: it must not be empty"}});
    const Ran help = run(poetry_server({"--help"}));
    CHECK(contains(help.output, "\n  --daemon "));
    CHECK(contains(help.output, "\n  --pid-file FILE "));
}
