#include "support/meeting.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <signal.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

// The signals that this thread would not get.
sigset_t own_mask() {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return mask;
}

} // namespace

TEST_CASE("no signal is delivered to a thread that was started, and its maker still gets them") {
    struct Shared {
        Meeting meeting;
        std::optional<sigset_t> mask;
    };
    const auto shared = std::make_shared<Shared>();
    const sigset_t before = own_mask();
    REQUIRE(!this_host().start_thread(
        [shared] { shared->meeting.change([&] { shared->mask = own_mask(); }); }));
    const sigset_t after = own_mask();
    REQUIRE(shared->meeting.wait([&] { return shared->mask.has_value(); }));
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD}) {
        CHECK(::sigismember(&*shared->mask, signal) == 1);
        CHECK(::sigismember(&after, signal) == ::sigismember(&before, signal));
    }
}
