#include "berkeley/failure.hpp"
#include "win32/native.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <set>

using namespace caesura;

namespace {

// Every number that a Winsock call is documented to answer with ("Windows Sockets Error Codes"), as
// numbers: so the names in the headers are tested too.
constexpr ErrorRow expected[] = {
    {10004, Error::interrupted},               // WSAEINTR
    {10009, Error::bad_descriptor},            // WSAEBADF
    {10013, Error::access_denied},             // WSAEACCES
    {10014, Error::bad_address},               // WSAEFAULT
    {10022, Error::invalid_argument},          // WSAEINVAL
    {10024, Error::too_many_open},             // WSAEMFILE
    {10035, Error::would_block},               // WSAEWOULDBLOCK
    {10036, Error::in_progress},               // WSAEINPROGRESS
    {10037, Error::already_in_progress},       // WSAEALREADY
    {10038, Error::not_a_socket},              // WSAENOTSOCK
    {10039, Error::destination_required},      // WSAEDESTADDRREQ
    {10040, Error::message_too_long},          // WSAEMSGSIZE
    {10041, Error::wrong_protocol_type},       // WSAEPROTOTYPE
    {10042, Error::no_protocol_option},        // WSAENOPROTOOPT
    {10043, Error::protocol_not_supported},    // WSAEPROTONOSUPPORT
    {10044, Error::socket_type_not_supported}, // WSAESOCKTNOSUPPORT
    {10045, Error::operation_not_supported},   // WSAEOPNOTSUPP
    {10046, Error::family_not_supported},      // WSAEPFNOSUPPORT
    {10047, Error::family_not_supported},      // WSAEAFNOSUPPORT
    {10048, Error::address_in_use},            // WSAEADDRINUSE
    {10049, Error::address_not_available},     // WSAEADDRNOTAVAIL
    {10050, Error::network_down},              // WSAENETDOWN
    {10051, Error::network_unreachable},       // WSAENETUNREACH
    {10052, Error::network_reset},             // WSAENETRESET
    {10053, Error::connection_aborted},        // WSAECONNABORTED
    {10054, Error::connection_reset},          // WSAECONNRESET
    {10055, Error::no_buffer_space},           // WSAENOBUFS
    {10056, Error::already_connected},         // WSAEISCONN
    {10057, Error::not_connected},             // WSAENOTCONN
    {10058, Error::broken_pipe},               // WSAESHUTDOWN
    {10060, Error::timed_out},                 // WSAETIMEDOUT
    {10061, Error::connection_refused},        // WSAECONNREFUSED
    {10062, Error::too_many_links},            // WSAELOOP
    {10063, Error::name_too_long},             // WSAENAMETOOLONG
    {10064, Error::host_down},                 // WSAEHOSTDOWN
    {10065, Error::host_unreachable},          // WSAEHOSTUNREACH
    {10091, Error::not_initialised},           // WSASYSNOTREADY
    {10092, Error::not_initialised},           // WSAVERNOTSUPPORTED
    {10093, Error::not_initialised},           // WSANOTINITIALISED
    {10101, Error::disconnecting},             // WSAEDISCON
    {995, Error::canceled},                    // WSA_OPERATION_ABORTED
    {64, Error::connection_reset},             // ERROR_NETNAME_DELETED
    {6, Error::bad_descriptor},                // WSA_INVALID_HANDLE
    {8, Error::out_of_memory},                 // WSA_NOT_ENOUGH_MEMORY
    {87, Error::invalid_argument},             // WSA_INVALID_PARAMETER
};

} // namespace

TEST_CASE("each error number of Winsock has its meaning") {
    for (const ErrorRow& row : expected) {
        CAPTURE(row.code);
        CHECK(name_of(error_from_native(row.code)) == name_of(row.error));
        CHECK(failure_from_native(row.code) == Failure{row.error, row.code});
    }
}

TEST_CASE("no error number stands in the table twice") {
    std::set<int> seen;
    for (const ErrorRow& row : error_table()) {
        CAPTURE(row.code);
        CHECK(seen.insert(row.code).second);
    }
}

TEST_CASE("a number that is in no table is unexpected, and kept") {
    // The C library's own numbers for these are not Winsock's.
    for (const int code : {0, -1, 9999, EWOULDBLOCK, ECONNRESET, EAGAIN}) {
        CAPTURE(code);
        CHECK(failure_from_native(code) == Failure{Error::unexpected, code});
    }
}

TEST_CASE("each answer of the resolver has its meaning") {
    CHECK(lookup_failure(11001) == Failure{Error::host_not_found, 11001});
    CHECK(lookup_failure(11002) == Failure{Error::host_not_found_for_now, 11002});
    CHECK(lookup_failure(11003) == Failure{Error::name_server_failed, 11003});
    CHECK(lookup_failure(11004) == Failure{Error::host_not_found, 11004});
    CHECK(lookup_failure(8) == Failure{Error::out_of_memory, 8});
    CHECK(lookup_failure(EAI_SERVICE) == Failure{Error::invalid_argument, EAI_SERVICE});
    CHECK(lookup_failure(EAI_FAMILY) == Failure{Error::family_not_supported, EAI_FAMILY});
}

TEST_CASE("connect tells what is under way from what has failed") {
    CHECK(native::connect_error(WSAEWOULDBLOCK) == Error::would_block);
    CHECK(native::connect_error(WSAEALREADY) == Error::would_block);
    CHECK(native::connect_error(WSAEINVAL) == Error::would_block);
    CHECK(native::connect_error(WSAEISCONN) == Error::already_connected);
    CHECK(native::connect_error(WSAECONNREFUSED) == Error::connection_refused);
    CHECK(native::connect_error(WSAEADDRINUSE) == Error::address_in_use); // ports have run out
    CHECK(native::connect_error(WSAENOBUFS) == Error::no_buffer_space);
    // What POSIX calls under way is something else here, and a failure.
    CHECK(native::connect_error(WSAEINPROGRESS) == Error::in_progress);
}

TEST_CASE("accept passes over connections that came to nothing, and over nothing else") {
    for (const int code : {WSAECONNRESET, WSAECONNABORTED, WSAENETDOWN, WSAEACCES}) {
        CAPTURE(code);
        CHECK(native::lost_while_waiting(code));
    }
    for (const int code : {WSAEWOULDBLOCK, WSAEMFILE, WSAENOBUFS, WSAENOTSOCK, WSAEINVAL,
                           WSAEOPNOTSUPP, WSANOTINITIALISED}) {
        CAPTURE(code);
        CHECK_FALSE(native::lost_while_waiting(code));
    }
}
