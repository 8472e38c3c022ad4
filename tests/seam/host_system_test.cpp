#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace caesura;

TEST_CASE("the system counts this process's memory, and what is available") {
    const MemoryUse use = this_host().memory();
    REQUIRE(use.resident);
    CHECK(*use.resident > 100'000);
    REQUIRE(use.available);
    CHECK(*use.available > 1'000'000);
}

TEST_CASE("memory that is used is counted as this process's") {
    const auto before = this_host().memory().resident;
    REQUIRE(before);
    constexpr std::size_t bytes = std::size_t{64} << 20;
    const std::string used(bytes, 'x');
    const auto after = this_host().memory().resident;
    REQUIRE(after);
    CHECK(used[bytes / 2] == 'x');
    CHECK(*after >= *before + bytes / 2);
}

TEST_CASE("a system says what it is, each fact once, in lines of text") {
    const std::vector<SystemFact> facts = this_host().facts();
    for (const char* const name : {"system", "architecture"}) {
        CHECK(std::any_of(facts.begin(), facts.end(),
                          [name](const SystemFact& fact) { return fact.name == name; }));
    }
    for (const SystemFact& fact : facts) {
        CAPTURE(fact.name);
        CHECK_FALSE(fact.value.empty());
        CHECK(fact.value.find('\n') == std::string::npos);
        CHECK(std::count_if(facts.begin(), facts.end(), [&fact](const SystemFact& other) {
                  return other.name == fact.name;
              }) == 1);
    }
}

TEST_CASE("this program can start itself, and hears how that ended") {
    // Of doctest: no test is run; one that there is not is no test that was run (tests/main.cpp).
    auto child = this_host().start_self({"--no-run"});
    REQUIRE_MESSAGE(child, describe(child.failure()));
    auto status = (*child)->wait(std::chrono::seconds(60));
    REQUIRE_MESSAGE(status, describe(status.failure()));
    CHECK(*status == 0);
    CHECK(*(*child)->wait(Duration::zero()) == 0);
}

TEST_CASE("a process that is not waited for is ended with its owner") {
    auto child = this_host().start_self({"--test-case=a process that is waited for in vain"});
    REQUIRE_MESSAGE(child, describe(child.failure()));
    CHECK((*child)->wait(Duration::zero()).error() == Error::timed_out);
    child->reset(); // or this would take a minute
}
