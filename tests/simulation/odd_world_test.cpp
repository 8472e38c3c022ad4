// Worlds as nobody would build them on purpose, and handles pulled in odd orders.

#include <caesura/simulation/world.hpp>

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <stdexcept>

using namespace caesura;
using namespace caesura::simulation;

namespace {

// Two machines, and a connection from the second to the first.
struct Pair {
    explicit Pair(const Preset& on = linux_6()) : preset(on) {}

    Preset preset;
    World world{preset, 1};
    Machine& server = world.machine();
    Machine& client = world.add_machine(preset);
    SocketOwner listener;
    SocketOwner caller;

    void listen() {
        listener = std::move(*server.sockets().listen(Endpoint::any(Family::ipv4, 80), 0));
    }
    void connect() {
        listen();
        caller = std::move(*client.sockets().open(Family::ipv4));
        const Endpoint there = server.address(Family::ipv4, 80);
        CHECK(client.sockets().connect(caller.get(), there).error == Error::would_block);
    }
    bool stands_after(Duration time) {
        world.pass(time);
        return !client.sockets().connect_outcome(caller.get());
    }
    std::size_t arrived_of(std::size_t bytes) {
        auto accepted = server.sockets().accept(listener.get());
        REQUIRE(accepted);
        const std::string text(bytes, 'x');
        const Slice slice = as_slice(text);
        CHECK(*client.sockets().send(caller.get(), {&slice, 1}, Follows::unknown) == bytes);
        world.pass(std::chrono::seconds(10));
        std::vector<std::byte> room(2 * bytes);
        const auto got = server.sockets().receive(accepted->socket.get(), room);
        return got ? *got : 0;
    }
};

} // namespace

TEST_CASE("a machine that has vanished stays so, whoever mends, comes later, or calms") {
    Pair pair;
    pair.world.faults().draw(7);
    pair.server.vanish();
    pair.world.faults().calm();
    pair.world.cut_link(pair.server, pair.client, false);
    pair.connect();
    CHECK_FALSE(pair.stands_after(std::chrono::seconds(60)));
    Machine& late = pair.world.add_machine(linux_6());
    const auto socket = late.sockets().open(Family::ipv4);
    (void)late.sockets().connect(socket->get(), pair.server.address(Family::ipv4, 80));
    pair.world.pass(std::chrono::seconds(60));
    CHECK(late.sockets().connect_outcome(socket->get()).error == Error::would_block);
}

TEST_CASE("calm undoes what faults did, and nothing that the test did") {
    Pair pair;
    pair.world.faults().draw(7);
    pair.world.cut_link(pair.server, pair.client, true);
    pair.world.faults().calm();
    pair.connect();
    CHECK_FALSE(pair.stands_after(std::chrono::seconds(60)));
    pair.world.cut_link(pair.server, pair.client, false);
    CHECK(pair.stands_after(std::chrono::seconds(60)));
}

TEST_CASE("segments of no bytes carry one at a time") {
    Pair pair;
    pair.world.set_link(pair.server, pair.client, {.segment = 0});
    pair.connect();
    CHECK(pair.stands_after(std::chrono::seconds(1)));
    CHECK(pair.arrived_of(100) == 100);
}

TEST_CASE("a way that takes for ever is a black hole") {
    Pair pair;
    pair.world.set_link(pair.server, pair.client, {.latency = forever});
    pair.connect();
    CHECK_FALSE(pair.stands_after(std::chrono::seconds(100)));
}

TEST_CASE("each of many machines has addresses of its own") {
    World world(linux_6(), 1);
    for (int i = 0; i < 600; ++i) {
        world.add_machine(linux_6());
    }
    std::set<std::string> addresses;
    for (std::size_t i = 0; i <= 600; ++i) {
        addresses.insert(address_text(world.machine(i).address(Family::ipv4)));
        addresses.insert(address_text(world.machine(i).address(Family::ipv6)));
    }
    CHECK(addresses.size() == 2 * 601);
}

TEST_CASE("a name's addresses are told once each, whatever ports they were given with") {
    World world(linux_6(), 1);
    const Endpoint one = Endpoint::loopback(Family::ipv4, 1);
    const Endpoint other = Endpoint::loopback(Family::ipv4, 2);
    world.machine().add_name("twice", {one, other, one});
    std::size_t count = 0;
    world.machine().resolver().resolve("twice", 7, [&count](const Resolver::Answer& answer) {
        count = answer ? answer->size() : 0;
    });
    world.pass(std::chrono::seconds(1));
    CHECK(count == 1);
}

TEST_CASE("a connect that is under way is so however often it is asked for, and takes nothing") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        Pair pair(preset);
        pair.connect();
        const Endpoint there = pair.server.address(Family::ipv4, 80);
        const Socket caller = pair.caller.get();
        CHECK(pair.client.sockets().connect(caller, there).error == Error::would_block);
        const bool is_windows = preset.name.substr(0, 7) == "winsock";
        const Error early = is_windows ? Error::not_connected : Error::would_block;
        const Slice slice = as_slice("early");
        CHECK(pair.client.sockets().send(caller, {&slice, 1}, Follows::unknown).error() == early);
        std::array<std::byte, 1> room{};
        CHECK(pair.client.sockets().receive(caller, room).error() == early);
        CHECK(pair.stands_after(std::chrono::seconds(1)));
    }
}

TEST_CASE("who calls an address of the machine's own is known by that address, or by loopback") {
    Pair pair;
    pair.listen();
    for (const Endpoint& own :
         {pair.server.address(Family::ipv4, 80), Endpoint::loopback(Family::ipv4, 80)}) {
        const SocketOwner caller = std::move(*pair.server.sockets().open(Family::ipv4));
        CHECK(pair.server.sockets().connect(caller.get(), own).error == Error::would_block);
        pair.world.pass(std::chrono::seconds(1));
        const auto accepted = pair.server.sockets().accept(pair.listener.get());
        REQUIRE(accepted);
        CHECK(accepted->peer.address == own.address);
        CHECK(pair.server.sockets().local(accepted->socket.get())->address == own.address);
    }
}

TEST_CASE("a socket that has no address yet says so on Windows, and on POSIX has none in it") {
    World windows(winsock_win10(), 1);
    const auto one = windows.machine().sockets().open(Family::ipv4);
    CHECK(windows.machine().sockets().local(one->get()).error() == Error::invalid_argument);
    World posix(linux_6(), 1);
    const auto other = posix.machine().sockets().open(Family::ipv4);
    CHECK(posix.machine().sockets().local(other->get())->port == 0);
}

TEST_CASE("a poller of a name that the system does not know is none") {
    World world(linux_6(), 1);
    CHECK(world.machine().make_poller("wsapoll") == nullptr);
    CHECK(world.machine().make_poller("")->name() == "select");
}

TEST_CASE("machines of another world are refused, and nothing happens to one's own") {
    World world(linux_6(), 1);
    World elsewhere(linux_6(), 2);
    Machine& mine = world.machine();
    for (Machine* const other : {&elsewhere.machine(), &elsewhere.add_machine(linux_6())}) {
        CHECK_THROWS_WITH_AS(world.set_link(mine, *other, {.latency = forever}),
                             "simulation: a machine of another world", std::invalid_argument);
        CHECK_THROWS_AS(world.cut_link(*other, mine, true), std::invalid_argument);
        CHECK_THROWS_AS(world.cut_link(*other, *other, true), std::invalid_argument);
    }
    const auto caller = mine.sockets().open(Family::ipv4);
    (void)mine.sockets().connect(caller->get(), Endpoint::loopback(Family::ipv4, 9));
    world.pass(std::chrono::seconds(1));
    CHECK(mine.sockets().connect_outcome(caller->get()).error == Error::connection_refused);
}

TEST_CASE("a machine that there is not, and one that nobody could wait on, are refused") {
    World world(linux_6(), 1);
    CHECK_THROWS_WITH_AS((void)world.machine(7), "simulation: no machine of index 7, there are 1",
                         std::out_of_range);
    CHECK_THROWS_AS(World(Preset{}, 1), std::invalid_argument);
    CHECK_THROWS_AS(world.add_machine(Preset{}), std::invalid_argument);
    Machine& second = world.add_machine(linux_6());
    CHECK(&world.machine(1) == &second);
}
