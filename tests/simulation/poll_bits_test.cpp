// What each system's own poll says, row by row of the table in docs/SIMULATOR.md.

#include "play.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace caesura::simulation::testing {

namespace {

constexpr PollBits nothing{};
constexpr PollBits out{.out = true};

struct Scene {
    explicit Scene(const Preset& preset) : world(preset, 1), ends(link(world)) {}

    PollBits bits() const { return machine.poll_bits(ends.client.get()); }
    // What the server does, and some time after it.
    template <class Deed>
    PollBits after(Deed deed) {
        deed();
        world.pass(a_while);
        return bits();
    }

    World world;
    Machine& machine = world.machine();
    Ends ends;
};

const std::vector<Preset>& windows() {
    static const std::vector<Preset> both{winsock_win7(), winsock_win10()};
    return both;
}
const std::vector<Preset>& wine() {
    static const std::vector<Preset> both{wine8(), wine10()};
    return both;
}
const std::vector<Preset>& posix() {
    static const std::vector<Preset> both{linux_6(), bsd()};
    return both;
}

PollBits bits_of_refused(const Preset& preset) {
    World world(preset, 1);
    const SocketOwner socket = calling(world.machine(), Endpoint::loopback(Family::ipv4, 9));
    world.pass(std::chrono::seconds(5));
    CHECK(world.machine().sockets().connect_outcome(socket.get()).error ==
          Error::connection_refused);
    return world.machine().poll_bits(socket.get());
}

} // namespace

TEST_SUITE_BEGIN("poll bits");

TEST_CASE("a back-end tells a failed connect to who asked, even where the system's poll does not") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        World world(preset, 1);
        Machine& machine = world.machine();
        const SocketOwner socket = calling(machine, Endpoint::loopback(Family::ipv4, 9));
        world.pass(std::chrono::seconds(5));
        const Ready connected = look(machine, socket.get(), Interest::connect);
        CHECK(connected.writable);
        CHECK_FALSE(connected.readable);
        // As a bare socket's write; only Windows 7 has nothing to say.
        const Ready written = look(machine, socket.get(), Interest::write);
        CHECK(written.writable == (preset.name != "winsock-win7"));
    }
}

TEST_CASE("a connection that is lost can be asked, shut and resized, by each system's words") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        Scene scene(preset);
        Sockets& sockets = scene.machine.sockets();
        const Socket client = scene.ends.client.get();
        scene.machine.reset_connection(client);
        const Error told = preset.lost_peer_is_known ? Error::none : Error::not_connected;
        CHECK(sockets.peer(client).error() == told);
        CHECK(sockets.shut_writes(client).error == told);
        CHECK_FALSE(sockets.set_option(client, SocketOption::receive_buffer, 5000));
        const bool posix = preset.dialect == Dialect::posix;
        CHECK(sockets.connect_outcome(client).error ==
              (posix ? Error::connection_reset : Error::none));
        CHECK_FALSE(sockets.connect_outcome(client)); // SO_ERROR tells it once (Linux)
    }
}

TEST_CASE("an idle connection is writable, and a byte makes it readable, everywhere") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        Scene scene(preset);
        CHECK(scene.bits() == out);
        const PollBits bits =
            scene.after([&] { REQUIRE(send(scene.machine, scene.ends.server.get(), "x")); });
        CHECK(bits == PollBits{.in = true, .out = true});
    }
}

TEST_CASE("rows 1 and 2: a failed connect is silent on Windows 7, and told by all others") {
    CHECK(bits_of_refused(winsock_win7()) == nothing);
    CHECK(bits_of_refused(winsock_win10()) ==
          PollBits{.out = true, .error = true, .hang_up = true});
    for (const Preset& preset : wine()) {
        CHECK(bits_of_refused(preset) == PollBits{.in = true, .error = true});
    }
    for (const Preset& preset : posix()) {
        CHECK(bits_of_refused(preset) ==
              PollBits{.in = true, .out = true, .error = true, .hang_up = true});
    }
}

TEST_CASE("rows 7 and 8: what is no socket is invalid") {
    for (const Preset& preset : presets()) {
        World world(preset, 1);
        CHECK(world.machine().poll_bits(Socket::none) == PollBits{.invalid = true});
        CHECK(world.machine().poll_bits(static_cast<Socket>(4711)) == PollBits{.invalid = true});
    }
}

TEST_CASE("row 11: a FIN is a hang-up on Windows, with and without bytes before it") {
    for (const Preset& preset : windows()) {
        Scene scene(preset);
        const PollBits both = scene.after([&] {
            REQUIRE(send(scene.machine, scene.ends.server.get(), "x"));
            scene.ends.server.close();
        });
        CHECK(both == PollBits{.in = true, .out = true, .hang_up = true});
        CHECK(*receive(scene.machine, scene.ends.client.get()) == "x");
        CHECK(scene.bits() == PollBits{.out = true, .hang_up = true});
        CHECK(receive(scene.machine, scene.ends.client.get())->empty());
        CHECK(scene.bits() == PollBits{.out = true, .hang_up = true}); // row 12
    }
}

TEST_CASE("row 11: Wine hides the hang-up while bytes wait") {
    for (const Preset& preset : wine()) {
        Scene scene(preset);
        const PollBits both = scene.after([&] {
            REQUIRE(send(scene.machine, scene.ends.server.get(), "x"));
            scene.ends.server.close();
        });
        CHECK(both == PollBits{.in = true, .out = true});
        CHECK(*receive(scene.machine, scene.ends.client.get()) == "x");
        CHECK(scene.bits() == PollBits{.out = true, .hang_up = true});
    }
}

TEST_CASE("row 11: a FIN is readable on POSIX, and a hang-up once both have finished") {
    for (const Preset& preset : posix()) {
        Scene scene(preset);
        CHECK(scene.after([&] { scene.ends.server.close(); }) == PollBits{.in = true, .out = true});
        REQUIRE_FALSE(scene.machine.sockets().shut_writes(scene.ends.client.get()));
        CHECK(scene.bits() == PollBits{.in = true, .out = true, .hang_up = true});
    }
}

TEST_CASE("row 13: a reset is an error and a hang-up, readable only on POSIX") {
    for (const Preset& preset : windows()) {
        Scene scene(preset);
        const PollBits bits = scene.after([&] { scene.ends.server.abort(); });
        CHECK(bits == PollBits{.out = true, .error = true, .hang_up = true});
        CHECK_FALSE(scene.machine.sockets().connect_outcome(scene.ends.client.get())); // SO_ERROR
        CHECK(receive(scene.machine, scene.ends.client.get()).error() == Error::connection_reset);
        CHECK(scene.bits() == bits);
        CHECK(send(scene.machine, scene.ends.client.get(), "x").error() == Error::connection_reset);
    }
    for (const Preset& preset : posix()) {
        Scene scene(preset);
        CHECK(scene.after([&] { scene.ends.server.abort(); }) ==
              PollBits{.in = true, .out = true, .error = true, .hang_up = true});
        CHECK(receive(scene.machine, scene.ends.client.get()).error() == Error::connection_reset);
        CHECK(scene.bits() == PollBits{.in = true, .out = true, .hang_up = true}); // told once
        CHECK(receive(scene.machine, scene.ends.client.get())->empty());
        CHECK(send(scene.machine, scene.ends.client.get(), "x").error() == Error::broken_pipe);
    }
}

TEST_CASE("row 13: by Wine 8 a reset reads as an end, by Wine 10 as a reset") {
    for (const Preset& preset : wine()) {
        Scene scene(preset);
        CHECK(scene.after([&] { scene.ends.server.abort(); }) ==
              PollBits{.out = true, .error = true, .hang_up = true});
        const auto got = receive(scene.machine, scene.ends.client.get());
        CHECK(bool(got) == (preset.name == "wine8"));
        CHECK(send(scene.machine, scene.ends.client.get(), "x").error() == Error::connection_reset);
    }
}

TEST_CASE("row 14: a reset eats unread bytes on Windows and by Wine 10, and on no other system") {
    for (const Preset& preset : presets()) {
        if (preset.is_nasty) {
            continue; // reads what it likes
        }
        CAPTURE(preset.name);
        Scene scene(preset);
        scene.after([&] { REQUIRE(send(scene.machine, scene.ends.server.get(), "unread")); });
        const PollBits bits = scene.after([&] { scene.ends.server.abort(); });
        const bool eaten = preset.name == "winsock-win7" || preset.name == "winsock-win10" ||
                           preset.name == "wine10";
        const auto got = receive(scene.machine, scene.ends.client.get());
        CHECK(bool(got) == !eaten);
        CHECK(bits.in == (!eaten || preset.dialect == Dialect::posix));
    }
}

TEST_CASE("row 15: after its own FIN a socket stays writable, and says why not when it is tried") {
    for (const Preset& preset : presets()) {
        Scene scene(preset);
        REQUIRE_FALSE(scene.machine.sockets().shut_writes(scene.ends.client.get()));
        CHECK(scene.bits().out);
        CHECK(send(scene.machine, scene.ends.client.get(), "x").error() == Error::broken_pipe);
    }
}

TEST_CASE("row 16: a socket that never connected hangs up on Linux, and is silent elsewhere") {
    for (const Preset& preset : presets()) {
        World world(preset, 1);
        const SocketOwner socket = std::move(*world.machine().sockets().open(Family::ipv4));
        const bool linux = preset.name == "linux" || preset.name == "nasty";
        CHECK(world.machine().poll_bits(socket.get()) == PollBits{.out = linux, .hang_up = linux});
    }
}

TEST_CASE("row 17: a listener is readable while somebody waits, and a call on its way is silent") {
    for (const Preset& preset : presets()) {
        World world(preset, 1);
        Machine& machine = world.machine();
        const SocketOwner listening = listener(machine);
        CHECK(machine.poll_bits(listening.get()) == nothing);
        const SocketOwner client =
            calling(machine, Endpoint::loopback(Family::ipv4,
                                                machine.sockets().local(listening.get())->port));
        CHECK(machine.poll_bits(client.get()) == nothing);
        world.pass(a_while);
        CHECK(machine.poll_bits(listening.get()) == PollBits{.in = true});
        CHECK(machine.poll_bits(client.get()) == out);
    }
}

TEST_CASE("select tells no error, but on Windows a failed connect") {
    for (const Preset& preset : presets()) {
        World world(preset, 1);
        Machine& machine = world.machine();
        const SocketOwner failed = calling(machine, Endpoint::loopback(Family::ipv4, 9));
        Ends ends = link(world);
        ends.server.abort();
        world.pass(std::chrono::seconds(5));
        for (const std::string_view name : machine.poller_names()) {
            CAPTURE(preset.name);
            CAPTURE(name);
            WatchTable table;
            REQUIRE(table.add(ends.client.get(), Interest::read));
            REQUIRE(table.add(failed.get(), Interest::connect));
            std::vector<Ready> ready;
            REQUIRE_FALSE(machine.make_poller(name)->wait(table, Scope::all, a_while, ready));
            REQUIRE(ready.size() == 2);
            CHECK(ready[0].readable);
            CHECK(ready[0].error == (name != "select"));
            CHECK(ready[1].writable);
            CHECK(ready[1].error == (name != "select" || preset.dialect == Dialect::winsock));
        }
    }
}

TEST_CASE("row 21: a wait takes whole ticks on Windows, and as long as was said on Linux") {
    for (const auto& [preset, expected] :
         {std::pair(linux_6(), std::chrono::microseconds(100)),
          std::pair(winsock_win10(), std::chrono::microseconds(15'625))}) {
        World world(preset, 1);
        const Instant start = world.now();
        WatchTable table;
        std::vector<Ready> ready;
        REQUIRE_FALSE(world.machine().make_poller("")->wait(table, Scope::all,
                                                            std::chrono::microseconds(100), ready));
        CHECK(world.now() - start == expected);
    }
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
