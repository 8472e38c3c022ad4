// bench-file_sender POEM METHOD PIECE SNDBUF: serves a long poem from its file to any number of
// clients, by one of several methods, in pieces of PIECE bytes, with a send buffer of SNDBUF bytes
// (0 = the system's own). Each method asks for each piece whether the file is still what it was, as
// Caesura does. bench/compare_files.py runs them side by side.

#include "bench_socket.hpp"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <unordered_map>

namespace {

constexpr off_t window_size = off_t{4} << 20;

struct Poem {
    int file;
    struct stat version {};
    const char* mapping = nullptr;
    std::unique_ptr<char[]> copy;

    explicit Poem(const char* path) : file(bench::check(open(path, O_RDONLY | O_CLOEXEC), path)) {
        bench::check(fstat(file, &version), path);
    }

    void check_unchanged() const {
        struct stat now {};
        bench::check(fstat(file, &now), "fstat");
        if (now.st_size != version.st_size || now.st_mtim.tv_sec != version.st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != version.st_mtim.tv_nsec) {
            std::fprintf(stderr, "the poem has changed\n");
            std::exit(1);
        }
    }
};

// Each says how many bytes were taken, or -1 with errno.
using Method = ssize_t (*)(Poem& poem, int client, off_t offset, std::size_t length);

// Read into a buffer that stays in the cache, then checked, then sent, a part at a time.
template <std::size_t part>
ssize_t send_copied(Poem& poem, int client, off_t offset, std::size_t length) {
    std::size_t taken = 0;
    while (taken < length) {
        const std::size_t size = std::min(part, length - taken);
        const off_t start = offset + static_cast<off_t>(taken);
        const ssize_t got = pread(poem.file, poem.copy.get(), size, start);
        bench::check(static_cast<int>(got), "pread");
        poem.check_unchanged();
        const ssize_t sent =
            send(client, poem.copy.get(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
        if (sent < 0) {
            return taken > 0 ? static_cast<ssize_t>(taken) : -1;
        }
        taken += static_cast<std::size_t>(sent);
        if (static_cast<std::size_t>(sent) < size) {
            break;
        }
    }
    return static_cast<ssize_t>(taken);
}

// Sent out of a mapping of the whole file; the check after the send is too late to unsay it.
ssize_t send_mapped(Poem& poem, int client, off_t offset, std::size_t length) {
    const ssize_t sent = send(client, poem.mapping + offset, length, MSG_NOSIGNAL);
    const int code = errno;
    poem.check_unchanged();
    errno = code;
    return sent;
}

// The same, but what lies behind is let go of, so that it does not count as resident.
ssize_t send_windowed(Poem& poem, int client, off_t offset, std::size_t length) {
    const ssize_t sent = send_mapped(poem, client, offset, length);
    if (sent > 0 && offset / window_size != (offset + sent) / window_size) {
        const off_t start = offset / window_size * window_size;
        madvise(const_cast<char*>(poem.mapping) + start, static_cast<std::size_t>(window_size),
                MADV_DONTNEED);
    }
    return sent;
}

ssize_t send_by_sendfile(Poem& poem, int client, off_t offset, std::size_t length) {
    const ssize_t sent = sendfile(client, poem.file, &offset, length);
    const int code = errno;
    poem.check_unchanged();
    errno = code;
    return sent;
}

Method method_of(const char* name) {
    constexpr std::size_t kib = 1024;
    constexpr std::pair<const char*, Method> methods[] = {
        {"copied64", send_copied<64 * kib>},
        {"copied128", send_copied<128 * kib>},
        {"copied256", send_copied<256 * kib>},
        {"copied512", send_copied<512 * kib>},
        {"mapped", send_mapped},
        {"windowed", send_windowed},
        {"sendfile", send_by_sendfile},
    };
    for (const auto& [word, method] : methods) {
        if (std::strcmp(word, name) == 0) {
            return method;
        }
    }
    std::fprintf(stderr, "no such method: %s\n", name);
    std::exit(2);
}

struct Server {
    Poem poem;
    Method method;
    std::size_t piece;
    int send_buffer;
    int listener;
    int poller;
    std::unordered_map<int, off_t> sent; // by descriptor

    void watch(int descriptor, std::uint32_t events) const {
        epoll_event event{events, {.fd = descriptor}};
        bench::check(epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
    }

    void accept_one() {
        const int client = bench::check(
            accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC), "accept");
        if (send_buffer > 0) {
            setsockopt(client, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
        }
        sent[client] = 0;
        watch(client, EPOLLOUT);
    }

    void send_some(int client) {
        off_t& offset = sent[client];
        while (offset < poem.version.st_size) {
            const auto length =
                std::min(piece, static_cast<std::size_t>(poem.version.st_size - offset));
            const ssize_t taken = method(poem, client, offset, length);
            if (taken < 0) {
                if (errno != EAGAIN) {
                    bench::die("send");
                }
                return;
            }
            offset += taken;
            if (static_cast<std::size_t>(taken) < length) {
                return;
            }
        }
        close(client);
        sent.erase(client);
    }

    [[noreturn]] void run() {
        watch(listener, EPOLLIN);
        std::array<epoll_event, 64> events;
        while (true) {
            const int count =
                bench::check(epoll_wait(poller, events.data(), events.size(), -1), "epoll_wait");
            for (int i = 0; i < count; ++i) {
                const int ready = events[static_cast<std::size_t>(i)].data.fd;
                ready == listener ? accept_one() : send_some(ready);
            }
        }
    }
};

} // namespace

int main(int count, char** values) {
    if (count != 5) {
        std::fprintf(stderr, "usage: bench-file_sender POEM METHOD PIECE SNDBUF\n");
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN); // sendfile has no flag against it
    Server server{Poem(values[1]),
                  method_of(values[2]),
                  std::strtoull(values[3], nullptr, 10),
                  std::atoi(values[4]),
                  bench::listen_and_say(SOCK_NONBLOCK),
                  bench::check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"),
                  {}};
    server.poem.copy = std::make_unique<char[]>(std::size_t{1} << 20);
    void* const mapping = mmap(nullptr, static_cast<std::size_t>(server.poem.version.st_size),
                               PROT_READ, MAP_SHARED, server.poem.file, 0);
    if (mapping == MAP_FAILED) {
        bench::die("mmap");
    }
    server.poem.mapping = static_cast<const char*>(mapping);
    server.run();
}
