#include "support/child.hpp"
#include "support/meeting.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("there is one host") {
    CHECK(&this_host() == &this_host());
    CHECK(&this_host().standard_output() != &this_host().standard_error());
}

TEST_CASE("to ask who owns the console changes nothing") {
    CHECK(this_host().owns_console() == this_host().owns_console());
}

TEST_CASE("renaming takes the place of the file that had the name") {
    const TemporaryFolder folder;
    const std::string from = folder.write("poem.part", "whole");
    const std::string to = folder.write("poem", "old and longer");
    const Failure failure = this_host().rename(from, to);
    CHECK_MESSAGE(!failure, describe(failure));
    CHECK(content_of(to) == "whole");
    CHECK(this_host().rename(from, to).error == Error::not_found);
    CHECK(this_host().rename(to, std::string("a\0b", 3)).error == Error::invalid_argument);
    CHECK(content_of(to) == "whole");
}

TEST_CASE("the wall clock says a time of this century, in milliseconds") {
    constexpr std::int64_t year = 31'556'952'000;
    CHECK(this_host().wall_time_ms() > 54 * year);
    CHECK(this_host().wall_time_ms() < 130 * year);
}

TEST_CASE("a process may have some sockets open, and asking again changes nothing") {
    const std::size_t most = this_host().most_sockets();
    CHECK(most >= 20);
    CHECK(this_host().most_sockets() == most);
}

TEST_CASE("a program that watches signals is told of an interrupt, and lives on until it wants") {
    Child child = Child::start({CAESURA_TEST_CHILD, "watch", "interrupt"});
    REQUIRE(child.read_line(Stream::output) == "watching");
    REQUIRE(child.signal(Signal::interrupt));
    CHECK(child.read_line(Stream::output) == "interrupt");
    CHECK(child.wait() == exited(0));
}

TEST_CASE("a program that watches signals is told to terminate") {
    Child child = Child::start({CAESURA_TEST_CHILD, "watch", "terminate"});
    REQUIRE(child.read_line(Stream::output) == "watching");
    if (!child.signal(Signal::terminate)) {
        MESSAGE("left out: nothing can be told to terminate here without being ended");
        return;
    }
    CHECK(child.read_line(Stream::output) == "terminate");
    CHECK(child.wait() == exited(0));
}

TEST_CASE("signals are watched in one place at a time, and in another after that") {
    {
        const auto first = this_host().watch_signals();
        REQUIRE_MESSAGE(first, describe(first.failure()));
        CHECK(this_host().watch_signals().error() == Error::already_in_progress);
    }
    const auto next = this_host().watch_signals();
    REQUIRE_MESSAGE(next, describe(next.failure()));
    CHECK((*next)->socket() != Socket::none);
    CHECK((*next)->take().empty());
}

// A thread that ends at once is what MinGW's detached std::thread loses on a busy machine.
TEST_CASE("each thread that is started runs its task once, however soon it ends") {
    struct Shared {
        Meeting meeting;
        int runs = 0;
    };
    const auto shared = std::make_shared<Shared>();
    constexpr int threads = 500;
    for (int i = 1; i <= threads; ++i) {
        const Failure failure =
            this_host().start_thread([shared] { shared->meeting.change([&] { ++shared->runs; }); });
        REQUIRE_MESSAGE(!failure, describe(failure));
        REQUIRE(shared->meeting.wait([&] { return shared->runs == i; }));
    }
}

TEST_CASE("what a task owns is destroyed when its thread ends") {
    struct Shared {
        Meeting meeting;
        bool gone = false;
    };
    const auto shared = std::make_shared<Shared>();
    std::shared_ptr<const void> owned(
        nullptr, [shared](const void*) { shared->meeting.change([&] { shared->gone = true; }); });
    REQUIRE(!this_host().start_thread([owned = std::move(owned)] {}));
    CHECK(shared->meeting.wait([&] { return shared->gone; }));
}
