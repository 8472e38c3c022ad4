#include "berkeley/failure.hpp"

#include <netdb.h>

#include <cerrno>

namespace caesura {

namespace {

constexpr ErrorRow table[] = {
    {EAGAIN, Error::would_block},
#if EWOULDBLOCK != EAGAIN
    {EWOULDBLOCK, Error::would_block},
#endif
    {EINTR, Error::interrupted},
    {EMFILE, Error::too_many_open},
    {ENFILE, Error::too_many_open_in_system},
    {ENOBUFS, Error::no_buffer_space},
    {ENOMEM, Error::out_of_memory},
    {ECONNREFUSED, Error::connection_refused},
    {ECONNRESET, Error::connection_reset},
    {ECONNABORTED, Error::connection_aborted},
    {EPIPE, Error::broken_pipe},
    {ESHUTDOWN, Error::broken_pipe},
    {ENETRESET, Error::network_reset},
    {ETIMEDOUT, Error::timed_out},
    {ENOTCONN, Error::not_connected},
    {ECANCELED, Error::canceled},
    {EHOSTDOWN, Error::host_down},
    {EHOSTUNREACH, Error::host_unreachable},
    {ENETDOWN, Error::network_down},
#ifdef ENONET // Linux: "machine is not on the network"
    {ENONET, Error::network_down},
#endif
    {ENETUNREACH, Error::network_unreachable},
    {EADDRINUSE, Error::address_in_use},
    {EADDRNOTAVAIL, Error::address_not_available},
    {EDESTADDRREQ, Error::destination_required},
    {EAFNOSUPPORT, Error::family_not_supported},
    {EPFNOSUPPORT, Error::family_not_supported},
    {EACCES, Error::access_denied},
    {EPERM, Error::not_permitted},
    {EBADF, Error::bad_descriptor},
    {EFAULT, Error::bad_address},
    {EINVAL, Error::invalid_argument},
    {ENOTSOCK, Error::not_a_socket},
    {EISCONN, Error::already_connected},
    {EALREADY, Error::already_in_progress},
    {EINPROGRESS, Error::in_progress},
    {EMSGSIZE, Error::message_too_long},
    {ENOPROTOOPT, Error::no_protocol_option},
    {EOPNOTSUPP, Error::operation_not_supported},
#if ENOTSUP != EOPNOTSUPP
    {ENOTSUP, Error::operation_not_supported},
#endif
    {ENOSYS, Error::operation_not_supported},
    {EPROTONOSUPPORT, Error::protocol_not_supported},
    {ESOCKTNOSUPPORT, Error::socket_type_not_supported},
    {EPROTOTYPE, Error::wrong_protocol_type},
    {EPROTO, Error::protocol_error},
    {ENOENT, Error::not_found},
    {EISDIR, Error::is_directory},
    {ENOTDIR, Error::not_a_directory},
    {ENAMETOOLONG, Error::name_too_long},
    {ELOOP, Error::too_many_links},
    {ENOSPC, Error::no_space},
    {EDQUOT, Error::no_space},
    {EFBIG, Error::no_space},
    {EROFS, Error::access_denied},
    {ETXTBSY, Error::access_denied},
    {EBUSY, Error::access_denied},
    {ENXIO, Error::operation_not_supported},
    {ENODEV, Error::operation_not_supported},
    {EXDEV, Error::operation_not_supported},
    {EEXIST, Error::already_exists},
    {ENOTEMPTY, Error::already_exists},
    {EIO, Error::input_output},
};

} // namespace

std::span<const ErrorRow> error_table() {
    return table;
}

Failure lookup_failure(int code) {
    const int system_code = errno;
    switch (code) {
    case EAI_SYSTEM:
        return failure_from_native(system_code);
    case EAI_NONAME:
#ifdef EAI_NODATA
    case EAI_NODATA: // the name is known, but has no address
#endif
#ifdef EAI_ADDRFAMILY
    case EAI_ADDRFAMILY:
#endif
        return {Error::host_not_found, code};
    case EAI_AGAIN:
        return {Error::host_not_found_for_now, code};
    case EAI_FAIL:
        return {Error::name_server_failed, code};
    case EAI_MEMORY:
        return {Error::out_of_memory, code};
    case EAI_OVERFLOW:
        return {Error::name_too_long, code};
    case EAI_FAMILY:
        return {Error::family_not_supported, code};
    case EAI_SOCKTYPE:
        return {Error::socket_type_not_supported, code};
    case EAI_BADFLAGS:
    case EAI_SERVICE:
        return {Error::invalid_argument, code};
    default:
        return {Error::unexpected, code};
    }
}

} // namespace caesura
