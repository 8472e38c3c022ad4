#include "play.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace caesura::simulation::testing {

namespace {

struct Scene {
    void ask(const std::string& name) {
        machine.resolver().resolve(name, 77, [this](Resolver::Answer given) {
            REQUIRE_FALSE(answer.has_value());
            answer = std::move(given);
        });
    }

    World world{linux_6(), 1};
    Machine& machine = world.machine();
    std::optional<Resolver::Answer> answer;
};

} // namespace

TEST_SUITE_BEGIN("simulated resolver");

TEST_CASE("a literal is answered at once, with the port asked for") {
    Scene scene;
    scene.ask("192.0.2.7");
    REQUIRE(scene.answer.has_value());
    REQUIRE(**scene.answer == std::vector{*parse_address("192.0.2.7", 77)});
}

TEST_CASE("a name is answered from within a wait, after the delay") {
    Scene scene;
    scene.machine.add_name("Poems.Example", {scene.machine.address(Family::ipv6),
                                             scene.machine.address(Family::ipv4)});
    scene.machine.set_resolver_delay(std::chrono::milliseconds(30));
    scene.ask("poems.EXAMPLE");
    CHECK_FALSE(scene.answer.has_value());
    scene.world.pass(std::chrono::milliseconds(29));
    CHECK_FALSE(scene.answer.has_value());
    scene.world.pass(std::chrono::milliseconds(1));
    REQUIRE(scene.answer.has_value());
    CHECK(**scene.answer == std::vector{scene.machine.address(Family::ipv6, 77),
                                        scene.machine.address(Family::ipv4, 77)});
}

TEST_CASE("nobody else is found, nor a name without addresses") {
    Scene scene;
    scene.machine.add_name("nobody", {});
    for (const std::string name : {"elsewhere.example", "nobody"}) {
        scene.answer.reset();
        scene.ask(name);
        scene.world.pass(a_while);
        REQUIRE(scene.answer.has_value());
        CHECK(scene.answer->error() == Error::host_not_found);
    }
}

TEST_CASE("who has exited hears no answer, and who asks afterwards does") {
    Scene scene;
    const auto refers_to = std::make_shared<int>();
    bool called = false;
    scene.machine.resolver().resolve(
        "localhost", 1, [refers_to, &called](const Resolver::Answer&) { called = true; });
    scene.machine.exit(Exit::without_closing);
    scene.ask("localhost");
    scene.world.pass(a_while);
    CHECK_FALSE(called);
    CHECK(refers_to.use_count() == 1);
    CHECK(scene.answer.has_value());
}

TEST_CASE("a world that ends answers nobody, and lets go of whoever asked") {
    bool called = false;
    const auto refers_to = std::make_shared<int>();
    {
        World world(linux_6(), 1);
        Machine& asked = world.add_machine(linux_6());
        // Connections too, of another machine: they are closed while there is one.
        const auto ends = std::make_shared<Ends>(link(world));
        asked.resolver().resolve("localhost", 1,
                                 [refers_to, ends, &called](const auto&) { called = true; });
    }
    CHECK_FALSE(called);
    CHECK(refers_to.use_count() == 1);
}

TEST_CASE("localhost is known without having been added, by both families") {
    Scene scene;
    scene.ask("localhost");
    scene.world.pass(a_while);
    REQUIRE(scene.answer.has_value());
    CHECK(**scene.answer ==
          std::vector{Endpoint::loopback(Family::ipv4, 77), Endpoint::loopback(Family::ipv6, 77)});
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
