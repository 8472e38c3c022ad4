#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

/// What the hand-written servers and the load share. They end at the first error: their figures
/// would mean nothing.
namespace bench {

[[noreturn]] inline void die(const char* what) {
    std::perror(what);
    std::exit(1);
}

inline int check(int result, const char* what) {
    if (result < 0) {
        die(what);
    }
    return result;
}

inline std::string read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        die(path);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Of "PORT", which is on the loopback, or "ADDRESS:PORT".
inline sockaddr_in server_at(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        return loopback(static_cast<std::uint16_t>(std::atoi(text.c_str())));
    }
    sockaddr_in address = loopback(static_cast<std::uint16_t>(std::atoi(&text[colon + 1])));
    if (inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
        die(text.c_str());
    }
    return address;
}

/// Lets this process have as many descriptors as it may.
inline void take_all_descriptors() {
    rlimit limits{};
    check(getrlimit(RLIMIT_NOFILE, &limits), "getrlimit");
    limits.rlim_cur = limits.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &limits), "setrlimit");
}

/// Listens on a port of the system's choice, and prints `Listening on PORT.`
inline int listen_and_say(int flags) {
    const int listener = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket");
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    check(bind(listener, reinterpret_cast<sockaddr*>(&address), size), "bind");
    check(listen(listener, SOMAXCONN), "listen");
    check(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    std::printf("Listening on %d.\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

} // namespace bench
