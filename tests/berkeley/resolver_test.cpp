#include "berkeley/resolver.hpp"

#include "support/meeting.hpp"

#include <doctest/doctest.h>

#include <new>
#include <optional>

using namespace caesura;
using namespace caesura::testing;

namespace {

Resolver::Answer one_address(const std::string&, std::uint16_t port) {
    return std::vector{Endpoint::loopback(Family::ipv4, port)};
}

Resolver::Answer never_asked(const std::string&, std::uint16_t) {
    return Failure{Error::unexpected};
}

// What the resolver answers, waited for.
Resolver::Answer ask(Resolver& resolver, std::string host, std::uint16_t port = 80) {
    struct Shared {
        Meeting meeting;
        std::optional<Resolver::Answer> answer;
    };
    const auto shared = std::make_shared<Shared>();
    resolver.resolve(std::move(host), port, [shared](Resolver::Answer answer) {
        shared->meeting.change([&] { shared->answer = std::move(answer); });
    });
    REQUIRE(shared->meeting.wait([&] { return shared->answer.has_value(); }));
    return *shared->answer;
}

} // namespace

TEST_CASE("a literal is answered before resolve returns, without a look-up") {
    ThreadedResolver resolver(never_asked);
    for (const char* text : {"127.0.0.1", "::1", "fe80::1%2"}) {
        std::optional<Resolver::Answer> answer;
        resolver.resolve(text, 10001, [&](Resolver::Answer given) { answer = std::move(given); });
        REQUIRE(answer);
        REQUIRE(*answer);
        CHECK(**answer == std::vector{*parse_address(text, 10001)});
    }
}

TEST_CASE("what can be no name is not found, without a look-up") {
    ThreadedResolver resolver(never_asked);
    CHECK(ask(resolver, "").error() == Error::host_not_found);
    CHECK(ask(resolver, std::string("localhost\0.example", 18)).error() == Error::host_not_found);
    CHECK(ask(resolver, std::string("127.0.0.1\0", 10)).error() == Error::host_not_found);
}

TEST_CASE("an answer has each address once, in the order given, and not too many of them") {
    const auto endpoint = [](int i) {
        return Endpoint::loopback(Family::ipv4, static_cast<std::uint16_t>(i));
    };
    ThreadedResolver resolver([&](const std::string& host, std::uint16_t) -> Resolver::Answer {
        std::vector<Endpoint> found;
        for (int i = 0; i < 1000; ++i) {
            found.push_back(endpoint(host == "many" ? i / 2 : i % 3));
        }
        return found;
    });
    const auto few = ask(resolver, "few");
    REQUIRE(few);
    CHECK(*few == std::vector{endpoint(0), endpoint(1), endpoint(2)});
    const auto many = ask(resolver, "many");
    REQUIRE(many);
    CHECK(many->size() == ThreadedResolver::most_addresses);
    CHECK(many->back() == endpoint(static_cast<int>(ThreadedResolver::most_addresses) - 1));
}

TEST_CASE("an answer without an address is no answer") {
    ThreadedResolver resolver(
        [](const std::string&, std::uint16_t) { return std::vector<Endpoint>{}; });
    CHECK(ask(resolver, "nowhere").error() == Error::host_not_found);
}

TEST_CASE("why a look-up failed is told as it was said") {
    ThreadedResolver resolver([](const std::string&, std::uint16_t) -> Resolver::Answer {
        return Failure{Error::host_not_found_for_now, -3};
    });
    CHECK(ask(resolver, "later").failure() == Failure{Error::host_not_found_for_now, -3});
}

TEST_CASE("a look-up that runs out of memory is answered with that") {
    ThreadedResolver resolver(
        [](const std::string&, std::uint16_t) -> Resolver::Answer { throw std::bad_alloc(); });
    CHECK(ask(resolver, "huge").error() == Error::out_of_memory);
}

TEST_CASE("look-ups that run at once are limited, and each query is answered exactly once") {
    constexpr int queries = 100;
    struct Shared {
        Meeting meeting;
        int running = 0;
        int most_running = 0;
        bool open = false;
        std::vector<int> answers = std::vector<int>(queries);
        int answered = 0;
    };
    const auto shared = std::make_shared<Shared>();
    ThreadedResolver resolver([shared](const std::string& host, std::uint16_t port) {
        shared->meeting.change([&] {
            ++shared->running;
            shared->most_running = std::max(shared->most_running, shared->running);
        });
        const bool opened = shared->meeting.wait([&] { return shared->open; });
        shared->meeting.change([&] { --shared->running; });
        return opened ? one_address(host, port) : Resolver::Answer(Failure{Error::timed_out});
    });
    for (int i = 0; i < queries; ++i) {
        resolver.resolve("host", static_cast<std::uint16_t>(i), [shared](Resolver::Answer answer) {
            shared->meeting.change([&] {
                if (answer) {
                    ++shared->answers[answer->front().port];
                }
                ++shared->answered;
            });
        });
    }
    CHECK(shared->meeting.wait([&] { return shared->running == ThreadedResolver::most_workers; }));
    shared->meeting.change([&] { shared->open = true; });
    REQUIRE(shared->meeting.wait([&] { return shared->answered == queries; }));
    CHECK(shared->most_running == ThreadedResolver::most_workers);
    CHECK(shared->answers == std::vector<int>(queries, 1));
}

TEST_CASE("names that nobody answers keep no other name waiting, be they three dozen") {
    struct Shared {
        Meeting meeting;
        int stuck = 0;
        bool open = false;
        int answered = 0;
    };
    const auto shared = std::make_shared<Shared>();
    ThreadedResolver resolver([shared](const std::string& host, std::uint16_t port) {
        if (host == "slow") {
            shared->meeting.change([&] { ++shared->stuck; });
            static_cast<void>(shared->meeting.wait([&] { return shared->open; }));
        }
        return one_address(host, port);
    });
    constexpr int slow_ones = 36;
    for (int i = 0; i < slow_ones; ++i) {
        resolver.resolve("slow", 1, [shared](const Resolver::Answer& answer) {
            shared->meeting.change([&] { shared->answered += answer ? 1 : 0; });
        });
    }
    CHECK(shared->meeting.wait([&] { return shared->stuck == slow_ones; }));
    CHECK(ask(resolver, "good"));
    shared->meeting.change([&] {
        CHECK(shared->answered == 0);
        shared->open = true;
    });
    CHECK(shared->meeting.wait([&] { return shared->answered == slow_ones; }));
}

TEST_CASE("queries are answered one after the other for as long as they come") {
    ThreadedResolver resolver(one_address);
    for (int i = 0; i < 3 * ThreadedResolver::most_workers; ++i) {
        CHECK(ask(resolver, "host"));
    }
}

TEST_CASE("a resolver that is destroyed waits for nobody, and its queries are still answered") {
    struct Shared {
        Meeting meeting;
        bool open = false;
        int answered = 0;
    };
    const auto shared = std::make_shared<Shared>();
    auto resolver =
        std::make_unique<ThreadedResolver>([shared](const std::string& host, std::uint16_t port) {
            static_cast<void>(shared->meeting.wait([&] { return shared->open; }));
            return one_address(host, port);
        });
    constexpr int queries = 3 * ThreadedResolver::most_workers;
    for (int i = 0; i < queries; ++i) {
        resolver->resolve("host", 1, [shared](const Resolver::Answer& answer) {
            shared->meeting.change([&] { shared->answered += answer ? 1 : 0; });
        });
    }
    resolver.reset(); // while every look-up is stuck
    shared->meeting.change([&] {
        CHECK(shared->answered == 0);
        shared->open = true;
    });
    CHECK(shared->meeting.wait([&] { return shared->answered == queries; }));
}
