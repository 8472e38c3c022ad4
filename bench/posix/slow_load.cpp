// bench-slow_load PORT CLIENTS SECONDS: so many clients that read what comes. Once each has had
// something it says "Begun.", counts for so many seconds, and prints how many bytes came and in how
// many seconds, and how many came to the client that had the fewest.

#include "bench_socket.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <unordered_map>

namespace {

using Clock = std::chrono::steady_clock;

struct Crowd {
    int poller;
    std::unordered_map<int, std::uint64_t> received; // by descriptor

    // Waits at most a tenth of a second.
    void read_some() {
        std::array<epoll_event, 1024> events;
        const int ready =
            bench::check(epoll_wait(poller, events.data(), events.size(), 100), "epoll_wait");
        std::array<char, 4096> room;
        for (int i = 0; i < ready; ++i) {
            const int client = events[static_cast<std::size_t>(i)].data.fd;
            const int got =
                bench::check(static_cast<int>(recv(client, room.data(), room.size(), 0)), "recv");
            if (got == 0) {
                std::fprintf(stderr, "a poem came to its end\n");
                std::exit(1);
            }
            received[client] += static_cast<std::uint64_t>(got);
        }
    }

    bool all_began() const {
        return std::all_of(received.begin(), received.end(),
                           [](const auto& client) { return client.second > 0; });
    }
};

} // namespace

int main(int count, char** values) {
    if (count != 4) {
        std::fprintf(stderr, "usage: bench-slow_load PORT CLIENTS SECONDS\n");
        return 2;
    }
    bench::take_all_descriptors();
    const sockaddr_in server = bench::server_at(values[1]);
    Crowd crowd{bench::check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"), {}};
    for (int i = std::atoi(values[2]); i > 0; --i) {
        const int client = bench::check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        bench::check(connect(client, reinterpret_cast<const sockaddr*>(&server), sizeof server),
                     "connect");
        epoll_event event{EPOLLIN, {.fd = client}};
        bench::check(epoll_ctl(crowd.poller, EPOLL_CTL_ADD, client, &event), "epoll_ctl");
        crowd.received[client] = 0;
    }
    while (!crowd.all_began()) {
        crowd.read_some();
    }
    for (auto& client : crowd.received) {
        client.second = 0;
    }
    std::printf("Begun.\n");
    std::fflush(stdout);
    const Clock::time_point start = Clock::now();
    const Clock::time_point end = start + std::chrono::seconds(std::atoi(values[3]));
    while (Clock::now() < end) {
        crowd.read_some();
    }
    const std::chrono::duration<double> took = Clock::now() - start;
    std::uint64_t all = 0;
    std::uint64_t fewest = UINT64_MAX;
    for (const auto& [client, bytes] : crowd.received) {
        all += bytes;
        fewest = std::min(fewest, bytes);
    }
    std::printf("%llu %.6f %llu\n", static_cast<unsigned long long>(all), took.count(),
                static_cast<unsigned long long>(fewest));
}
