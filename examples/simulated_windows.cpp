#include <caesura/simulation/world.hpp>
#include <caesura/tcp.hpp>
#include <algorithm>
#include <iostream>

using namespace caesura;

struct Poet : Protocol { // the code under test, unchanged
    void connection_made() override { transport().write(std::string(1 << 20, 'p')); }
    void connection_lost(const Outcome& outcome) override { how = describe(outcome); }
    static inline std::string how;
};

int main() {
    simulation::World world(simulation::winsock_win10(), 42); // a Windows 10, and a seed
    Reactor reactor(world.machine());
    ListenOptions options{.connection = {.stall_timeout = std::chrono::minutes(5)}};
    const auto listener = listen_tcp(reactor, Endpoint::loopback(Family::ipv4, 10000),
                                     factory_of([](auto&) { return std::make_unique<Poet>(); }),
                                     options);
    const auto nobody_reads = world.machine().sockets().open(Family::ipv4);
    (void)world.machine().sockets().connect(nobody_reads->get(), (*listener)->local());
    std::uint64_t held = 0;
    const Instant end = after(world.now(), std::chrono::hours(1));
    while (Poet::how.empty() && world.now() < end) { // five minutes, at once
        reactor.run_once(std::chrono::seconds(1));
        held = std::max(held, world.machine().load().pool_used);
    }
    std::cout << Poet::how << "; Windows never held more than " << held << " bytes\n";
}
