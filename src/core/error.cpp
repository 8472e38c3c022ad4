#include <caesura/error.hpp>

#include <array>
#include <cstddef>

namespace caesura {

namespace {

struct Row {
    Error error;
    std::string_view name;
    std::string_view description;
};

// A macro, so that an identifier cannot differ from its enumerator.
#define ROW(error, description)                                                                    \
    Row {                                                                                          \
        Error::error, #error, description                                                          \
    }

constexpr std::array table{
    ROW(none, "no error"),
    ROW(would_block, "would block"),
    ROW(interrupted, "interrupted"),
    ROW(too_many_open, "too many open files or sockets in this process"),
    ROW(too_many_open_in_system, "too many open files or sockets in the system"),
    ROW(no_buffer_space, "no buffer space left"),
    ROW(out_of_memory, "out of memory"),
    ROW(connection_refused, "connection refused"),
    ROW(connection_reset, "connection reset"),
    ROW(connection_aborted, "connection aborted by this system"),
    ROW(broken_pipe, "broken pipe"),
    ROW(network_reset, "connection dropped by keep-alive"),
    ROW(timed_out, "connection timed out"),
    ROW(not_connected, "not connected"),
    ROW(disconnecting, "the other end is disconnecting"),
    ROW(canceled, "canceled"),
    ROW(self_connect, "connected to itself"),
    ROW(host_down, "host is down"),
    ROW(host_unreachable, "no route to host"),
    ROW(network_down, "network is down"),
    ROW(network_unreachable, "network is unreachable"),
    ROW(address_in_use, "address already in use"),
    ROW(address_not_available, "address not available on this machine"),
    ROW(destination_required, "destination address required"),
    ROW(family_not_supported, "address family not supported"),
    ROW(host_not_found, "unknown host"),
    ROW(host_not_found_for_now, "host name cannot be resolved for now"),
    ROW(name_server_failed, "name server failed"),
    ROW(access_denied, "access denied"),
    ROW(not_permitted, "operation not permitted"),
    ROW(bad_descriptor, "bad descriptor"),
    ROW(bad_address, "bad address in memory"),
    ROW(invalid_argument, "invalid argument"),
    ROW(not_a_socket, "not a socket"),
    ROW(not_initialised, "sockets are not initialised"),
    ROW(already_connected, "already connected"),
    ROW(already_in_progress, "already in progress"),
    ROW(in_progress, "in progress"),
    ROW(message_too_long, "message too long"),
    ROW(no_protocol_option, "no such protocol option"),
    ROW(operation_not_supported, "operation not supported"),
    ROW(protocol_not_supported, "protocol not supported"),
    ROW(socket_type_not_supported, "socket type not supported"),
    ROW(wrong_protocol_type, "wrong protocol type for the socket"),
    ROW(protocol_error, "protocol error"),
    ROW(not_found, "no such file or directory"),
    ROW(is_directory, "is a directory"),
    ROW(not_a_directory, "not a directory"),
    ROW(name_too_long, "name too long"),
    ROW(too_many_links, "too many levels of links"),
    ROW(no_space, "no space left on device"),
    ROW(already_exists, "already exists"),
    ROW(input_output, "input or output error"),
    ROW(file_changed, "the file has changed"),
    ROW(callback_threw, "an exception left a callback"),
    ROW(idle_too_long, "no byte moved for too long"),
    ROW(took_too_long, "it took too long in all"),
    ROW(too_slow, "slower than the least rate"),
    ROW(queue_full, "more was written than may be queued"),
    ROW(unexpected, "unexpected error"),
};

constexpr std::size_t index_of(Error error) {
    return static_cast<std::size_t>(error);
}

constexpr bool is_indexed_by_error() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (index_of(table[i].error) != i) {
            return false;
        }
    }
    return table.size() == index_of(Error::unexpected) + 1;
}
static_assert(is_indexed_by_error(), "a row for each error, in the order of the enumeration");

const Row& row_of(Error error) {
    return index_of(error) < table.size() ? table[index_of(error)] : table.back();
}

} // namespace

std::string_view describe(Error error) {
    return row_of(error).description;
}

std::string_view name_of(Error error) {
    return row_of(error).name;
}

std::string describe(const Failure& failure) {
    std::string text(describe(failure.error));
    if (failure.native != 0) {
        text += " (" + std::to_string(failure.native) + ")";
    }
    return text;
}

bool is_connection_lost(Error error) {
    switch (error) {
    case Error::connection_reset:
    case Error::connection_aborted:
    case Error::broken_pipe:
    case Error::network_reset:
    case Error::timed_out:
    case Error::disconnecting:
        return true;
    // Linux: when retransmission gives up and an ICMP "unreachable" had come in, that is reported
    // instead of a time-out (tcp_write_err prefers sk_err_soft).
    case Error::host_unreachable:
    case Error::network_unreachable:
        return true;
    // Not `not_connected`: on a connection that was established it is a misuse, which must show.
    default:
        return false;
    }
}

bool is_resource_shortage(Error error) {
    switch (error) {
    case Error::too_many_open:
    case Error::too_many_open_in_system:
    case Error::no_buffer_space:
    case Error::out_of_memory:
        return true;
    default:
        return false;
    }
}

} // namespace caesura
