#include "posix/call_faults.hpp"

#include "berkeley/failure.hpp"
#include "support/tcp.hpp"

#include <caesura/file.hpp>

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

Sockets& sockets() {
    return this_system().sockets();
}

// What a bounded number of tries stays below, whatever the number is.
constexpr int bound = 1000;

Result<std::size_t> send_x(Socket socket, Follows follows = Follows::unknown) {
    const Slice slice = as_slice("x");
    return sockets().send(socket, std::span(&slice, 1), follows);
}

Result<std::size_t> receive_byte(Socket socket) {
    std::array<std::byte, 1> room;
    return sockets().receive(socket, room);
}

// A file that is x from end to end.
class LongFile final : public File {
public:
    explicit LongFile(std::uint64_t size) : size_(size) {}

    FileVersion version() const override { return {0, 0, size_, 0}; }
    Failure read(std::uint64_t, std::span<std::byte> room) const override {
        std::fill(room.begin(), room.end(), std::byte{'x'});
        return {};
    }

private:
    std::uint64_t size_;
};

} // namespace

TEST_CASE("accept passes over connections that came to nothing, to the next that waits") {
    const SocketOwner listener = listen_on_loopback();
    for (const int code : {ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, EHOSTUNREACH,
                           EOPNOTSUPP, ENETUNREACH, EPERM, ECONNRESET, EINTR}) {
        CAPTURE(code);
        const SocketOwner client = connect_to(listener.get());
        await(listener.get(), Interest::read);
        const CallFault fault(Call::accept, code, 2);
        CHECK(sockets().accept(listener.get()));
        CHECK(fault.struck() == 2);
    }
}

TEST_CASE("accept says would_block when it hears of nothing but connections that came to nothing") {
    const SocketOwner listener = listen_on_loopback();
    for (const int code : {ECONNABORTED, EPROTO, EPERM, EINTR}) {
        CAPTURE(code);
        const CallFault fault(Call::accept, code, for_ever);
        CHECK(sockets().accept(listener.get()).error() == Error::would_block);
        CHECK(fault.struck() < bound);
    }
}

TEST_CASE("accept says a shortage at once, and the connection goes on waiting") {
    const SocketOwner listener = listen_on_loopback();
    const SocketOwner client = connect_to(listener.get());
    await(listener.get(), Interest::read);
    for (const int code : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
        CAPTURE(code);
        const CallFault fault(Call::accept, code, for_ever);
        const Failure failure = sockets().accept(listener.get()).failure();
        CHECK(is_resource_shortage(failure.error));
        CHECK(failure.native == code);
        CHECK(fault.struck() <= 2); // once more with a descriptor that was kept in reserve
    }
    CHECK(sockets().accept(listener.get()));
}

TEST_CASE("accept says at once what ends the listener") {
    const SocketOwner listener = listen_on_loopback();
    for (const ErrorRow& row :
         {ErrorRow{EBADF, Error::bad_descriptor}, ErrorRow{EINVAL, Error::invalid_argument},
          ErrorRow{ENOTSOCK, Error::not_a_socket}}) {
        const CallFault fault(Call::accept, row.code, for_ever);
        CHECK(sockets().accept(listener.get()).failure() == Failure{row.error, row.code});
        CHECK(fault.struck() == 1);
    }
}

TEST_CASE("a connect that was interrupted is under way, and is not made again") {
    const SocketOwner listener = listen_on_loopback();
    const auto there = sockets().local(listener.get());
    const auto client = sockets().open(Family::ipv4);
    REQUIRE(there);
    REQUIRE(client);
    Failure failure;
    {
        const CallFault fault(Call::connect, EINTR, for_ever, CallFault::Mode::afterwards);
        failure = sockets().connect(client->get(), *there);
        CHECK(fault.struck() == 1);
    }
    while (failure.error == Error::would_block) {
        await(client->get(), Interest::connect);
        failure = sockets().connect_outcome(client->get());
    }
    CHECK_FALSE(failure);
}

TEST_CASE("connect tells what is under way from what has failed") {
    const SocketOwner listener = listen_on_loopback();
    const auto there = sockets().local(listener.get());
    const auto client = sockets().open(Family::ipv4);
    REQUIRE(there);
    REQUIRE(client);
    for (const ErrorRow& row :
         {ErrorRow{EINPROGRESS, Error::would_block}, ErrorRow{EALREADY, Error::would_block},
          ErrorRow{EAGAIN, Error::no_buffer_space},
          ErrorRow{EADDRNOTAVAIL, Error::address_not_available},
          ErrorRow{ECONNREFUSED, Error::connection_refused},
          ErrorRow{ENETUNREACH, Error::network_unreachable},
          ErrorRow{EHOSTUNREACH, Error::host_unreachable}, ErrorRow{EACCES, Error::access_denied},
          ErrorRow{EPERM, Error::not_permitted}}) {
        CAPTURE(row.code);
        const CallFault fault(Call::connect, row.code);
        CHECK(sockets().connect(client->get(), *there) == Failure{row.error, row.code});
    }
}

TEST_CASE("a socket that is connected already is connected, however often one asks") {
    const SocketOwner listener = listen_on_loopback();
    const SocketOwner client = connect_to(listener.get());
    const auto there = sockets().local(listener.get());
    REQUIRE(there);
    CHECK_FALSE(sockets().connect(client.get(), *there));
    CHECK_FALSE(sockets().connect(client.get(), *there));
}

TEST_CASE("an outcome that cannot be asked for is the failure that says so") {
    const auto client = sockets().open(Family::ipv4);
    REQUIRE(client);
    const CallFault fault(Call::get_option, ENOBUFS);
    CHECK(sockets().connect_outcome(client->get()) == Failure{Error::no_buffer_space, ENOBUFS});
}

TEST_CASE("no reason to have failed is not yet to be connected") {
    const auto client =
        sockets().open(Family::ipv4); // writable on Linux, like one that is connected
    REQUIRE(client);
    CHECK(sockets().connect_outcome(client->get()).error == Error::would_block);
}

TEST_CASE("interrupted calls are made again, and at last count as a pause") {
    const TcpPair tcp = make_tcp_pair();
    {
        const CallFault fault(Call::send, EINTR, 3);
        CHECK(send_x(tcp.client.get()));
        CHECK(fault.struck() == 3);
    }
    await(tcp.server.get(), Interest::read);
    {
        const CallFault fault(Call::receive, EINTR, 3);
        CHECK(receive_byte(tcp.server.get()));
        CHECK(fault.struck() == 3);
    }
    {
        const CallFault fault(Call::send, EINTR, for_ever);
        CHECK(send_x(tcp.client.get()).error() == Error::would_block);
        CHECK(fault.struck() < bound);
    }
    {
        const CallFault fault(Call::receive, EINTR, for_ever);
        CHECK(receive_byte(tcp.server.get()).error() == Error::would_block);
        CHECK(fault.struck() < bound);
    }
}

TEST_CASE("receive and send say what the system said, with its number, after one try") {
    const TcpPair tcp = make_tcp_pair();
    for (const ErrorRow& row :
         {ErrorRow{EAGAIN, Error::would_block}, ErrorRow{ECONNRESET, Error::connection_reset},
          ErrorRow{ECONNABORTED, Error::connection_aborted},
          ErrorRow{ENETRESET, Error::network_reset}, ErrorRow{ETIMEDOUT, Error::timed_out},
          ErrorRow{EHOSTUNREACH, Error::host_unreachable}, ErrorRow{EPIPE, Error::broken_pipe},
          ErrorRow{ENOTCONN, Error::not_connected}, ErrorRow{ENOBUFS, Error::no_buffer_space},
          ErrorRow{ENOMEM, Error::out_of_memory}}) {
        CAPTURE(row.code);
        {
            const CallFault fault(Call::receive, row.code, for_ever);
            CHECK(receive_byte(tcp.client.get()).failure() == Failure{row.error, row.code});
            CHECK(fault.struck() == 1);
        }
        {
            const CallFault fault(Call::send, row.code, for_ever);
            CHECK(send_x(tcp.client.get()).failure() == Failure{row.error, row.code});
            CHECK(fault.struck() == 1);
        }
    }
}

TEST_CASE("a send that takes nothing of something is a pause") {
    const TcpPair tcp = make_tcp_pair();
    const SendWatch watch(SendWatch::Mode::take_nothing);
    CHECK(send_x(tcp.client.get()).error() == Error::would_block);
}

TEST_CASE("no more than a gigabyte is offered at once, and then no FIN follows yet") {
    const TcpPair tcp = make_tcp_pair();
    const SendWatch watch(SendWatch::Mode::take_nothing);
    const std::vector<std::byte> bytes(std::size_t{1} << 25);
    const std::vector<Slice> slices(most_slices, Slice(bytes)); // 2 GiB
    CHECK(sockets().send(tcp.client.get(), slices, Follows::fin).error() == Error::would_block);
    CHECK(watch.offered() == std::size_t{1} << 30);
#ifdef __linux__
    CHECK((watch.flags() & MSG_MORE) == 0);
#endif
    const std::span exactly_one = std::span(slices).first(32);
    CHECK(sockets().send(tcp.client.get(), exactly_one, Follows::fin).error() ==
          Error::would_block);
    CHECK(watch.offered() == std::size_t{1} << 30);
#ifdef __linux__
    CHECK((watch.flags() & MSG_MORE) != 0);
#endif
}

#ifdef __linux__

TEST_CASE("the last segment waits for the FIN only when the send holds all that comes before it") {
    const TcpPair tcp = make_tcp_pair();
    const SendWatch watch(SendWatch::Mode::let_through);
    const auto held_back = [&] { return (watch.flags() & MSG_MORE) != 0; };
    const auto silent = [&] { return (watch.flags() & MSG_NOSIGNAL) != 0; };

    REQUIRE(send_x(tcp.client.get()));
    CHECK_FALSE(held_back());
    CHECK(silent());
    REQUIRE(send_x(tcp.client.get(), Follows::fin));
    CHECK(held_back());
    CHECK(silent());

    const auto file = std::make_shared<LongFile>(std::uint64_t{1} << 30);
    REQUIRE(sockets().send_file(tcp.client.get(), {file, 0, 4}, Follows::fin));
    CHECK(held_back());
    REQUIRE(sockets().send_file(tcp.client.get(), {file, 0, file->size()}, Follows::fin));
    CHECK_FALSE(held_back()); // it did not come to the last piece
}

#endif

TEST_CASE("close is never tried again") {
    auto opened = sockets().open(Family::ipv4);
    REQUIRE(opened);
    const CallFault fault(Call::close, EINTR, for_ever, CallFault::Mode::afterwards);
    opened->close();
    CHECK(fault.struck() == 1);
}

TEST_CASE("abort closes even what cannot be told to drop its bytes") {
    auto opened = sockets().open(Family::ipv4);
    REQUIRE(opened);
    const Socket socket = opened->get();
    const CallFault fault(Call::set_option, EINVAL);
    opened->abort();
    CHECK(sockets().local(socket).error() == Error::bad_descriptor);
}

TEST_CASE("a listener that cannot be had as it must be is not had at all") {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        if (family == Family::ipv6 && !has_ipv6()) {
            continue;
        }
        const CallFault fault(Call::set_option, ENOPROTOOPT, for_ever);
        CHECK(sockets().listen(Endpoint::loopback(family), 0).failure() ==
              Failure{Error::no_protocol_option, ENOPROTOOPT});
    }
}

TEST_CASE("open says why there is no socket") {
    for (const ErrorRow& row :
         {ErrorRow{EMFILE, Error::too_many_open}, ErrorRow{ENFILE, Error::too_many_open_in_system},
          ErrorRow{ENOBUFS, Error::no_buffer_space}, ErrorRow{ENOMEM, Error::out_of_memory},
          ErrorRow{EAFNOSUPPORT, Error::family_not_supported},
          ErrorRow{EPROTONOSUPPORT, Error::protocol_not_supported},
          ErrorRow{EACCES, Error::access_denied}, ErrorRow{EPERM, Error::not_permitted}}) {
        CAPTURE(row.code);
        const CallFault fault(Call::socket, row.code);
        CHECK(sockets().open(Family::ipv4).failure() == Failure{row.error, row.code});
    }
}

TEST_CASE("what cannot be asked about a socket is answered with the reason") {
    const auto opened = sockets().open(Family::ipv4);
    REQUIRE(opened);
    {
        const CallFault fault(Call::set_option, ENOBUFS);
        CHECK(sockets().set_option(opened->get(), SocketOption::send_buffer, 4096) ==
              Failure{Error::no_buffer_space, ENOBUFS});
    }
    const CallFault fault(Call::get_option, ENOPROTOOPT);
    CHECK(sockets().option(opened->get(), SocketOption::no_delay).failure() ==
          Failure{Error::no_protocol_option, ENOPROTOOPT});
}
