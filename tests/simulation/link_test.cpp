// The way between two machines: how long it takes, in which order, and what a cut does.

#include "play.hpp"

#include <doctest/doctest.h>

namespace caesura::simulation::testing {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Two machines with a link of that quality, and a connection over it.
struct Scene {
    explicit Scene(const LinkQuality& quality, const Preset& preset = linux_6())
        : world(preset, 5), there(world.add_machine(preset)) {
        world.set_link(here, there, quality);
        ends = link(world, here, there);
    }

    Duration time_until_heard(std::uint64_t bytes) {
        const Instant start = world.now();
        std::uint64_t heard = 0;
        while (heard < bytes && world.now() - start < std::chrono::minutes(10)) {
            world.pass(milliseconds(1));
            while (const auto got = receive(there, ends.server.get())) {
                heard += got->size();
            }
        }
        return world.now() - start;
    }

    World world;
    Machine& here = world.machine();
    Machine& there;
    Ends ends;
};

} // namespace

TEST_SUITE_BEGIN("link");

TEST_CASE("nothing arrives before the latency is over, nor at once") {
    Scene scene({.latency = milliseconds(20)});
    REQUIRE(send(scene.here, scene.ends.client.get(), "text"));
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
    scene.world.pass(milliseconds(20));
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
    scene.world.pass(World::tick);
    CHECK(*receive(scene.there, scene.ends.server.get()) == "text");
}

TEST_CASE("a link without latency still takes a tick") {
    Scene scene({.latency = Duration::zero()});
    REQUIRE(send(scene.here, scene.ends.client.get(), "text"));
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
    scene.world.pass(2 * World::tick);
    CHECK(*receive(scene.there, scene.ends.server.get()) == "text");
}

TEST_CASE("bandwidth bounds how much comes in a time, each way by itself") {
    Scene scene({.latency = microseconds(10), .bandwidth = 100'000, .segment = 1000});
    REQUIRE(*send(scene.here, scene.ends.client.get(), 50'000) == 50'000);
    REQUIRE(*send(scene.there, scene.ends.server.get(), 50'000) == 50'000);
    const Duration time = scene.time_until_heard(50'000);
    CHECK(time >= milliseconds(500));
    CHECK(time < milliseconds(520));
}

TEST_CASE("a gigabyte a second for hours overflows nothing") {
    Scene scene({.bandwidth = 1});
    REQUIRE(send(scene.here, scene.ends.client.get(), "slow"));
    CHECK(scene.time_until_heard(4) >= seconds(4));
}

TEST_CASE("jitter moves segments, and none overtakes another") {
    Scene scene({.latency = milliseconds(1), .jitter = milliseconds(50), .segment = 7});
    std::string text;
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        text += std::string(5, letter);
        REQUIRE(send(scene.here, scene.ends.client.get(), std::string(5, letter)));
    }
    std::string heard;
    int arrivals = 0;
    for (int turn = 0; turn < 2000; ++turn) {
        scene.world.pass(microseconds(500));
        if (const auto got = receive(scene.there, scene.ends.server.get())) {
            heard += *got;
            ++arrivals;
        }
    }
    CHECK(heard == text);
    CHECK(arrivals > 3);
}

TEST_CASE("what is under way when a link is cut arrives when it is mended, in its order") {
    Scene scene({.latency = milliseconds(10)});
    const Socket client = scene.ends.client.get();
    REQUIRE(send(scene.here, client, "before "));
    scene.world.pass(milliseconds(5));
    scene.world.cut_link(scene.here, scene.there, true);
    scene.world.pass(milliseconds(1));
    REQUIRE(send(scene.here, client, "during "));
    scene.world.pass(milliseconds(9));
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
    scene.world.cut_link(scene.here, scene.there, false);
    REQUIRE(send(scene.here, client, "after"));
    REQUIRE_FALSE(scene.here.sockets().shut_writes(client));
    std::string heard;
    for (int turn = 0; turn < 100; ++turn) {
        scene.world.pass(milliseconds(1));
        const auto got = receive(scene.there, scene.ends.server.get());
        heard += got ? *got : "";
    }
    CHECK(heard == "before during after");
    CHECK(receive(scene.there, scene.ends.server.get())->empty());
}

TEST_CASE("a link that is cut again before what was held has come holds it on") {
    Scene scene({.latency = milliseconds(10)});
    scene.world.cut_link(scene.here, scene.there, true);
    REQUIRE(send(scene.here, scene.ends.client.get(), "text"));
    scene.world.pass(milliseconds(50));
    scene.world.cut_link(scene.here, scene.there, false);
    scene.world.pass(milliseconds(5));
    scene.world.cut_link(scene.here, scene.there, true);
    scene.world.pass(milliseconds(50));
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
    scene.world.cut_link(scene.here, scene.there, false);
    scene.world.pass(milliseconds(10));
    CHECK(*receive(scene.there, scene.ends.server.get()) == "text");
}

TEST_CASE("bytes that are sent into a cut are given up after the retransmission timeout") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(30);
    Scene scene({.latency = milliseconds(10)}, preset);
    const Socket client = scene.ends.client.get();
    REQUIRE(send(scene.here, client, "in vain"));
    scene.world.pass(milliseconds(5));
    scene.world.cut_link(scene.here, scene.there, true); // when all is under way already
    scene.world.pass(seconds(29));
    CHECK(receive(scene.here, client).error() == Error::would_block);
    scene.world.pass(seconds(2));
    CHECK(receive(scene.here, client).error() == Error::timed_out);
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);

    // Nobody sends them again. The other end hears of it once it says something (RFC 9293: reset).
    scene.world.cut_link(scene.here, scene.there, false);
    scene.world.pass(a_while);
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
    REQUIRE(send(scene.there, scene.ends.server.get(), "hello?"));
    scene.world.pass(a_while);
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::connection_reset);
}

TEST_CASE("a FIN from a peer that has given up is a reset, not an end") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(30);
    Scene scene({}, preset);
    scene.world.cut_link(scene.here, scene.there, true);
    REQUIRE(send(scene.here, scene.ends.client.get(), "x"));
    scene.world.pass(seconds(31));
    scene.world.cut_link(scene.here, scene.there, false);
    scene.world.pass(a_while);
    REQUIRE_FALSE(scene.there.sockets().shut_writes(scene.ends.server.get()));
    scene.world.pass(a_while);
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::connection_reset);
}

TEST_CASE("a FIN that is sent into a cut is given up too, and never heard") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(30);
    Scene scene({}, preset);
    const Socket client = scene.ends.client.get();
    scene.world.cut_link(scene.here, scene.there, true);
    REQUIRE_FALSE(scene.here.sockets().shut_writes(client));
    scene.world.pass(seconds(31));
    CHECK(receive(scene.here, client).error() == Error::timed_out);
    scene.world.cut_link(scene.here, scene.there, false);
    scene.world.pass(a_while);
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
}

TEST_CASE("who waits for nothing is not given up, however long the cut") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(30);
    Scene scene({}, preset);
    scene.world.cut_link(scene.here, scene.there, true);
    REQUIRE(send(scene.here, scene.ends.client.get(), "x"));
    scene.world.pass(seconds(100));
    CHECK(receive(scene.there, scene.ends.server.get()).error() == Error::would_block);
    CHECK(send(scene.there, scene.ends.server.get(), "still here"));
}

TEST_CASE("a cut that is over in time, or that nobody noticed, costs nobody his connection") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(30);
    Scene scene({}, preset);
    for (const bool noticed : {false, true}) {
        scene.world.cut_link(scene.here, scene.there, true);
        if (noticed) {
            REQUIRE(send(scene.here, scene.ends.client.get(), "x"));
        }
        scene.world.pass(seconds(20));
        scene.world.cut_link(scene.here, scene.there, false);
        scene.world.pass(seconds(20));
        CHECK(receive(scene.here, scene.ends.client.get()).error() == Error::would_block);
    }
    CHECK(*receive(scene.there, scene.ends.server.get()) == "x");
}

TEST_CASE("who gets on between two cuts is not given up for the sum of them") {
    Preset preset = linux_6();
    preset.retransmission_timeout = seconds(30);
    Scene scene({.latency = milliseconds(10)}, preset);
    const Socket client = scene.ends.client.get();
    for (int i = 0; i < 3; ++i) {
        scene.world.cut_link(scene.here, scene.there, true);
        REQUIRE(send(scene.here, client, "x"));
        scene.world.pass(seconds(20));
        scene.world.cut_link(scene.here, scene.there, false);
        scene.world.pass(a_while);
    }
    CHECK(*receive(scene.there, scene.ends.server.get()) == "xxx");
    CHECK(receive(scene.here, client).error() == Error::would_block);
    scene.world.cut_link(scene.here, scene.there, true);
    REQUIRE(send(scene.here, client, "x"));
    scene.world.pass(seconds(70));
    CHECK(receive(scene.here, client).error() == Error::timed_out);
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
