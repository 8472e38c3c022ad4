#include "scripted_system.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>
#include <caesura/unsent_pool.hpp>

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::size_t KiB = 1024;
constexpr Duration near = std::chrono::microseconds(100);
constexpr Duration far = milliseconds(100);
using Limits = std::vector<std::string>;

// A server that has so many bytes for its client, which takes them as it is told.
struct Transfer : ScriptedHall {
    explicit Transfer(const ConnectionOptions& options, std::optional<Duration> distance = {})
        : ScriptedHall(troupe_of(), options, 0) {
        sockets().distance = distance;
        sockets().most_offered = 0;
        transport().write(SharedBytes(std::string(16'384 * KiB, 'x')));
        turn();
    }

    void take(std::size_t bytes) { make_room(bytes); }
};

} // namespace

TEST_CASE("connections inherit the listener's budget, and none costs a call of its own") {
    Transfer transfer({});
    CHECK(transfer.sockets().limits == Limits{"65536 on 1"});
    Transfer other({.unsent_limit = 1000});
    CHECK(other.sockets().limits == Limits{"1000 on 1"});
}

TEST_CASE("a budget that cannot be set is told, and nobody listens") {
    ScriptedStage stage;
    stage.sockets().limit_failure = Error::no_protocol_option;
    const auto listener = listen_tcp(stage.reactor, Endpoint::loopback(Family::ipv4), troupe_of());
    CHECK(listener.error() == Error::no_protocol_option);
}

TEST_CASE("a budget that cannot be set fails the connect") {
    ScriptedStage stage;
    stage.sockets().limit_failure = Error::no_protocol_option;
    const auto troupe = troupe_of();
    const auto connector = connect_tcp(stage.reactor, "127.0.0.1", 0, troupe);
    stage.reactor.run_once(Duration::zero());
    REQUIRE(troupe->connection_failures.size() == 1);
    CHECK(troupe->connection_failures.front().failure.error == Error::no_protocol_option);
    CHECK(stage.sockets().connects.empty());
}

TEST_CASE("no send offers more than a piece") {
    Transfer transfer({});
    transfer.take(100 * KiB);
    CHECK(transfer.sockets().most_offered == 32 * KiB);
    Transfer boundless({.unsent_limit = 0});
    boundless.take(100 * KiB);
    CHECK(boundless.sockets().most_offered > 1024 * KiB);
}

TEST_CASE("a reader that never reads earns nothing") {
    Transfer transfer({}, near);
    transfer.take(512 * KiB - 1);
    for (int i = 0; i < 100; ++i) {
        transfer.announce(FakeSystem::Sign::writable);
    }
    CHECK(transfer.sockets().limits.size() == 1);
    CHECK(transfer.sockets().options.empty());
}

TEST_CASE("a near reader earns a bounded buffer, once") {
    UnsentPool pool(0);
    Transfer transfer({.unsent_pool = &pool}, near);
    transfer.take(512 * KiB);
    CHECK(transfer.sockets().limits == Limits{"65536 on 1", "262144 on 2"});
    CHECK(transfer.sockets().options == std::vector{SocketOption::send_buffer});
    CHECK(pool.taken() == 192 * KiB);
    transfer.take(8'192 * KiB);
    CHECK(transfer.sockets().limits.size() == 2);
    CHECK(transfer.sockets().options.size() == 1);
}

TEST_CASE("a far reader keeps the system's own tuning, until it turns out to be near") {
    Transfer transfer({}, far);
    transfer.take(4'096 * KiB);
    CHECK(transfer.sockets().limits.back() == "1048576 on 2");
    CHECK(transfer.sockets().options.empty());
    transfer.sockets().distance = near;
    transfer.take(2'048 * KiB); // not asked again before it has taken twice as much
    CHECK(transfer.sockets().options.empty());
    transfer.take(2'048 * KiB);
    CHECK(transfer.sockets().limits.back() == "1048576 on 2");
    CHECK(transfer.sockets().options == std::vector{SocketOption::send_buffer});
}

TEST_CASE("who began with more than anybody earns is left alone") {
    Transfer transfer({.unsent_limit = 4'096 * KiB}, near);
    transfer.take(8'192 * KiB);
    CHECK(transfer.sockets().limits == Limits{"4194304 on 1"});
    CHECK(transfer.sockets().options.empty());
}

TEST_CASE("the budget of who is far, or nobody knows how far, doubles with what it takes") {
    UnsentPool pool(0);
    std::optional<Duration> distance;
    SUBCASE("far") { distance = far; }
    SUBCASE("unknown") {}
    Transfer transfer({.unsent_pool = &pool}, distance);
    transfer.take(512 * KiB);
    CHECK(transfer.sockets().limits.back() == "131072 on 2");
    transfer.take(512 * KiB);
    CHECK(transfer.sockets().limits.back() == "262144 on 2");
    for (int i = 0; i < 8; ++i) {
        transfer.take(2'048 * KiB);
    }
    CHECK(transfer.sockets().limits.back() == "1048576 on 2");
    CHECK(transfer.sockets().limits.size() == 5);
    CHECK(transfer.sockets().options.empty());
    CHECK(pool.taken() == (1024 - 64) * KiB);
}

TEST_CASE("what is earned goes back at the end") {
    UnsentPool pool(0);
    Transfer transfer({.unsent_pool = &pool}, near);
    transfer.take(512 * KiB);
    CHECK(pool.taken() > 0);
    transfer.transport().abort_connection();
    transfer.turn();
    CHECK(pool.taken() == 0);
}

TEST_CASE("out of an empty pool nothing is earned, until somebody gives back") {
    UnsentPool pool(200 * KiB);
    REQUIRE(pool.take(100 * KiB));
    Transfer transfer({.unsent_pool = &pool}, near);
    transfer.take(512 * KiB);
    CHECK(transfer.sockets().limits.size() == 1);
    pool.give_back(100 * KiB);
    transfer.take(512 * KiB);
    CHECK(transfer.sockets().limits.size() == 2);
}

TEST_CASE("what cannot be set is not earned") {
    UnsentPool pool(0);
    Transfer transfer({.unsent_pool = &pool}, near);
    transfer.sockets().limit_failure = Error::no_buffer_space;
    transfer.take(512 * KiB);
    CHECK(pool.taken() == 0);
    CHECK(transfer.sockets().options.empty());
    CHECK_FALSE(transfer.role().outcome);
}

TEST_CASE("without a budget there is nothing to earn") {
    Transfer transfer({.unsent_limit = 0}, near);
    transfer.take(4'096 * KiB);
    CHECK(transfer.sockets().limits == Limits{"0 on 1"});
    CHECK(transfer.sockets().options.empty());
}

TEST_CASE("a connection can be given another budget, and what it had earned is forgotten") {
    UnsentPool pool(0);
    Transfer transfer({.unsent_pool = &pool}, near);
    transfer.take(512 * KiB);
    CHECK_FALSE(transfer.transport().limit_unsent(10'000));
    CHECK(transfer.sockets().limits.back() == "10000 on 2");
    CHECK(pool.taken() == 0);
    transfer.sockets().most_offered = 0;
    transfer.take(1);
    CHECK(transfer.sockets().most_offered == 5'000);
    transfer.sockets().limit_failure = Error::invalid_argument;
    CHECK(transfer.transport().limit_unsent(20'000).error == Error::invalid_argument);
    transfer.take(1);
    CHECK(transfer.sockets().most_offered == 5'000);
}

TEST_CASE("a budget cannot be taken away, on any system") {
    Transfer transfer({}, near);
    CHECK(transfer.transport().limit_unsent(0).error == Error::invalid_argument);
    CHECK(transfer.sockets().limits == Limits{"65536 on 1"});
    Transfer other({.unsent_limit = 0}, near);
    CHECK_FALSE(other.transport().limit_unsent(0)); // there was none
    CHECK_FALSE(other.transport().limit_unsent(10'000));
    CHECK(other.transport().limit_unsent(0).error == Error::invalid_argument);
}

TEST_CASE("a budget that makes the pieces small costs others no turn") {
    Transfer transfer({.unsent_limit = 2});
    transfer.sockets().sends = 0;
    transfer.take(100'000);
    CHECK(transfer.sockets().sends > 1);
    CHECK(transfer.sockets().sends <= 100);
}

TEST_CASE("a file is not read anew and anew for a system that takes little of it at once") {
    const TemporaryFolder folder;
    const auto file = this_host().open_file(folder.write("poem", std::string(8'192 * KiB, 'x')));
    REQUIRE(file);
    ScriptedHall hall(troupe_of(), {.unsent_limit = 0}, 0);
    hall.transport().write(FileRange{*file, 0, 8'192 * KiB});
    hall.turn();
    auto& offered = hall.sockets().offered_of_files;
    CHECK(offered == std::vector<std::uint64_t>{4'096 * KiB}); // nothing is known yet
    hall.make_room(100);
    hall.make_room(100);
    CHECK(offered.back() == 16 * KiB);
    hall.make_room(12 * KiB);
    hall.make_room(1);
    CHECK(offered.back() == 48 * KiB);
    SUBCASE("and as much as ever for one that takes it") {
        hall.make_room(4'096 * KiB);
        hall.make_room(1);
        CHECK(offered.back() > 1'024 * KiB);
    }
}

TEST_CASE("a budget that comes when the connection is over is none, and no failure") {
    std::optional<Failure> answer;
    Transport* transport = nullptr;
    ScriptedHall hall(troupe_of({.made = [&](Role& role) { transport = role.transport; },
                                 .lost = [&](Role&) { answer = transport->limit_unsent(1000); }}),
                      {}, 0);
    transport->abort_connection();
    hall.turn();
    CHECK(answer == Failure{});
    CHECK(hall.sockets().limits == Limits{"65536 on 1"});
}

TEST_CASE("a pool gives what it has, to several at once, and no more") {
    UnsentPool pool(100);
    CHECK(pool.take(60));
    CHECK_FALSE(pool.take(41));
    CHECK(pool.taken() == 60);
    CHECK(pool.take(40));
    CHECK_FALSE(pool.take(1));
    CHECK_FALSE(pool.take(~std::uint64_t{0}));
    pool.give_back(100);
    CHECK(pool.taken() == 0);
    CHECK(&default_unsent_pool() == &default_unsent_pool());
}

TEST_CASE("a system short of memory is asked again later, with less, and ever less often") {
    Transfer transfer({.unsent_limit = 0});
    ScriptedSockets& sockets = transfer.sockets();
    sockets.send_failure = Error::no_buffer_space;
    transfer.announce(FakeSystem::Sign::writable);
    std::vector<std::size_t> offers;
    std::vector<Duration> pauses;
    for (int i = 0; i < 12; ++i) {
        pauses.push_back(until(transfer.stage.reactor.next_deadline(), transfer.stage.now()));
        sockets.most_offered = 0;
        const int before = sockets.sends;
        transfer.stage.pass(pauses.back());
        CHECK(sockets.sends == before + 1); // and no spin
        offers.push_back(sockets.most_offered);
    }
    CHECK(pauses.front() == milliseconds(10));
    CHECK(pauses.back() == seconds(1));
    CHECK(std::is_sorted(pauses.begin(), pauses.end()));
    CHECK(offers.front() == 64 * KiB);
    CHECK(offers.back() == 4 * KiB);
    CHECK_FALSE(transfer.role().outcome);
    sockets.send_failure = Error::none;
    sockets.room = 4'096 * KiB;
    sockets.most_offered = 0;
    transfer.stage.pass(seconds(1));
    CHECK(sockets.most_offered > 64 * KiB); // all is as it was
}

TEST_CASE("a shortage is given up at the stall limit, not before") {
    Transfer transfer({.stall_timeout = seconds(8), .unsent_limit = 0});
    transfer.sockets().send_failure = Error::no_buffer_space;
    transfer.stage.pass(seconds(8) - std::chrono::nanoseconds(1));
    CHECK_FALSE(transfer.role().outcome);
    transfer.stage.pass(milliseconds(1));
    REQUIRE(transfer.role().outcome);
    CHECK(transfer.role().outcome->ending == Ending::stalled);
}

TEST_CASE("a shortage of sends has its own pause, though a shortage of receives came before it") {
    Transfer transfer({.unsent_limit = 0});
    ScriptedSockets& sockets = transfer.sockets();
    sockets.receive_failure = Error::out_of_memory;
    transfer.announce(FakeSystem::Sign::readable);
    transfer.stage.pass(milliseconds(9));
    sockets.send_failure = Error::no_buffer_space;
    transfer.announce(FakeSystem::Sign::writable);
    const int sends = sockets.sends;
    transfer.stage.pass(milliseconds(9));
    CHECK(sockets.sends == sends);
    transfer.stage.pass(milliseconds(2));
    CHECK(sockets.sends == sends + 1);
}
