#include "posix/call_faults.hpp"
#include "support/tcp.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

using Signals = std::vector<Signal>;

std::unique_ptr<SignalSource> watched() {
    auto source = this_host().watch_signals();
    REQUIRE_MESSAGE(source, describe(source.failure()));
    return std::move(*source);
}

// What a signal does while a test runs, and what it did before afterwards.
class Disposition {
public:
    Disposition(int number, void (*handler)(int)) : number_(number) {
        struct sigaction action {};
        action.sa_handler = handler;
        ::sigaction(number, &action, &before_);
    }
    Disposition(const Disposition&) = delete;
    Disposition& operator=(const Disposition&) = delete;
    ~Disposition() { ::sigaction(number_, &before_, nullptr); }

private:
    int number_;
    struct sigaction before_ {};
};

volatile std::sig_atomic_t calls = 0;

void count_call(int) {
    calls = calls + 1;
}

} // namespace

TEST_CASE("each of the four signals is told by its own name, in the order in which they came") {
    const auto source = watched();
    for (const int number : {SIGUSR1, SIGTERM, SIGINT, SIGHUP}) {
        REQUIRE(std::raise(number) == 0);
    }
    CHECK(source->take() ==
          Signals{Signal::user1, Signal::terminate, Signal::interrupt, Signal::hang_up});
    CHECK(source->take().empty());
}

TEST_CASE("what a signal did before it was watched, it does again afterwards") {
    const Disposition mine(SIGUSR1, count_call);
    calls = 0;
    {
        const auto source = watched();
        std::raise(SIGUSR1);
        CHECK(calls == 0);
        CHECK(source->take() == Signals{Signal::user1});
    }
    std::raise(SIGUSR1);
    CHECK(calls == 1);
}

TEST_CASE("a signal that was ignored at the start stays ignored, watched or not") {
    const Disposition nohup(SIGHUP, SIG_IGN);
    {
        const auto source = watched();
        std::raise(SIGHUP);
        std::raise(SIGUSR1);
        CHECK(source->take() == Signals{Signal::user1});
    }
    std::raise(SIGHUP); // ends the test program otherwise
}

TEST_CASE("a signal that was blocked at the start is told, and is blocked again afterwards") {
    sigset_t blocked;
    sigset_t before;
    sigset_t now;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    REQUIRE(::pthread_sigmask(SIG_BLOCK, &blocked, &before) == 0);
    {
        const auto source = watched();
        std::raise(SIGTERM);
        CHECK(source->take() == Signals{Signal::terminate});
    }
    REQUIRE(::pthread_sigmask(SIG_SETMASK, &before, &now) == 0);
    CHECK(::sigismember(&now, SIGTERM) == 1);
    CHECK(::sigismember(&now, SIGINT) == ::sigismember(&before, SIGINT));
}

TEST_CASE("a refused second watcher leaves the first one's signals alone") {
    const auto source = watched();
    CHECK_FALSE(this_host().watch_signals());
    std::raise(SIGTERM);
    CHECK(source->take() == Signals{Signal::terminate});
}

TEST_CASE("a signal leaves errno as it was, even when it can wake nobody") {
    const Disposition quiet(SIGPIPE, SIG_IGN);
    const auto source = watched();
    // Takes the place of the end that listens, so that the other's send fails.
    const int null_device = ::open("/dev/null", O_RDONLY);
    REQUIRE(::dup2(null_device, static_cast<int>(source->socket())) >= 0);
    ::close(null_device);
    errno = 77;
    std::raise(SIGUSR1);
    const int after = errno;
    CHECK(after == 77);
    CHECK(source->take() == Signals{Signal::user1}); // nor is it lost
}

TEST_CASE("signals that come while nobody takes them are there once, however many") {
    const auto source = watched();
    for (int i = 0; i < 100'000; ++i) {
        std::raise(SIGUSR1);
    }
    std::raise(SIGTERM);
    CHECK(source->take() == Signals{Signal::user1, Signal::terminate});
}

TEST_CASE(
    "a signal whose wake-up the system refuses is not lost: tried again, then with the next") {
    const auto source = watched();
    for (const int next : {SIGINT, SIGUSR1}) {
        {
            const CallFault fault(Call::send, ENOBUFS, for_ever);
            REQUIRE(std::raise(SIGINT) == 0);
            CHECK(fault.struck() > 1);
        }
        REQUIRE(std::raise(next) == 0);
        CHECK(await(source->socket(), Interest::read).readable);
        const Signals taken = source->take();
        CHECK(std::count(taken.begin(), taken.end(), Signal::interrupt) == 1);
    }
    const CallFault fault(Call::send, ENOBUFS, 1);
    REQUIRE(std::raise(SIGINT) == 0);
    CHECK(await(source->socket(), Interest::read).readable);
    CHECK(source->take() == Signals{Signal::interrupt});
}
