// bench-slow_sender POEM CLIENTS BYTES MILLISECONDS: the barest slow poetry there is. Accepts so
// many clients, and then sends each the next BYTES bytes of the poem once in so many milliseconds,
// all in one loop, until they go: no timer of their own, no question who is ready, no log.

#include "bench_socket.hpp"

#include <ctime>
#include <vector>

int main(int count, char** values) {
    if (count != 5) {
        std::fprintf(stderr, "usage: bench-slow_sender POEM CLIENTS BYTES MILLISECONDS\n");
        return 2;
    }
    bench::take_all_descriptors();
    const std::string poem = bench::read_file(values[1]);
    const auto bytes = static_cast<std::size_t>(std::atoi(values[3]));
    const long pause = std::atol(values[4]) * 1'000'000;
    const int listener = bench::listen_and_say(0);
    std::vector<int> clients(static_cast<std::size_t>(std::atoi(values[2])));
    for (int& client : clients) {
        client = bench::check(accept(listener, nullptr, nullptr), "accept");
    }
    timespec next{};
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (std::size_t sent = 0; sent + bytes <= poem.size(); sent += bytes) {
        for (const int client : clients) {
            if (send(client, &poem[sent], bytes, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
                return 0; // they have gone
            }
        }
        next.tv_nsec += pause;
        next.tv_sec += next.tv_nsec / 1'000'000'000;
        next.tv_nsec %= 1'000'000'000;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
    }
}
