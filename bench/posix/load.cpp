// bench-load PORT BYTES CONNECTIONS AT_ONCE: fetches a poem of BYTES bytes CONNECTIONS times,
// AT_ONCE at a time, and fails unless each came whole, with a clean end.

#include "bench_socket.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <unordered_map>

namespace {

struct Load {
    std::uint16_t port;
    std::uint64_t bytes;
    std::uint64_t unstarted;
    int poller;
    std::unordered_map<int, std::uint64_t> received; // by descriptor

    void start_one() {
        const int client =
            bench::check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
        const sockaddr_in address = bench::loopback(port);
        if (connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 &&
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
        if (unstarted > 0) {
            start_one();
        }
    }
};

} // namespace

int main(int count, char** values) {
    if (count != 5) {
        std::fprintf(stderr, "usage: bench-load PORT BYTES CONNECTIONS AT_ONCE\n");
        return 2;
    }
    Load load{static_cast<std::uint16_t>(std::atoi(values[1])),
              std::strtoull(values[2], nullptr, 10),
              std::strtoull(values[3], nullptr, 10),
              bench::check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"),
              {}};
    for (int at_once = std::atoi(values[4]); at_once > 0 && load.unstarted > 0; --at_once) {
        load.start_one();
    }
    std::string room(std::size_t{1} << 20, '\0');
    std::array<epoll_event, 64> events;
    while (!load.received.empty()) {
        const int ready =
            bench::check(epoll_wait(load.poller, events.data(), events.size(), -1), "epoll_wait");
        for (int i = 0; i < ready; ++i) {
            load.read_some(events[static_cast<std::size_t>(i)].data.fd, room.data(), room.size());
        }
    }
}
