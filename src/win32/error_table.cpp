#include "berkeley/failure.hpp"

#include <winsock2.h>

#include <windows.h>

namespace caesura {

namespace {

// Winsock's numbers, with the few of the system's others that its calls answer with (what files
// answer with is another table's, see file_failure). Never the C library's errno numbers, which
// differ: its EWOULDBLOCK is 140.
constexpr ErrorRow table[] = {
    {WSAEWOULDBLOCK, Error::would_block},
    {WSAEINTR, Error::interrupted},
    {WSAEMFILE, Error::too_many_open},
    {WSAENOBUFS, Error::no_buffer_space},
    {WSAECONNREFUSED, Error::connection_refused},
    {WSAECONNRESET, Error::connection_reset},
    {WSAECONNABORTED, Error::connection_aborted},
    {WSAESHUTDOWN, Error::broken_pipe},
    {WSAENETRESET, Error::network_reset},
    {WSAETIMEDOUT, Error::timed_out},
    {WSAENOTCONN, Error::not_connected},
    {WSAEDISCON, Error::disconnecting},
    {WSAECANCELLED, Error::canceled},
    {WSA_E_CANCELLED, Error::canceled},
    {WSA_OPERATION_ABORTED, Error::canceled},
    {WSAEHOSTDOWN, Error::host_down},
    {WSAEHOSTUNREACH, Error::host_unreachable},
    {WSAENETDOWN, Error::network_down},
    {WSAENETUNREACH, Error::network_unreachable},
    {WSAEADDRINUSE, Error::address_in_use},
    {WSAEADDRNOTAVAIL, Error::address_not_available},
    {WSAEDESTADDRREQ, Error::destination_required},
    {WSAEAFNOSUPPORT, Error::family_not_supported},
    {WSAEPFNOSUPPORT, Error::family_not_supported},
    {WSAEACCES, Error::access_denied},
    {WSAEBADF, Error::bad_descriptor},
    {WSAEFAULT, Error::bad_address},
    {WSAEINVAL, Error::invalid_argument},
    {WSAENOTSOCK, Error::not_a_socket},
    {WSANOTINITIALISED, Error::not_initialised},
    {WSASYSNOTREADY, Error::not_initialised},
    {WSAVERNOTSUPPORTED, Error::not_initialised},
    {WSAEPROCLIM, Error::not_initialised}, // WSAStartup: too many programs use Winsock
    {WSAEPROVIDERFAILEDINIT, Error::not_initialised},
    {WSAEISCONN, Error::already_connected},
    {WSAEALREADY, Error::already_in_progress},
    {WSAEINPROGRESS, Error::in_progress},
    {WSAEMSGSIZE, Error::message_too_long},
    {WSAENOPROTOOPT, Error::no_protocol_option},
    {WSAEOPNOTSUPP, Error::operation_not_supported},
    {WSAEPROTONOSUPPORT, Error::protocol_not_supported},
    {WSAESOCKTNOSUPPORT, Error::socket_type_not_supported},
    {WSAEPROTOTYPE, Error::wrong_protocol_type},
    {WSAENAMETOOLONG, Error::name_too_long},
    {WSAELOOP, Error::too_many_links},
    {WSAEDQUOT, Error::no_space},

    {WSAHOST_NOT_FOUND, Error::host_not_found},
    {WSANO_DATA, Error::host_not_found}, // the name is known, but has no address
    {WSATRY_AGAIN, Error::host_not_found_for_now},
    {WSANO_RECOVERY, Error::name_server_failed},
    {WSAEREFUSED, Error::name_server_failed},
    {WSATYPE_NOT_FOUND, Error::invalid_argument}, // EAI_SERVICE

    {WSA_INVALID_HANDLE, Error::bad_descriptor},
    {WSA_NOT_ENOUGH_MEMORY, Error::out_of_memory},
    {WSA_INVALID_PARAMETER, Error::invalid_argument},
    {ERROR_NETNAME_DELETED, Error::connection_reset}, // how overlapped calls say it
};

} // namespace

std::span<const ErrorRow> error_table() {
    return table;
}

// The resolver answers with Winsock's own numbers here.
Failure lookup_failure(int code) {
    return failure_from_native(code);
}

} // namespace caesura
