#include "posix/heavy/crowd.hpp"

#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <string>

namespace caesura::testing {

namespace {

rlimit descriptor_limits() {
    rlimit limits{};
    if (::getrlimit(RLIMIT_NOFILE, &limits) != 0) {
        throw std::runtime_error("getrlimit");
    }
    return limits;
}

void set_soft_limit(std::size_t descriptors) {
    rlimit limits = descriptor_limits();
    limits.rlim_cur = descriptors;
    ::setrlimit(RLIMIT_NOFILE, &limits); // what came of it is asked for
}

} // namespace

ManyDescriptors::ManyDescriptors() : before_(descriptor_limits().rlim_cur) {
    set_soft_limit(descriptor_limits().rlim_max);
    limit_ = descriptor_limits().rlim_cur;
}

ManyDescriptors::~ManyDescriptors() {
    set_soft_limit(before_);
}

std::size_t possible_readers(std::size_t wanted, const ManyDescriptors& descriptors,
                             TcpMemory limit, std::uint64_t bytes_each) {
    constexpr std::size_t others = 200;
    constexpr std::uint64_t page = 4096; // or more
    std::size_t possible = descriptors.limit() - std::min(descriptors.limit(), others);
    const std::string limits = "/proc/sys/net/ipv4/tcp_mem";
    if (std::filesystem::exists(limits)) {
        std::istringstream numbers(content_of(limits));
        std::array<std::uint64_t, 3> pages{};
        numbers >> pages[0] >> pages[1] >> pages[2];
        REQUIRE(numbers);
        possible = std::min<std::uint64_t>(possible, pages[static_cast<std::size_t>(limit)] * page /
                                                         bytes_each);
    }
    if (possible < wanted) {
        MESSAGE("scaled down: this machine has no room for more than " << possible << " readers");
    }
    REQUIRE(possible > 0);
    return std::min(possible, wanted);
}

std::vector<SocketOwner> connect_silent(const Endpoint& server, std::size_t count) {
    Sockets& sockets = this_system().sockets();
    std::vector<SocketOwner> silent;
    for (std::size_t i = 0; i < count; ++i) {
        auto opened = sockets.open(server.family);
        REQUIRE(opened);
        const Socket socket = silent.emplace_back(std::move(*opened)).get();
        REQUIRE_FALSE(sockets.set_option(socket, SocketOption::receive_buffer, 2048));
        const Failure failure = sockets.connect(socket, server);
        REQUIRE((!failure || failure.error == Error::would_block));
    }
    for (const SocketOwner& socket : silent) {
        await(socket.get(), Interest::read);
    }
    return silent;
}

} // namespace caesura::testing
