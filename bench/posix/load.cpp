// bench-load [ADDRESS:]PORT BYTES CONNECTIONS AT_ONCE [PER_SECOND]: fetches a poem of BYTES bytes
// CONNECTIONS times, AT_ONCE at a time, and fails unless each came whole, with a clean end. With
// PER_SECOND it starts so many a second, AT_ONCE at most.

#include "bench_socket.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <unordered_map>

namespace {

struct Load {
    sockaddr_in server;
    std::uint64_t bytes;
    std::uint64_t unstarted;
    int poller;
    std::unordered_map<int, std::uint64_t> received; // by descriptor

    void start_one() {
        const int client =
            bench::check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
        if (connect(client, reinterpret_cast<const sockaddr*>(&server), sizeof server) < 0 &&
            errno != EINPROGRESS) {
            bench::die("connect");
        }
        epoll_event event{EPOLLIN, {.fd = client}};
        bench::check(epoll_ctl(poller, EPOLL_CTL_ADD, client, &event), "epoll_ctl");
        received[client] = 0;
        --unstarted;
    }

    void read_some(int client, char* room, std::size_t size) {
        while (true) {
            const ssize_t got = recv(client, room, size, 0);
            if (got < 0 && errno == EAGAIN) {
                return;
            }
            if (bench::check(static_cast<int>(got), "recv") == 0) {
                break;
            }
            received[client] += static_cast<std::uint64_t>(got);
        }
        if (received[client] != bytes) {
            std::fprintf(stderr, "a poem came short\n");
            std::exit(1);
        }
        received.erase(client);
        close(client);
    }
};

} // namespace

int main(int count, char** values) {
    if (count != 5 && count != 6) {
        std::fprintf(stderr, "usage: bench-load [ADDRESS:]PORT BYTES CONNECTIONS AT_ONCE "
                             "[PER_SECOND]\n");
        return 2;
    }
    Load load{bench::server_at(values[1]),
              std::strtoull(values[2], nullptr, 10),
              std::strtoull(values[3], nullptr, 10),
              bench::check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"),
              {}};
    const std::uint64_t all = load.unstarted;
    const std::uint64_t at_once = std::strtoull(values[4], nullptr, 10);
    const double per_second = count == 6 ? std::atof(values[5]) : 0;
    const auto start = std::chrono::steady_clock::now();
    std::string room(std::size_t{1} << 20, '\0');
    std::array<epoll_event, 64> events;
    while (!load.received.empty() || load.unstarted > 0) {
        std::uint64_t due = all;
        if (per_second > 0) {
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
            due = std::min(all, static_cast<std::uint64_t>(passed.count() * per_second) + 1);
        }
        while (all - load.unstarted < due && load.received.size() < at_once) {
            load.start_one();
        }
        const int ready =
            bench::check(epoll_wait(load.poller, events.data(), events.size(), due < all ? 1 : -1),
                         "epoll_wait");
        for (int i = 0; i < ready; ++i) {
            load.read_some(events[static_cast<std::size_t>(i)].data.fd, room.data(), room.size());
        }
    }
}
