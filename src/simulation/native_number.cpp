#include "simulation/native_number.hpp"

#include <algorithm>
#include <iterator>

namespace caesura::simulation {

namespace {

struct Row {
    Error error;
    int posix;
    int winsock;
};

// 0: that dialect has none. The numbers are Linux's, and those of Winsock's documentation.
constexpr Row rows[] = {
    {Error::would_block, 11, 10035},
    {Error::interrupted, 4, 10004},
    {Error::too_many_open, 24, 10024},
    {Error::too_many_open_in_system, 23, 0},
    {Error::no_buffer_space, 105, 10055},
    {Error::out_of_memory, 12, 8},
    {Error::connection_refused, 111, 10061},
    {Error::connection_reset, 104, 10054},
    {Error::connection_aborted, 103, 10053},
    {Error::broken_pipe, 32, 10058},
    {Error::network_reset, 102, 10052},
    {Error::timed_out, 110, 10060},
    {Error::not_connected, 107, 10057},
    {Error::disconnecting, 0, 10101},
    {Error::canceled, 125, 995},
    {Error::host_down, 112, 10064},
    {Error::host_unreachable, 113, 10065},
    {Error::network_down, 100, 10050},
    {Error::network_unreachable, 101, 10051},
    {Error::address_in_use, 98, 10048},
    {Error::address_not_available, 99, 10049},
    {Error::destination_required, 89, 10039},
    {Error::family_not_supported, 97, 10047},
    {Error::access_denied, 13, 10013},
    {Error::not_permitted, 1, 10013},
    {Error::bad_descriptor, 9, 10009},
    {Error::bad_address, 14, 10014},
    {Error::invalid_argument, 22, 10022},
    {Error::not_a_socket, 88, 10038},
    {Error::not_initialised, 0, 10093},
    {Error::already_connected, 106, 10056},
    {Error::already_in_progress, 114, 10037},
    {Error::in_progress, 115, 10036},
    {Error::message_too_long, 90, 10040},
    {Error::no_protocol_option, 92, 10042},
    {Error::operation_not_supported, 95, 10045},
    {Error::protocol_not_supported, 93, 10043},
    {Error::socket_type_not_supported, 94, 10044},
    {Error::wrong_protocol_type, 91, 10041},
    {Error::protocol_error, 71, 0},
};

} // namespace

Failure said(Dialect dialect, Error error) {
    const Row* const row = std::find_if(std::begin(rows), std::end(rows),
                                        [error](const Row& one) { return one.error == error; });
    if (row == std::end(rows)) {
        return {error, 0};
    }
    return {error, dialect == Dialect::posix ? row->posix : row->winsock};
}

} // namespace caesura::simulation
