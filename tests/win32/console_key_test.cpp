#include "support/child.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("a process alone in its console owns it, and waits there until a key is pressed") {
    Child child = Child::start({CAESURA_TEST_CHILD, "await-key"});
    REQUIRE(child.read_line(Stream::output) == "owns");
    CHECK_THROWS(child.wait(std::chrono::milliseconds(1))); // nobody has pressed one
    Child fingers = Child::start({CAESURA_CONSOLE_EVENT_SENDER, std::to_string(child.pid()), "2"});
    CHECK(child.wait() == exited(0));
    CHECK(fingers.wait() == exited(0));
}

TEST_CASE("a process without a console owns none") {
    ChildOptions options;
    options.input = Plug::closed; // then a child is detached from any
    Child child = Child::start({CAESURA_TEST_CHILD, "await-key"}, options);
    CHECK(child.read_line(Stream::output) == "does not own");
    CHECK(child.wait() == exited(0));
}
