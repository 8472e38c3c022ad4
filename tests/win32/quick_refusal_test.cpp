// What is asked of Windows before a connect on the loopback: SIO_TCP_INITIAL_RTO. Wine refuses the
// call, and on Windows it can only be told by the time that a refusal takes, so the calls
// themselves are recorded, at the place where this program keeps the address of WSAIoctl.

#include "berkeley/handle.hpp"
#include "support/tcp.hpp"
#include "win32/native.hpp"
#include "win32/version.hpp"

#include <doctest/doctest.h>

#include <mstcpip.h>
#include <windows.h>

#include <cstring>
#include <vector>

// The import of this program's: the name that both Microsoft's linker and GNU's give it on 64 bits.
extern "C" decltype(&::WSAIoctl) __imp_WSAIoctl;

using namespace caesura;
using namespace caesura::testing;

namespace {

struct Asked {
    SOCKET socket;
    TCP_INITIAL_RTO_PARAMETERS parameters;
    bool was_connecting; // or connected
};

std::vector<Asked> asked;
decltype(&::WSAIoctl) real = nullptr;

int WSAAPI record(SOCKET socket, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                  LPDWORD bytes, LPWSAOVERLAPPED overlapped,
                  LPWSAOVERLAPPED_COMPLETION_ROUTINE done) {
    if (code == SIO_TCP_INITIAL_RTO) {
        Asked one{socket, {}, false};
        REQUIRE(in_size == sizeof one.parameters);
        std::memcpy(&one.parameters, in, sizeof one.parameters);
        sockaddr_storage local{};
        int length = sizeof local;
        one.was_connecting =
            ::getsockname(socket, reinterpret_cast<sockaddr*>(&local), &length) == 0;
        asked.push_back(one);
    }
    return real(socket, code, in, in_size, out, out_size, bytes, overlapped, done);
}

void point_import_at(decltype(&::WSAIoctl) function) {
    DWORD before = 0;
    REQUIRE(::VirtualProtect(&__imp_WSAIoctl, sizeof __imp_WSAIoctl, PAGE_READWRITE, &before) != 0);
    __imp_WSAIoctl = function;
    ::VirtualProtect(&__imp_WSAIoctl, sizeof __imp_WSAIoctl, before, &before);
}

// What is asked while this exists is recorded, and passed on.
class Recording {
public:
    Recording() {
        asked.clear();
        real = __imp_WSAIoctl;
        point_import_at(record);
    }
    ~Recording() { point_import_at(real); }
};

SocketOwner opened(Family family = Family::ipv4) {
    auto socket = this_system().sockets().open(family);
    REQUIRE(socket);
    return std::move(*socket);
}

// How often the value was asked for before a connect to that address by that Windows.
std::size_t times_asked(const Endpoint& peer, unsigned build) {
    const SocketOwner socket = opened();
    const Recording recording;
    native::prepare_connect(handle_of(socket.get()), peer, build);
    return asked.size();
}

constexpr unsigned first_that_knows = 16299; // Windows 10 1709

} // namespace

TEST_CASE("before a loopback connect Windows is asked to believe the first refusal") {
    const SocketOwner socket = opened();
    const Recording recording;
    native::prepare_connect(handle_of(socket.get()), Endpoint::loopback(Family::ipv4, 80),
                            first_that_knows);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].socket == handle_of(socket.get()));
    CHECK(asked[0].parameters.Rtt == 0xFFFF);                 // TCP_INITIAL_RTO_UNSPECIFIED_RTT
    CHECK(asked[0].parameters.MaxSynRetransmissions == 0xFE); // ..._NO_SYN_RETRANSMISSIONS
}

TEST_CASE("a Windows that does not know the value is not asked for it") {
    const Endpoint loopback = Endpoint::loopback(Family::ipv4, 80);
    for (const unsigned build : {0u, 7601u, 15063u, first_that_knows - 1}) {
        CAPTURE(build);
        CHECK(times_asked(loopback, build) == 0);
    }
    for (const unsigned build : {first_that_knows, 19045u, 26100u}) {
        CAPTURE(build);
        CHECK(times_asked(loopback, build) == 1);
    }
}

TEST_CASE("only for a connect on the loopback is the first refusal believed") {
    for (const char* text : {"127.0.0.1", "127.8.9.10", "::1"}) {
        CAPTURE(text);
        CHECK(times_asked(*parse_address(text, 80), first_that_knows) == 1);
    }
    for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::"}) {
        CAPTURE(text);
        CHECK(times_asked(*parse_address(text, 80), first_that_knows) == 0);
    }
}

TEST_CASE("a connect asks before it begins, as this Windows can be asked") {
    const SocketOwner listener = listen_on_loopback();
    const auto there = this_system().sockets().local(listener.get());
    REQUIRE(there);
    const SocketOwner socket = opened();
    const Recording recording;
    const Error begun = this_system().sockets().connect(socket.get(), *there).error;
    CHECK((begun == Error::none || begun == Error::would_block));
    REQUIRE(asked.size() == (windows_build() < first_that_knows ? 0u : 1u));
    for (const Asked& one : asked) {
        CHECK(one.socket == handle_of(socket.get()));
        CHECK_FALSE(one.was_connecting);
    }
}
