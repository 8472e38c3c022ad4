#include "support/child.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

class Opened {
public:
    explicit Opened(int number) : number_(number) { REQUIRE(number >= 0); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() { close(); }

    int get() const { return number_; }
    void close() {
        if (number_ >= 0) {
            ::close(number_);
            number_ = -1;
        }
    }

private:
    int number_;
};

std::string fifo_in(const TemporaryFolder& folder) {
    const std::string path = folder.at("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    return path;
}

// What `open` answers for a pipe, which must not wait for the other end: one that does is let go,
// and the test fails.
template <class Open>
auto answer_at_once(const std::string& fifo, Open open) {
    auto opening = std::async(std::launch::async, open);
    if (opening.wait_for(patience) != std::future_status::ready) {
        FAIL_CHECK("opening a pipe waits for its other end");
        const Opened both_ends(::open(fifo.c_str(), O_RDWR));
        return opening.get();
    }
    return opening.get();
}

class SignalIgnored {
public:
    explicit SignalIgnored(int number) : number_(number), before_(::signal(number, SIG_IGN)) {}
    SignalIgnored(const SignalIgnored&) = delete;
    SignalIgnored& operator=(const SignalIgnored&) = delete;
    ~SignalIgnored() { ::signal(number_, before_); }

private:
    int number_;
    void (*before_)(int);
};

class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* const before = std::getenv(name)) {
            before_ = before;
        }
        ::setenv(name, value.c_str(), 1);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

private:
    const char* name_;
    std::optional<std::string> before_;
};

} // namespace

TEST_CASE("what is no file and no folder is refused, and opening it never blocks") {
    const TemporaryFolder folder;
    const std::string fifo = fifo_in(folder);
    const auto opened = answer_at_once(fifo, [&] { return this_host().open_file(fifo); });
    CHECK(opened.error() == Error::operation_not_supported);
    CHECK(this_host().open_file("/dev/null").error() == Error::operation_not_supported);

    const Opened socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder.at("socket");
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    CHECK(this_host().open_file(path).error() == Error::operation_not_supported);
}

TEST_CASE("a file that may not be read is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "secret");
    REQUIRE(::chmod(path.c_str(), 0) == 0);
    if (::geteuid() == 0) {
        MESSAGE("left out: the superuser may read anything");
        return;
    }
    CHECK(this_host().open_file(path).error() == Error::access_denied);
    CHECK(this_host().open_output(path, OutputMode::append).error() == Error::access_denied);
}

TEST_CASE("links that lead nowhere but to each other, and names that are too long, are told") {
    const TemporaryFolder folder;
    std::filesystem::create_symlink("loop", folder.path() / "loop");
    CHECK(this_host().open_file(folder.at("loop")).error() == Error::too_many_links);
    CHECK(this_host().open_file(folder.at(std::string(300, 'n'))).error() == Error::name_too_long);
    const std::string poem = folder.write("poem", "");
    CHECK(this_host().open_file(poem + "/more").error() == Error::not_a_directory);
}

TEST_CASE("files are not inherited by children") {
    const TemporaryFolder folder;
    std::array<bool, 256> others{}; // whoever started this may have left us some
    for (std::size_t number = 0; number < others.size(); ++number) {
        others[number] = ::fcntl(static_cast<int>(number), F_GETFD) != -1;
    }
    const auto file = this_host().open_file(folder.write("poem", "text"));
    const auto output = this_host().open_output(folder.at("log"), OutputMode::append);
    const auto scratch = this_host().scratch_file();
    REQUIRE((file && output && scratch));
    int ours = 0;
    for (std::size_t number = 0; number < others.size(); ++number) {
        const int flags = ::fcntl(static_cast<int>(number), F_GETFD);
        if (flags != -1 && !others[number]) {
            CAPTURE(number);
            CHECK((flags & FD_CLOEXEC) != 0);
            ++ours;
        }
    }
    CHECK(ours == 3);
}

TEST_CASE("a pipe that nobody reads cannot be opened for output, and that never blocks") {
    const TemporaryFolder folder;
    const std::string fifo = fifo_in(folder);
    const auto open = [&] { return this_host().open_output(fifo, OutputMode::append); };
    CHECK_FALSE(answer_at_once(fifo, open));
}

TEST_CASE("an output that does not block by itself waits for its reader and loses nothing") {
    const TemporaryFolder folder;
    const std::string path = fifo_in(folder);
    const Opened reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
    auto output = this_host().open_output(path, OutputMode::append);
    REQUIRE(output);
    CHECK((*output)->can_block());
    const std::string text(3'000'000, 'p');
    auto writing = std::async(std::launch::async, [&text, output = std::move(*output)]() mutable {
        const Failure failure = output->write(as_slice(text));
        output.reset(); // so that the reader comes to an end, whatever was written
        return failure;
    });
    ::fcntl(reader.get(), F_SETFL, 0);
    std::string got(text.size(), '?');
    std::size_t length = 0;
    while (length < got.size()) {
        const ssize_t count = ::read(reader.get(), got.data() + length, got.size() - length);
        REQUIRE(count > 0);
        length += static_cast<std::size_t>(count);
    }
    CHECK_FALSE(writing.get());
    CHECK(got == text);
}

TEST_CASE("an output whose reader goes away is a broken pipe") {
    const SignalIgnored quiet(SIGPIPE); // as prepare_process does
    const TemporaryFolder folder;
    const std::string path = fifo_in(folder);
    Opened reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
    const auto output = this_host().open_output(path, OutputMode::append);
    REQUIRE(output);
    CHECK_FALSE((*output)->write(as_slice("heard")));
    reader.close();
    CHECK((*output)->write(as_slice("unheard")).error == Error::broken_pipe);
}

TEST_CASE("a full disk is no space") {
    const auto output = this_host().open_output("/dev/full", OutputMode::append);
    if (!output) {
        MESSAGE("left out: this system has no device that is always full");
        return;
    }
    CHECK((*output)->write(as_slice("text")).error == Error::no_space);
}

TEST_CASE("the null device never blocks and is no terminal") {
    const auto output = this_host().open_output("/dev/null", OutputMode::append);
    REQUIRE(output);
    CHECK_FALSE((*output)->can_block());
    CHECK_FALSE((*output)->is_terminal());
    CHECK_FALSE((*output)->write(as_slice("text")));
}

TEST_CASE("a scratch file has no name, and is made where the user wants it") {
    const TemporaryFolder folder;
    const Variable wish("TMPDIR", folder.at(""));
    const auto scratch = this_host().scratch_file();
    REQUIRE(scratch);
    CHECK(std::filesystem::is_empty(folder.path()));

    const Variable nowhere("TMPDIR", folder.at("none"));
    CHECK(this_host().scratch_file().error() == Error::not_found);
}

TEST_CASE("a file that says nothing is in it, and lies, is refused") {
    const char* const liar = "/proc/self/status";
    struct stat status {};
    if (::stat(liar, &status) != 0 || status.st_size != 0) {
        MESSAGE("left out: this system has no such file");
        return;
    }
    CHECK(this_host().open_file(liar).error() == Error::operation_not_supported);
}

TEST_CASE("the limit of open files is raised as far as it may be") {
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const rlimit before = limit;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 256);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    const std::size_t most = this_host().most_sockets();
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(most == limit.rlim_cur);
    if (before.rlim_max != RLIM_INFINITY) {
        CHECK(limit.rlim_cur == before.rlim_max);
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
}
