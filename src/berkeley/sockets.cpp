#include "berkeley/sockets.hpp"

#include "berkeley/address.hpp"
#include "berkeley/failure.hpp"
#include "berkeley/handle.hpp"
#include "berkeley/send_buffer.hpp"
#include "seam/file_pieces.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

namespace caesura {

namespace {

/// How often an interrupted call is made again before the interruption counts as a pause, and how
/// many connections that came to nothing one accept passes over.
constexpr int most_tries = 32;

/// The most bytes of one call. Winsock's lengths have 31 or 32 bits, and Linux moves less than
/// 2 GiB at once whatever it is asked.
constexpr std::size_t most_per_call = std::size_t{1} << 30;

/// What a call that answers 0 or -1 said; to be wrapped around the call itself.
Failure said(int answer) {
    return answer == 0 ? Failure{} : failure_from_native(native::last_error());
}

Error error_of(const Failure& failure) {
    return failure.error;
}
template <class T>
Error error_of(const Result<T>& result) {
    return result.error();
}

/// Makes the call, again while it is interrupted, within reason.
template <class Call>
auto uninterrupted(Call call) {
    auto answer = call();
    for (int tries = 1; error_of(answer) == Error::interrupted; ++tries) {
        if (tries == most_tries) {
            return decltype(answer)(Failure{Error::would_block});
        }
        answer = call();
    }
    return answer;
}

Failure set_integer(native::Handle handle, int level, int name, int value) {
    return said(
        ::setsockopt(handle, level, name, reinterpret_cast<const char*>(&value), sizeof value));
}

Result<int> integer(native::Handle handle, int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    const Failure failure =
        said(::getsockopt(handle, level, name, reinterpret_cast<char*>(&value), &length));
    return failure ? Result<int>(failure) : Result<int>(value);
}

/// How long a close waits for the last acknowledgement; zero: not at all, and resets.
Failure set_linger(native::Handle handle, std::chrono::seconds time) {
    ::linger value{};
    value.l_onoff = 1;
    value.l_linger = static_cast<decltype(value.l_linger)>(time.count());
    return said(::setsockopt(handle, SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&value),
                             sizeof value));
}

/// What getsockname or getpeername says.
template <class Call>
Result<Endpoint> address_by(Call call, Socket socket) {
    NativeAddress address;
    if (const Failure failure = said(call(handle_of(socket), address.get(), &address.length))) {
        return failure;
    }
    if (const auto endpoint = endpoint_from(address)) {
        return *endpoint;
    }
    // The peer vanished, where that leaves an address of no family; or no Internet socket.
    return Failure{address.storage.ss_family == AF_UNSPEC ? Error::not_connected
                                                          : Error::family_not_supported};
}

struct NativeOption {
    int level;
    int name;
};

NativeOption native_option(SocketOption option) {
    switch (option) {
    case SocketOption::no_delay:
        return {IPPROTO_TCP, TCP_NODELAY};
    case SocketOption::keep_alive:
        return {SOL_SOCKET, SO_KEEPALIVE};
    case SocketOption::send_buffer:
        return {SOL_SOCKET, SO_SNDBUF};
    case SocketOption::receive_buffer:
        break;
    }
    return {SOL_SOCKET, SO_RCVBUF};
}

bool is_switch(SocketOption option) {
    return option == SocketOption::no_delay || option == SocketOption::keep_alive;
}

/// What must hold before bind; without it the port, or IPv4's too, could be somebody else's, so a
/// failure is the listener's end.
Failure prepare_listener(native::Handle handle, Family family) {
    if (const Failure failure = set_integer(handle, SOL_SOCKET, native::listener_option, 1)) {
        return failure;
    }
    // Systems differ in what it is to begin with, and Linux lets the administrator choose.
    return family == Family::ipv6 ? set_integer(handle, IPPROTO_IPV6, IPV6_V6ONLY, 1) : Failure{};
}

/// Once there is a connection: none, unless it is one with itself, to which a connect to a free
/// port that the system then happens to choose for the caller can lead (RFC 793, simultaneous
/// open). would_block when there is no connection yet.
Failure connected(Sockets& sockets, Socket socket) {
    const Result<Endpoint> peer = sockets.peer(socket);
    if (!peer) {
        return peer.error() == Error::not_connected ? Failure{Error::would_block} : peer.failure();
    }
    const Result<Endpoint> local = sockets.local(socket);
    return local && *local == *peer ? Failure{Error::self_connect} : Failure{};
}

} // namespace

Result<SocketOwner> BerkeleySockets::open(Family family) {
    if (const Failure failure = startup_.failure()) {
        return failure;
    }
    const auto opened = uninterrupted([=] { return native::open(native_family(family)); });
    if (!opened) {
        return opened.failure();
    }
    return SocketOwner(*this, socket_of(*opened));
}

Result<SocketOwner> BerkeleySockets::listen(const Endpoint& endpoint, int backlog) {
    Result<SocketOwner> opened = open(endpoint.family);
    if (!opened) {
        return opened;
    }
    const native::Handle handle = handle_of(opened->get());
    if (const Failure failure = prepare_listener(handle, endpoint.family)) {
        return failure;
    }
    const NativeAddress address = native_address(endpoint);
    if (const Failure failure = said(::bind(handle, address.get(), address.length))) {
        return failure;
    }
    if (const Failure failure = said(::listen(handle, backlog > 0 ? backlog : SOMAXCONN))) {
        return failure;
    }
    return opened;
}

Result<Accepted> BerkeleySockets::accept(Socket listener) {
    for (int tries = 0; tries < most_tries; ++tries) {
        NativeAddress address;
        const auto accepted = native::accept(handle_of(listener), address.get(), &address.length);
        if (accepted) {
            return Accepted{SocketOwner(*this, socket_of(*accepted)),
                            endpoint_from(address).value_or(Endpoint{})};
        }
        const Failure failure = accepted.failure();
        if (failure.error != Error::interrupted && !native::lost_while_waiting(failure.native)) {
            return failure;
        }
    }
    return Failure{Error::would_block};
}

Failure BerkeleySockets::connect(Socket socket, const Endpoint& peer) {
    const native::Handle handle = handle_of(socket);
    native::prepare_connect(handle, peer);
    const NativeAddress address = native_address(peer);
    if (::connect(handle, address.get(), address.length) == 0) {
        return connected(*this, socket);
    }
    const int code = native::last_error();
    const Error error = native::connect_error(code);
    return error == Error::already_connected ? connected(*this, socket) : Failure{error, code};
}

Failure BerkeleySockets::connect_outcome(Socket socket) {
    const Result<int> reason = integer(handle_of(socket), SOL_SOCKET, SO_ERROR);
    if (!reason) {
        return reason.failure();
    }
    if (*reason != 0) {
        return failure_from_native(*reason);
    }
    // No reason may also mean no end yet, as readiness can be spurious: the peer's address decides.
    return native::connect_is_over(handle_of(socket)) ? connected(*this, socket)
                                                      : Failure{Error::would_block};
}

Result<std::size_t> BerkeleySockets::receive(Socket socket, std::span<std::byte> room) {
    assert(!room.empty());
    const auto length = static_cast<native::Length>(std::min(room.size(), most_per_call));
    return uninterrupted([=]() -> Result<std::size_t> {
        // SO_ERROR is not for here to look at: on Linux that would take a reset away, and what is
        // read next would be a clean end of stream.
        const auto count =
            ::recv(handle_of(socket), reinterpret_cast<char*>(room.data()), length, 0);
        if (count < 0) {
            return failure_from_native(native::last_error());
        }
        return static_cast<std::size_t>(count);
    });
}

Result<std::size_t> BerkeleySockets::send(Socket socket, std::span<const Slice> slices,
                                          Follows follows) {
    assert(!slices.empty() && slices.size() <= most_slices);
    std::array<native::Buffer, most_slices> buffers;
    std::size_t count = 0;
    std::size_t room = most_per_call;
    for (const Slice slice : slices) {
        if (count == buffers.size() || slice.size() > room) {
            follows = Follows::unknown; // but the rest of this
        }
        if (count == buffers.size() || room == 0) {
            break;
        }
        const std::size_t taken = std::min(slice.size(), room);
        buffers[count++] = native::buffer_of(slice.first(taken));
        room -= taken;
    }
    const auto sent = uninterrupted(
        [&] { return native::send(handle_of(socket), std::span(buffers).first(count), follows); });
    // Nothing taken of something: no system documents it for TCP, but a loop must survive it.
    return sent && *sent == 0 ? Result<std::size_t>(Failure{Error::would_block}) : sent;
}

Result<std::size_t> BerkeleySockets::send_file(Socket socket, const FileRange& range,
                                               Follows follows) {
    return send_file_in_pieces(*this, socket, range, follows);
}

Failure BerkeleySockets::shut_writes(Socket socket) {
    return uninterrupted([=] { return said(::shutdown(handle_of(socket), native::shut_write)); });
}

void BerkeleySockets::close(Socket socket) {
    native::close(handle_of(socket));
}

Failure BerkeleySockets::close_lingering(Socket socket, std::chrono::seconds time) {
    if (const Failure failure = set_linger(handle_of(socket), time)) {
        return failure;
    }
    const Failure failure = said(native::close(handle_of(socket)));
    return failure.error == Error::interrupted ? Failure{} : failure; // closed it is
}

void BerkeleySockets::abort(Socket socket) {
    // When it cannot be set the connection is gone already, and closing is all there is to do.
    static_cast<void>(set_linger(handle_of(socket), std::chrono::seconds::zero()));
    native::close(handle_of(socket));
}

Result<Endpoint> BerkeleySockets::local(Socket socket) {
    return address_by(::getsockname, socket);
}

Result<Endpoint> BerkeleySockets::peer(Socket socket) {
    return address_by(::getpeername, socket);
}

Failure BerkeleySockets::set_option(Socket socket, SocketOption option, int value) {
    const NativeOption native = native_option(option);
    return set_integer(handle_of(socket), native.level, native.name, value);
}

Result<int> BerkeleySockets::option(Socket socket, SocketOption option) {
    const NativeOption native = native_option(option);
    const Result<int> value = integer(handle_of(socket), native.level, native.name);
    // BSD answers with the bit that stands for a switch, not with 1.
    return value && is_switch(option) ? Result<int>(*value != 0 ? 1 : 0) : value;
}

Result<std::size_t> BerkeleySockets::limit_unsent(Socket socket, std::size_t bytes) {
    if (bytes == 0) {
        return std::numeric_limits<std::size_t>::max();
    }
    if (bytes > std::size_t{std::numeric_limits<int>::max()}) {
        return Failure{Error::invalid_argument};
    }
    const int budget = static_cast<int>(bytes);
    const Failure failure =
        set_integer(handle_of(socket), native::unsent_level, native::unsent_option, budget);
    return failure ? Result<std::size_t>(failure)
                   : Result<std::size_t>(native::longest_piece(budget));
}

std::optional<std::uint64_t> BerkeleySockets::unsent(Socket socket) {
    return native::unsent(handle_of(socket));
}

std::optional<std::uint64_t> BerkeleySockets::unacknowledged(Socket socket) {
    return native::unacknowledged(handle_of(socket));
}

std::optional<std::uint64_t> BerkeleySockets::unread(Socket socket) {
    return native::unread(handle_of(socket));
}

std::optional<Duration> BerkeleySockets::round_trip(Socket socket) {
    return native::round_trip(handle_of(socket));
}

Result<SocketPair> BerkeleySockets::pair() {
    return native::pair(*this);
}

} // namespace caesura
