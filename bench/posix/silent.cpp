// bench-silent [ADDRESS:]PORT COUNT: COUNT clients that connect, and then neither read nor write
// nor close until standard input ends. Their receive buffers are small, so that a poem of some
// length stays with its server.

#include "bench_socket.hpp"

#include <vector>

int main(int count, char** values) {
    if (count != 3) {
        std::fprintf(stderr, "usage: bench-silent [ADDRESS:]PORT COUNT\n");
        return 2;
    }
    const sockaddr_in address = bench::server_at(values[1]);
    bench::take_all_descriptors();
    constexpr int room = 2048;
    std::vector<int> clients(static_cast<std::size_t>(std::atoi(values[2])));
    for (int& client : clients) {
        client = bench::check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        bench::check(setsockopt(client, SOL_SOCKET, SO_RCVBUF, &room, sizeof room), "SO_RCVBUF");
        bench::check(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address),
                     "connect");
    }
    std::printf("%zu clients are silent.\n", clients.size());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
}
