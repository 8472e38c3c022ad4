#include "berkeley/address.hpp"
#include "berkeley/handle.hpp"
#include "berkeley/look_up.hpp"
#include "berkeley/sockets.hpp"
#include "support/tcp.hpp"
#include "win32/version.hpp"

#include <doctest/doctest.h>

#include <windows.h>

#include <array>
#include <cerrno>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

Sockets& sockets() {
    return this_system().sockets();
}

bool inherited(Socket socket) {
    DWORD flags = 0;
    REQUIRE(::GetHandleInformation(reinterpret_cast<HANDLE>(handle_of(socket)), &flags) != 0);
    return (flags & HANDLE_FLAG_INHERIT) != 0;
}

int switch_of(Socket socket, int level, int name) {
    int value = 0;
    int length = sizeof value;
    REQUIRE(::getsockopt(handle_of(socket), level, name, reinterpret_cast<char*>(&value),
                         &length) == 0);
    return value;
}

Result<std::size_t> send_text(Socket socket, std::string_view text) {
    const Slice slice = as_slice(text);
    return sockets().send(socket, std::span(&slice, 1), Follows::unknown);
}

Failure receive_byte(Socket socket) {
    std::array<std::byte, 1> room;
    return sockets().receive(socket, room).failure();
}

Failure outcome_of_connect(Socket socket, const Endpoint& peer) {
    Failure failure = sockets().connect(socket, peer);
    while (failure.error == Error::would_block) {
        await(socket, Interest::connect);
        failure = sockets().connect_outcome(socket);
    }
    return failure;
}

} // namespace

TEST_CASE("every socket is kept from child processes, and none blocks") {
    const SocketOwner listener = listen_on_loopback();
    const SocketOwner opened = connect_to(listener.get());
    const SocketOwner accepted = await_connection(listener.get()).socket;
    const auto pair = sockets().pair();
    REQUIRE(pair);
    for (const Socket socket :
         {listener.get(), opened.get(), accepted.get(), pair->first.get(), pair->second.get()}) {
        CHECK_FALSE(inherited(socket));
    }
    // Winsock cannot be asked whether a socket blocks: one that does would hang here.
    const Failure pause{Error::would_block, WSAEWOULDBLOCK};
    CHECK(sockets().accept(listener.get()).failure() == pause);
    for (const Socket socket :
         {opened.get(), accepted.get(), pair->first.get(), pair->second.get()}) {
        CHECK(receive_byte(socket) == pause);
    }
}

TEST_CASE("a listener has its port for itself") {
    const SocketOwner listener = listen_on_loopback();
    CHECK(switch_of(listener.get(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE) != 0);
    CHECK(switch_of(listener.get(), SOL_SOCKET, SO_REUSEADDR) == 0);
    const auto here = sockets().local(listener.get());
    REQUIRE(here);
    const Error error = sockets().listen(*here, 0).error();
    CHECK((error == Error::address_in_use || error == Error::access_denied));
}

TEST_CASE("an IPv6 listener never takes IPv4 along") {
    if (!has_ipv6()) {
        return;
    }
    const auto listener = sockets().listen(Endpoint::any(Family::ipv6), 0);
    REQUIRE(listener);
    CHECK(switch_of(listener->get(), IPPROTO_IPV6, IPV6_V6ONLY) != 0);
}

TEST_CASE("failures come with Winsock's number, never the C library's") {
    const TcpPair tcp = make_tcp_pair();
    REQUIRE_FALSE(sockets().shut_writes(tcp.client.get()));
    errno = 0;
    CHECK(send_text(tcp.client.get(), "x").failure() == Failure{Error::broken_pipe, WSAESHUTDOWN});
    CHECK(receive_byte(Socket::none) == Failure{Error::not_a_socket, WSAENOTSOCK});
    const auto opened = sockets().open(Family::ipv4);
    REQUIRE(opened);
    CHECK(sockets().peer(opened->get()).failure() == Failure{Error::not_connected, WSAENOTCONN});
    CHECK(errno == 0);
}

TEST_CASE("a refused connect is told as that, by its outcome") {
    SocketOwner listener = listen_on_loopback();
    const auto there = sockets().local(listener.get());
    REQUIRE(there);
    listener.close();
    const auto client = sockets().open(Family::ipv4);
    REQUIRE(client);
    CHECK(outcome_of_connect(client->get(), *there) ==
          Failure{Error::connection_refused, WSAECONNREFUSED});
}

TEST_CASE("a socket that was never told to connect is not connected by asking") {
    const auto opened = sockets().open(Family::ipv4);
    REQUIRE(opened);
    CHECK(sockets().connect_outcome(opened->get()).error == Error::would_block);
}

TEST_CASE("a socket that meets itself is not connected") {
    const auto lonely = sockets().open(Family::ipv4);
    REQUIRE(lonely);
    const NativeAddress any_port = native_address(Endpoint::loopback(Family::ipv4));
    REQUIRE(::bind(handle_of(lonely->get()), any_port.get(), any_port.length) == 0);
    const auto here = sockets().local(lonely->get());
    REQUIRE(here);
    // Windows may refuse what Linux, below Wine, allows: either way it is no connection.
    const Error error = outcome_of_connect(lonely->get(), *here).error;
    CHECK((error == Error::self_connect || error == Error::connection_refused ||
           error == Error::address_not_available));
}

TEST_CASE("Winsock stays started when others who started it are done") {
    { const BerkeleySockets others; }
    CHECK(sockets().open(Family::ipv4));
    BerkeleySockets more;
    { const BerkeleySockets others; }
    CHECK(more.open(Family::ipv4));
}

TEST_CASE("the system cannot tell what the peer has not acknowledged, and says so") {
    const TcpPair tcp = make_tcp_pair();
    CHECK(sockets().unacknowledged(tcp.client.get()) == std::nullopt);
}

TEST_CASE("an endpoint survives the way to a native address and back") {
    for (const char* text : {"127.0.0.1", "255.1.2.3", "::1", "2001:db8::5:6", "fe80::1%3"}) {
        CAPTURE(text);
        const auto endpoint = parse_address(text, 0x1234);
        REQUIRE(endpoint);
        NativeAddress address = native_address(*endpoint);
        CHECK(endpoint_from(address) == endpoint);
        address.length = 0;
        CHECK_FALSE(endpoint_from(address));
    }
    CHECK_FALSE(endpoint_from(NativeAddress{}));
}

TEST_CASE("what is looked up comes with the port, or with Winsock's reason") {
    const auto found = look_up("127.0.0.1", 10001);
    REQUIRE(found);
    CHECK(*found == std::vector{Endpoint::loopback(Family::ipv4, 10001)});
    const Failure unknown{Error::host_not_found, WSAHOST_NOT_FOUND};
    CHECK(look_up("\xff\xfe", 1).failure() == unknown); // no UTF-8
}

TEST_CASE("the running Windows says which it is") {
    constexpr unsigned windows_7 = 7600;
    CHECK(windows_build() >= windows_7);
}
