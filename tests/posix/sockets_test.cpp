#include "posix/descriptor_modes.hpp"
#include "support/tcp.hpp"

#include <caesura/file.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

using namespace caesura;
using namespace caesura::testing;

namespace {

Sockets& sockets() {
    return this_system().sockets();
}

int switch_of(Socket socket, int level, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    REQUIRE(::getsockopt(number(socket), level, name, &value, &length) == 0);
    return value;
}

// One of each way to come by a socket.
struct OneOfEach {
    SocketOwner listener = listen_on_loopback();
    SocketOwner opened = connect_to(listener.get());
    SocketOwner accepted = await_connection(listener.get()).socket;
    SocketPair pair = std::move(*sockets().pair());

    std::array<Socket, 5> all() const {
        return {listener.get(), opened.get(), accepted.get(), pair.first.get(), pair.second.get()};
    }
};

int signals_seen = 0;

// What is done with SIGPIPE while this exists: it is counted.
class CountedSigpipe {
public:
    CountedSigpipe() {
        signals_seen = 0;
        struct sigaction counting {};
        counting.sa_handler = count;
        REQUIRE(::sigaction(SIGPIPE, &counting, &before_) == 0);
    }
    ~CountedSigpipe() { ::sigaction(SIGPIPE, &before_, nullptr); }

    static void count(int) { ++signals_seen; }

private:
    struct sigaction before_ {};
};

Result<std::size_t> send_text(Socket socket, std::string_view text) {
    const Slice slice = as_slice(text);
    return sockets().send(socket, std::span(&slice, 1), Follows::unknown);
}

// A file whose only byte is x.
class ShortFile final : public File {
public:
    FileVersion version() const override { return {0, 0, 1, 0}; }
    Failure read(std::uint64_t, std::span<std::byte> room) const override {
        room[0] = std::byte{'x'};
        return {};
    }
};

} // namespace

TEST_CASE("every socket is non-blocking and closed on exec, however it came to be") {
    const OneOfEach one;
    for (const Socket socket : one.all()) {
        CHECK(non_blocking(socket));
        CHECK(closed_on_exec(socket));
    }
}

TEST_CASE("a listener does not care about old connections, but shares its port with nobody") {
    const SocketOwner listener = listen_on_loopback();
    CHECK(switch_of(listener.get(), SOL_SOCKET, SO_REUSEADDR) == 1);
#ifdef SO_REUSEPORT
    CHECK(switch_of(listener.get(), SOL_SOCKET, SO_REUSEPORT) == 0);
#endif
    const auto here = sockets().local(listener.get());
    REQUIRE(here);
    CHECK(sockets().listen(*here, 0).error() == Error::address_in_use);
}

TEST_CASE("an IPv6 listener never takes IPv4 along") {
    if (!has_ipv6()) {
        return;
    }
    const auto listener = sockets().listen(Endpoint::any(Family::ipv6), 0);
    REQUIRE(listener);
    CHECK(switch_of(listener->get(), IPPROTO_IPV6, IPV6_V6ONLY) == 1);
    const auto here = sockets().local(listener->get());
    REQUIRE(here);
    // Its port is still free for IPv4.
    CHECK(sockets().listen(Endpoint::any(Family::ipv4, here->port), 0));
}

TEST_CASE("no send raises a signal, whatever has become of the connection") {
    const CountedSigpipe counted;
    SUBCASE("our write side is shut") {
        const TcpPair tcp = make_tcp_pair();
        REQUIRE_FALSE(sockets().shut_writes(tcp.client.get()));
        CHECK(send_text(tcp.client.get(), "x").error() == Error::broken_pipe);
    }
    SUBCASE("the peer has reset it") {
        TcpPair tcp = make_tcp_pair();
        tcp.server.abort();
        await(tcp.client.get(), Interest::read);
        CHECK(send_text(tcp.client.get(), "x").error() == Error::connection_reset);
        CHECK(send_text(tcp.client.get(), "x").error() == Error::broken_pipe);
    }
    SUBCASE("it is a file that is sent") {
        const TcpPair tcp = make_tcp_pair();
        REQUIRE_FALSE(sockets().shut_writes(tcp.client.get()));
        const FileRange range{std::make_shared<ShortFile>(), 0, 1};
        CHECK(sockets().send_file(tcp.client.get(), range, Follows::fin).error() ==
              Error::broken_pipe);
    }
    SUBCASE("it is the pair that wakes a loop") {
        auto pair = sockets().pair();
        REQUIRE(pair);
        pair->second.close();
        CHECK(send_text(pair->first.get(), "x").error() == Error::broken_pipe);
    }
    SUBCASE("it was never connected") {
        const auto opened = sockets().open(Family::ipv4);
        REQUIRE(opened);
        CHECK_FALSE(send_text(opened->get(), "x"));
    }
    CHECK(signals_seen == 0);
}

TEST_CASE("a number that is no socket is answered with that, whatever is asked of it") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const auto pipe = static_cast<Socket>(ends[0]);
    std::array<std::byte, 1> room;
    CHECK(sockets().receive(pipe, room).error() == Error::not_a_socket);
    CHECK(sockets().accept(pipe).error() == Error::not_a_socket);
    CHECK(sockets().local(pipe).error() == Error::not_a_socket);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(sockets().receive(pipe, room).error() == Error::bad_descriptor);
    CHECK(sockets().receive(Socket::none, room).error() == Error::bad_descriptor);
    CHECK(sockets().unacknowledged(pipe) == std::nullopt);

    // Cut off to the descriptor's size this would be a socket.
    const SocketOwner listener = listen_on_loopback();
    const auto beyond =
        static_cast<Socket>(static_cast<std::uint64_t>(listener.get()) | (std::uint64_t{1} << 32));
    CHECK(sockets().accept(beyond).error() == Error::bad_descriptor);
}

TEST_CASE("a socket that meets itself is not connected") {
    const auto lonely = sockets().open(Family::ipv4);
    REQUIRE(lonely);
    sockaddr_in here{};
    socklen_t length = sizeof here;
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = reinterpret_cast<sockaddr*>(&here);
    REQUIRE(::bind(number(lonely->get()), address, length) == 0);
    REQUIRE(::getsockname(number(lonely->get()), address, &length) == 0);

    // Simultaneous open (RFC 793): both ends ask, and both ends are this one.
    const Endpoint itself = Endpoint::loopback(Family::ipv4, ntohs(here.sin_port));
    Failure failure = sockets().connect(lonely->get(), itself);
    while (failure.error == Error::would_block) {
        await(lonely->get(), Interest::connect);
        failure = sockets().connect_outcome(lonely->get());
    }
    CHECK(failure == Failure{Error::self_connect});
}

TEST_CASE("addresses that are no Internet addresses are said to be of no such family") {
    const auto pair = sockets().pair();
    REQUIRE(pair);
    CHECK(sockets().local(pair->first.get()).error() == Error::family_not_supported);
    CHECK(sockets().peer(pair->first.get()).error() == Error::family_not_supported);
}

TEST_CASE("more bytes than a native call can take are shortened, not refused") {
    const std::size_t size = std::size_t{3} << 30;
    void* memory =
        ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        MESSAGE("left out: no room for 3 GiB of addresses");
        return;
    }
    const Slice all(static_cast<std::byte*>(memory), size);
    const std::array<Slice, 3> slices = {all.first(1), all, all};
    const TcpPair tcp = make_tcp_pair();
    const auto sent = sockets().send(tcp.client.get(), slices, Follows::fin);
    REQUIRE(sent);
    CHECK(*sent >= 1);
    CHECK(*sent <= std::size_t{1} << 30);
    ::munmap(memory, size);
}

#ifdef __linux__

TEST_CASE("what the peer has not acknowledged is told, and our FIN is no part of it") {
    TcpPair tcp = make_tcp_pair();
    REQUIRE_FALSE(sockets().set_option(tcp.client.get(), SocketOption::send_buffer, 65536));
    const std::size_t taken = fill(tcp.client.get());

    const auto before = sockets().unacknowledged(tcp.client.get());
    REQUIRE(before);
    CHECK(*before > 0);
    CHECK(*before <= taken);
    REQUIRE_FALSE(sockets().shut_writes(tcp.client.get()));
    const auto after = sockets().unacknowledged(tcp.client.get());
    REQUIRE(after);
    CHECK(*after > 0);
    CHECK(*after <= *before);

    CHECK(drain(tcp.server.get()) == taken);
    tcp.server.close();
    CHECK(drain(tcp.client.get()) == 0);
    CHECK(sockets().unacknowledged(tcp.client.get()) == std::uint64_t{0});
}

TEST_CASE("what was not acknowledged is still told after a reset") {
    TcpPair tcp = make_tcp_pair();
    const std::size_t taken = fill(tcp.client.get());
    tcp.server.abort();
    std::array<std::byte, 1> room;
    await(tcp.client.get(), Interest::read);
    REQUIRE(sockets().receive(tcp.client.get(), room).error() == Error::connection_reset);
    const auto lost = sockets().unacknowledged(tcp.client.get());
    REQUIRE(lost);
    CHECK(*lost > 0);
    CHECK(*lost <= taken);
}

#endif
