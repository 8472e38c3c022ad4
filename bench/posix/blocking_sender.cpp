// bench-blocking_sender POEM: the plainest server there is: accepts one client at a time and sends
// it the poem, mapped, with blocking sends.

#include "bench_socket.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>

int main(int count, char** values) {
    if (count != 2) {
        std::fprintf(stderr, "usage: bench-blocking_sender POEM\n");
        return 2;
    }
    const int file = bench::check(open(values[1], O_RDONLY | O_CLOEXEC), values[1]);
    struct stat status {};
    bench::check(fstat(file, &status), values[1]);
    const auto size = static_cast<std::size_t>(status.st_size);
    const char* const poem =
        static_cast<const char*>(mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0));
    if (poem == MAP_FAILED) {
        bench::die("mmap");
    }
    const int listener = bench::listen_and_say(0);
    while (true) {
        const int client = bench::check(accept(listener, nullptr, nullptr), "accept");
        for (std::size_t sent = 0; sent < size;) {
            const ssize_t taken = send(client, poem + sent, size - sent, MSG_NOSIGNAL);
            if (taken < 0) {
                bench::die("send");
            }
            sent += static_cast<std::size_t>(taken);
        }
        close(client);
    }
}
