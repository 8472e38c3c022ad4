#include "berkeley/failure.hpp"

#include <doctest/doctest.h>

#include <netdb.h>

#include <cerrno>
#include <set>

using namespace caesura;

namespace {

// Every number that a socket call of POSIX or Linux is documented to answer with.
constexpr ErrorRow expected[] = {
    {EAGAIN, Error::would_block},
    {EWOULDBLOCK, Error::would_block},
    {EINTR, Error::interrupted},
    {EBADF, Error::bad_descriptor},
    {EACCES, Error::access_denied},
    {EPERM, Error::not_permitted},
    {EFAULT, Error::bad_address},
    {EINVAL, Error::invalid_argument},
    {EMFILE, Error::too_many_open},
    {ENFILE, Error::too_many_open_in_system},
    {ENOMEM, Error::out_of_memory},
    {EINPROGRESS, Error::in_progress},
    {EALREADY, Error::already_in_progress},
    {ENOTSOCK, Error::not_a_socket},
    {EDESTADDRREQ, Error::destination_required},
    {EMSGSIZE, Error::message_too_long},
    {EPROTOTYPE, Error::wrong_protocol_type},
    {ENOPROTOOPT, Error::no_protocol_option},
    {EPROTONOSUPPORT, Error::protocol_not_supported},
    {ESOCKTNOSUPPORT, Error::socket_type_not_supported},
    {EOPNOTSUPP, Error::operation_not_supported},
    {EPFNOSUPPORT, Error::family_not_supported},
    {EAFNOSUPPORT, Error::family_not_supported},
    {EADDRINUSE, Error::address_in_use},
    {EADDRNOTAVAIL, Error::address_not_available},
    {ENETDOWN, Error::network_down},
    {ENETUNREACH, Error::network_unreachable},
    {ENETRESET, Error::network_reset},
    {ECONNABORTED, Error::connection_aborted},
    {ECONNRESET, Error::connection_reset},
    {ENOBUFS, Error::no_buffer_space},
    {EISCONN, Error::already_connected},
    {ENOTCONN, Error::not_connected},
    {EPIPE, Error::broken_pipe},
    {ESHUTDOWN, Error::broken_pipe},
    {ETIMEDOUT, Error::timed_out},
    {ECONNREFUSED, Error::connection_refused},
    {ELOOP, Error::too_many_links},
    {ENAMETOOLONG, Error::name_too_long},
    {EHOSTDOWN, Error::host_down},
    {EHOSTUNREACH, Error::host_unreachable},
    {ECANCELED, Error::canceled},
    {EPROTO, Error::protocol_error},
};

} // namespace

TEST_CASE("each error number of the system has its meaning") {
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
    for (const int code : {0, -1, 9999, EDOM}) {
        CHECK(failure_from_native(code) == Failure{Error::unexpected, code});
    }
}

TEST_CASE("each answer of the resolver has its meaning") {
    CHECK(lookup_failure(EAI_NONAME) == Failure{Error::host_not_found, EAI_NONAME});
    CHECK(lookup_failure(EAI_AGAIN) == Failure{Error::host_not_found_for_now, EAI_AGAIN});
    CHECK(lookup_failure(EAI_FAIL) == Failure{Error::name_server_failed, EAI_FAIL});
    CHECK(lookup_failure(EAI_MEMORY) == Failure{Error::out_of_memory, EAI_MEMORY});
    CHECK(lookup_failure(EAI_SERVICE) == Failure{Error::invalid_argument, EAI_SERVICE});
    CHECK(lookup_failure(EAI_FAMILY) == Failure{Error::family_not_supported, EAI_FAMILY});
    CHECK(lookup_failure(12345) == Failure{Error::unexpected, 12345});
#ifdef EAI_NODATA
    CHECK(lookup_failure(EAI_NODATA) == Failure{Error::host_not_found, EAI_NODATA});
#endif
}

TEST_CASE("where the resolver says that the system failed, the system's number is told") {
    errno = EMFILE;
    CHECK(lookup_failure(EAI_SYSTEM) == Failure{Error::too_many_open, EMFILE});
}
