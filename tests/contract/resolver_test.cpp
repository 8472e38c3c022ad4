// Names to addresses, and the clock. The answer may come from another thread; it is waited for
// through a pair of sockets, as a loop would.

#include "world.hpp"

#include <doctest/doctest.h>

#include <future>
#include <memory>

namespace caesura::testing {

namespace {

class Question {
public:
    Question(World& world, std::string host, std::uint16_t port) {
        SocketPair pair = world.pair();
        bell_ = std::move(pair.second);
        const auto call = std::make_shared<Call>();
        call->bell = std::move(pair.first);
        answer_ = call->answer.get_future();
        world.system().resolver().resolve(
            std::move(host), port, [call, &sockets = world.sockets()](Resolver::Answer given) {
                const Slice ring = as_slice("!");
                call->answer.set_value(std::move(given)); // throws when it is the second
                (void)sockets.send(call->bell.get(), {&ring, 1}, Follows::unknown);
            });
    }

    Resolver::Answer answer(World& world) {
        world.hear(bell_.get(), 1);
        return answer_.get();
    }

private:
    struct Call {
        std::promise<Resolver::Answer> answer;
        SocketOwner bell;
    };

    SocketOwner bell_;
    std::future<Resolver::Answer> answer_;
};

Resolver::Answer resolve(World& world, std::string host, std::uint16_t port) {
    return Question(world, std::move(host), port).answer(world);
}

} // namespace

TEST_SUITE_BEGIN("resolver");

TEST_CASE("a literal address is its own answer, with the port that was asked for") {
    World world;
    for (const std::string_view text : {"127.0.0.1", "192.0.2.1", "::1", "2001:db8::7"}) {
        const std::vector<Endpoint> found = value_of(resolve(world, std::string(text), 10'001));
        REQUIRE(found.size() == 1);
        CHECK(address_text(found[0]) == text);
        CHECK(found[0].port == 10'001);
    }
}

TEST_CASE("localhost is loopback, each address once") {
    World world;
    const std::vector<Endpoint> found = value_of(resolve(world, "localhost", 10'001));
    REQUIRE_FALSE(found.empty());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i].is_loopback());
        CHECK(found[i].port == 10'001);
        for (std::size_t k = 0; k < i; ++k) {
            CHECK(to_string(found[i]) != to_string(found[k]));
        }
    }
}

TEST_CASE("what cannot be a name has no address") {
    World world;
    const Resolver::Answer answer = resolve(world, std::string(300, 'x'), 0);
    REQUIRE_FALSE(answer);
    CHECK(answer.error() != Error::unexpected);
    CHECK(answer.error() != Error::would_block);
}

TEST_CASE("questions asked at once are all answered, each with its own answer") {
    World world;
    std::vector<Question> questions;
    for (std::uint16_t port = 0; port < 20; ++port) {
        questions.emplace_back(world, port % 2 == 0 ? "127.0.0.1" : "::1", port);
    }
    for (std::uint16_t port = 20; port-- > 0;) {
        const std::vector<Endpoint> found = value_of(questions[port].answer(world));
        REQUIRE(found.size() == 1);
        CHECK(found[0] == Endpoint::loopback(port % 2 == 0 ? Family::ipv4 : Family::ipv6, port));
    }
}

TEST_CASE("a name is the same name in capitals") {
    World world;
    const std::vector<Endpoint> small = value_of(resolve(world, "localhost", 1));
    const std::vector<Endpoint> large = value_of(resolve(world, "LOCALHOST", 1));
    CHECK(small == large);
}

TEST_CASE("names and addresses asked for in turn do not hold each other up") {
    World world;
    Question name(world, "localhost", 2);
    const std::vector<Endpoint> literal = value_of(resolve(world, "127.0.0.1", 3));
    CHECK(literal == std::vector{Endpoint::loopback(Family::ipv4, 3)});
    CHECK(value_of(name.answer(world)).front().port == 2);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("clock");

TEST_CASE("the clock never goes back, and a wait moves it on") {
    World world;
    Instant last = world.clock().now();
    for (int i = 0; i < 10'000; ++i) {
        const Instant now = world.clock().now();
        REQUIRE(now >= last);
        last = now;
    }
    world.look(std::chrono::milliseconds(2));
    CHECK(world.clock().now() > last);
}

TEST_SUITE_END();

} // namespace caesura::testing
