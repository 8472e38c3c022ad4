#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caesura {

/// What a system can answer, by meaning. Closed: each system has one table for each kind of number
/// it answers with (POSIX: errno; Windows: WSAGetLastError of sockets, GetLastError of files), and
/// a number that is not in its table is `unexpected` (the native number is kept beside it).
enum class Error : std::uint8_t {
    none,
    // A pause, not a failure: nothing was taken or given; ask the poller when to try again.
    would_block,
    interrupted,
    // Resources. Worth another try, but only on a timer: no event announces their return.
    too_many_open,           // this process is out of descriptors
    too_many_open_in_system, // the whole system is
    no_buffer_space,
    out_of_memory,
    // The connection is gone, or never came to be.
    connection_refused,
    connection_reset,
    connection_aborted, // the local stack gave up, or a handshake was withdrawn
    broken_pipe,        // our write side, or the peer's read side, is shut
    network_reset,      // keep-alive found the peer dead
    timed_out,
    not_connected,
    disconnecting,
    canceled,
    self_connect, // a simultaneous open met itself: both ends are this socket
    // The way there.
    host_down,
    host_unreachable,
    network_down,
    network_unreachable,
    // Addresses.
    address_in_use,
    address_not_available,
    destination_required,
    family_not_supported,
    // Names (Resolver).
    host_not_found,
    host_not_found_for_now, // the name server says: ask again later
    name_server_failed,
    // Rights.
    access_denied,
    not_permitted,
    // Misuse: a programming error of the caller or of this library.
    bad_descriptor,
    bad_address,
    invalid_argument,
    not_a_socket,
    not_initialised,
    already_connected,
    already_in_progress,
    in_progress,
    message_too_long,
    no_protocol_option,
    operation_not_supported,
    protocol_not_supported,
    socket_type_not_supported,
    wrong_protocol_type,
    protocol_error,
    // Files.
    not_found,
    is_directory,
    not_a_directory,
    name_too_long,
    too_many_links,
    no_space,
    already_exists,
    input_output,
    file_changed, // a file shrank or was rewritten while it was being sent
    callback_threw, // an exception left a user's callback
    // Limits of our own (see ConnectionOptions).
    idle_too_long,
    took_too_long,
    too_slow,
    queue_full,
    // In no table.
    unexpected,
};

/// A sentence fragment for people, such as "connection refused". Never empty, for any value.
std::string_view describe(Error error);

/// The identifier, such as "connection_refused". Never empty, for any value.
std::string_view name_of(Error error);

/// What a call said: what it means everywhere, and the number this system had for it (0: none).
/// True exactly when something other than success was said, so that the idiom is
/// `if (const Failure failure = sockets.shut_writes(socket)) ...`.
struct [[nodiscard]] Failure {
    Error error = Error::none;
    int native = 0;

    explicit operator bool() const { return error != Error::none; }
    bool operator==(const Failure&) const = default;
};

/// For a log or a message: "connection refused (111)"; without the number where there is none.
std::string describe(const Failure& failure);

/// True for the ways a peer or the network ends an established connection: they are one class
/// because systems choose among them differently for the same event.
bool is_connection_lost(Error error);

/// True for what a later try may cure without any event to announce it: descriptors, buffers,
/// memory. The reaction is a timer, never the poller.
bool is_resource_shortage(Error error);

} // namespace caesura
