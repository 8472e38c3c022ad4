#include <caesura/simulation/world.hpp>

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::simulation;

namespace {

/// What `open` says at each of so many calls.
std::vector<Error> opened(World& world, int times) {
    std::vector<Error> said;
    for (int i = 0; i < times; ++i) {
        said.push_back(world.machine().sockets().open(Family::ipv4).error());
    }
    return said;
}

} // namespace

TEST_CASE("without faults drawn nothing goes wrong, and nothing is traced of them") {
    World world(linux_6(), 1);
    CHECK_FALSE(world.faults().is_on());
    CHECK(opened(world, 2) == std::vector{Error::none, Error::none});
    CHECK(world.next_event() == never);
}

TEST_CASE("a fault that is planned comes at its occasion, once or from then on, as told") {
    World once(linux_6(), 1);
    once.faults().plan(Fault::open_no_memory, 2, false, Error::out_of_memory);
    CHECK(opened(once, 3) == std::vector{Error::none, Error::out_of_memory, Error::none});
    World for_ever(winsock_win10(), 1);
    for_ever.faults().plan(Fault::open_too_many, 2, true, Error::too_many_open);
    CHECK(opened(for_ever, 3) ==
          std::vector{Error::none, Error::too_many_open, Error::too_many_open});
    CHECK(for_ever.faults().tally(Fault::open_too_many).fired == 2);
    CHECK(for_ever.faults().tally(Fault::open_too_many).occasions == 3);
}

TEST_CASE("a planned fault has the number that its system has for the error") {
    World world(winsock_win10(), 1);
    world.faults().plan(Fault::open_no_memory, 1, true, Error::no_buffer_space);
    CHECK(world.machine().sockets().open(Family::ipv4).failure().native == 10055);
}

TEST_CASE("calmed, nothing goes wrong any more, and limits are what they were") {
    World world(linux_6(), 1);
    world.faults().set(Fault::open_too_many, 1);
    world.faults().set(Fault::descriptor_limit, 1);
    world.pass(std::chrono::milliseconds(500));
    CHECK(world.faults().tally(Fault::descriptor_limit).fired > 0);
    world.faults().calm();
    CHECK(opened(world, 1) == std::vector{Error::none});
    std::vector<SocketOwner> held;
    for (int i = 0; i < 100; ++i) {
        auto socket = world.machine().sockets().open(Family::ipv4);
        REQUIRE(socket);
        held.push_back(std::move(*socket));
    }
    world.pass(std::chrono::hours(1));
    CHECK(world.next_event() == never); // no further faults are on their way
}

TEST_CASE("to leave out some faults changes nothing of what is drawn for the others") {
    World all(linux_6(), 1);
    World some(linux_6(), 1);
    all.faults().draw(5);
    some.faults().draw(5, *parse_faults("send,poller"));
    for (const FaultFacts& facts : all_faults()) {
        const bool is_kept = facts.kind == FaultClass::send || facts.kind == FaultClass::poller;
        CAPTURE(std::string(facts.name));
        CHECK(all.faults().tally(facts.fault).drawn == some.faults().tally(facts.fault).drawn);
        CHECK(some.faults().tally(facts.fault).active ==
              (is_kept && all.faults().tally(facts.fault).active));
    }
}
