// bench-epoll_server POEM LOG close|drain: the shortest poetry server an expert would write by hand
// for Linux. With `close` it accepts, sends and closes; with `drain` it sends its FIN and reads
// until the client's, as poetry-server does. It logs a line when a client comes and one when it
// goes, up to a thousand a second, as poetry-server does, one write a turn. A poem must fit a send
// buffer.

#include "bench_socket.hpp"

#include <sys/epoll.h>

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

namespace {

class Log {
public:
    explicit Log(const char* path)
        : file_(bench::check(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), path)) {}

    void line(const sockaddr_in& peer, const char* what) {
        const auto now = std::chrono::steady_clock::now();
        if (now - second_ >= std::chrono::seconds(1)) {
            second_ = now;
            lines_ = 0;
        }
        if (++lines_ > 1000) {
            return;
        }
        std::array<char, INET_ADDRSTRLEN> address{};
        inet_ntop(AF_INET, &peer.sin_addr, address.data(), address.size());
        std::array<char, 128> text;
        const int length = std::snprintf(text.data(), text.size(), "%ld info %s:%d %s\n",
                                         static_cast<long>(std::time(nullptr)), address.data(),
                                         ntohs(peer.sin_port), what);
        text_.append(text.data(), static_cast<std::size_t>(length));
    }

    void flush() {
        if (!text_.empty()) {
            bench::check(static_cast<int>(write(file_, text_.data(), text_.size())), "log");
            text_.clear();
        }
    }

private:
    int file_;
    std::string text_;
    std::chrono::steady_clock::time_point second_;
    int lines_ = 0;
};

struct Server {
    std::string poem;
    Log log;
    bool drain;
    int listener;
    int poller;

    void accept_all() {
        while (true) {
            sockaddr_in peer{};
            socklen_t size = sizeof peer;
            const int client = accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size,
                                       SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (client < 0) {
                return;
            }
            log.line(peer, "came");
            const ssize_t sent = send(client, poem.data(), poem.size(), MSG_NOSIGNAL);
            if (sent != static_cast<ssize_t>(poem.size())) {
                bench::die("send");
            }
            if (!drain) {
                close(client);
                log.line(peer, "left");
                continue;
            }
            shutdown(client, SHUT_WR);
            epoll_event event{EPOLLIN, {.fd = client}};
            bench::check(epoll_ctl(poller, EPOLL_CTL_ADD, client, &event), "epoll_ctl");
        }
    }

    void read_to_end(int client) {
        std::array<char, 65536> room;
        const ssize_t received = recv(client, room.data(), room.size(), 0);
        if (received > 0 || (received < 0 && errno == EAGAIN)) {
            return;
        }
        log.line(bench::loopback(0), "left");
        close(client);
    }

    [[noreturn]] void run() {
        epoll_event event{EPOLLIN, {.fd = listener}};
        bench::check(epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
        std::array<epoll_event, 64> events;
        while (true) {
            const int count =
                bench::check(epoll_wait(poller, events.data(), events.size(), -1), "epoll_wait");
            for (int i = 0; i < count; ++i) {
                const int ready = events[static_cast<std::size_t>(i)].data.fd;
                ready == listener ? accept_all() : read_to_end(ready);
            }
            log.flush();
        }
    }
};

} // namespace

int main(int count, char** values) {
    if (count != 4) {
        std::fprintf(stderr, "usage: bench-epoll_server POEM LOG close|drain\n");
        return 2;
    }
    Server server{bench::read_file(values[1]), Log(values[2]), std::strcmp(values[3], "drain") == 0,
                  bench::listen_and_say(SOCK_NONBLOCK),
                  bench::check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
    server.run();
}
