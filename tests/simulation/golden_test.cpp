// The cases by which the model of Winsock's send buffers stands or falls, each with the ground of
// what it expects.

#include "play.hpp"

#include <caesura/simulation/send_buffer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace caesura::simulation::testing {

namespace {

void set_send_buffer(Machine& machine, Socket socket, int bytes) {
    REQUIRE_FALSE(machine.sockets().set_option(socket, SocketOption::send_buffer, bytes));
}

} // namespace

TEST_SUITE_BEGIN("golden");

// Documented: KB 823764.
TEST_CASE("with a buffer of 32768, one send of 65536 is taken whole and the next would block") {
    for (const Preset& preset : {winsock_win7(), winsock_win10()}) {
        World world(preset, 1);
        Machine& machine = world.machine();
        const Ends ends = link(world);
        set_send_buffer(machine, ends.client.get(), 32'768);
        CHECK(*send(machine, ends.client.get(), 65'536) == 65'536);
        CHECK(send(machine, ends.client.get(), 65'536).error() == Error::would_block);
    }
}

// Documented: KB 823764.
TEST_CASE("with a buffer of 65537, two sends of 65536 are taken whole and the third would block") {
    World world(winsock_win10(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    set_send_buffer(machine, ends.client.get(), 65'537);
    CHECK(*send(machine, ends.client.get(), 65'536) == 65'536);
    CHECK(*send(machine, ends.client.get(), 65'536) == 65'536);
    CHECK(send(machine, ends.client.get(), 65'536).error() == Error::would_block);
}

// Reported: ZeroC's ice#6697. Not by the seam, where nothing is overlapped.
TEST_CASE("of four overlapped sends beyond the buffer two complete at once and two pend") {
    SendBuffer buffer({.rule = SendRule::whole_sends, .limit = 50'000});
    std::vector<bool> at_once;
    for (int i = 0; i < 4; ++i) {
        at_once.push_back(buffer.completes_at_once(786'432));
    }
    CHECK(at_once == std::vector{true, true, false, false});
    CHECK(buffer.charged() == 4 * 786'432);
}

// Wine's tests of Windows: ws2_32/tests/sock.c, test_write_events and test_close.
TEST_CASE("sends of 50 MiB are each taken whole, and after a close all of them arrive") {
    World world(winsock_win10(), 1);
    Machine& machine = world.machine();
    Ends ends = link(world);
    constexpr std::uint64_t size = std::uint64_t{50} << 20;
    std::uint64_t all = 0;
    int sends = 0;
    while (const Result<std::size_t> taken = send(machine, ends.client.get(), size)) {
        CHECK(*taken == size);
        all += *taken;
        ++sends;
        REQUIRE(sends < 10);
    }
    CHECK(sends >= 1);
    ends.client.close();
    const Heard heard = hear(world, machine, ends.server.get());
    CHECK(heard.bytes == all);
    CHECK(heard.ended);
    CHECK_FALSE(heard.failure);
}

// Reported: CPython's bpo-34130.
TEST_CASE("after a would-block more may be taken although nobody has read") {
    World world(winsock_win7(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    while (send(machine, ends.client.get(), 1000)) {
    }
    CHECK(send(machine, ends.client.get(), 1000).error() == Error::would_block);
    world.pass(a_while);
    CHECK(*send(machine, ends.client.get(), 1000) == 1000);
}

// By W3 and W8, whatever the sizes of the sends.
TEST_CASE("sends of at most 32768 with a buffer of 65536 never hoard more than 98303 bytes") {
    World world(winsock_win10(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    set_send_buffer(machine, ends.client.get(), 65'536);
    Random random(7);
    std::uint64_t most = 0;
    for (int turn = 0; turn < 200; ++turn) {
        while (send(machine, ends.client.get(), random.between(1, 32'768))) {
            most = std::max(most, machine.load().pool_used);
        }
        world.pass(World::tick * 30);
    }
    CHECK(most > 65'536);
    CHECK(most <= 98'303);
}

// Wine's tests; reported as endless loops: libdatachannel 871, libhv 2.
TEST_CASE(
    "a peer's half-close raises POLLHUP at once and for good, also where the buffer is full") {
    World world(winsock_win10(), 1);
    Machine& machine = world.machine();
    const Ends ends = link(world);
    REQUIRE(saturate(world, machine, ends.server.get(), 10'000) > 0);
    CHECK(machine.poll_bits(ends.server.get()) == PollBits{});
    REQUIRE_FALSE(machine.sockets().shut_writes(ends.client.get()));
    world.pass(a_while);
    CHECK(machine.poll_bits(ends.server.get()) == PollBits{.hang_up = true});
    CHECK(receive(machine, ends.server.get())->empty());
    CHECK(machine.poll_bits(ends.server.get()) == PollBits{.hang_up = true});
    // What a back-end of ours makes of it: no storm.
    CHECK_FALSE(look(machine, ends.server.get(), Interest::write, a_while).writable);
}

TEST_SUITE_END();

} // namespace caesura::simulation::testing
