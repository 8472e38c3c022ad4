#include "torture/fault_rows.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace caesura::torture {

namespace {

constexpr auto fails = Oddity::fails;
constexpr auto none = Harm::none;
constexpr auto some = Harm::some;

// What the seam hides is missing: interruptions (22, 53, 68, 83), callers that are gone before they
// are accepted (23, 24), a send of nothing (76); and what only a native call can answer.
constexpr FaultRow rows[] = {
    {1, SeamCall::open, fails, Error::too_many_open, some},
    {1, SeamCall::open, fails, Error::too_many_open_in_system, some},
    {2, SeamCall::open, fails, Error::no_buffer_space, some},
    {2, SeamCall::open, fails, Error::out_of_memory, some},
    {3, SeamCall::open, fails, Error::family_not_supported, some},
    {3, SeamCall::open, fails, Error::protocol_not_supported, some},
    {4, SeamCall::open, fails, Error::not_permitted, some},
    {4, SeamCall::open, fails, Error::access_denied, some},
    {5, SeamCall::open, fails, Error::not_initialised, some},
    {12, SeamCall::open, fails, Error::invalid_argument, some},

    {1, SeamCall::listen, fails, Error::too_many_open, some},
    {2, SeamCall::listen, fails, Error::no_buffer_space, some},
    {3, SeamCall::listen, fails, Error::family_not_supported, some},
    {5, SeamCall::listen, fails, Error::not_initialised, some},
    {9, SeamCall::listen, fails, Error::no_protocol_option, some},
    {14, SeamCall::listen, fails, Error::address_in_use, some},
    {15, SeamCall::listen, fails, Error::address_not_available, some},
    {16, SeamCall::listen, fails, Error::access_denied, some},
    {18, SeamCall::listen, fails, Error::invalid_argument, some},

    {21, SeamCall::accept, fails, Error::would_block, none},
    {25, SeamCall::accept, fails, Error::not_permitted, some},
    {25, SeamCall::accept, fails, Error::access_denied, some},
    {26, SeamCall::accept, fails, Error::too_many_open, none},
    {27, SeamCall::accept, fails, Error::too_many_open_in_system, none},
    {27, SeamCall::accept, fails, Error::no_buffer_space, none},
    {27, SeamCall::accept, fails, Error::out_of_memory, none},
    {28, SeamCall::accept, fails, Error::bad_descriptor, some},
    {28, SeamCall::accept, fails, Error::invalid_argument, some},
    {28, SeamCall::accept, fails, Error::not_a_socket, some},
    {28, SeamCall::accept, fails, Error::operation_not_supported, some},
    {31, SeamCall::accept, Oddity::has_no_peer, Error::none, none},

    {35, SeamCall::connect, Oddity::is_done, Error::none, none},
    {36, SeamCall::connect, fails, Error::connection_refused, some},
    {36, SeamCall::connect, fails, Error::network_unreachable, some},
    {36, SeamCall::connect, fails, Error::host_unreachable, some},
    {36, SeamCall::connect, fails, Error::address_not_available, some},
    {36, SeamCall::connect, fails, Error::access_denied, some},
    {36, SeamCall::connect, fails, Error::not_permitted, some},
    {37, SeamCall::connect, fails, Error::address_in_use, some},
    {37, SeamCall::connect, fails, Error::no_buffer_space, some},
    {39, SeamCall::connect, fails, Error::already_in_progress, some},
    {39, SeamCall::connect, fails, Error::invalid_argument, some},
    {46, SeamCall::connect, fails, Error::self_connect, some},

    {41, SeamCall::connect_outcome, fails, Error::connection_refused, some},
    {41, SeamCall::connect_outcome, fails, Error::connection_reset, some},
    {41, SeamCall::connect_outcome, fails, Error::network_unreachable, some},
    {41, SeamCall::connect_outcome, fails, Error::host_unreachable, some},
    {42, SeamCall::connect_outcome, fails, Error::would_block, none},
    {43, SeamCall::connect_outcome, fails, Error::not_a_socket, some},
    {43, SeamCall::connect_outcome, fails, Error::bad_descriptor, some},
    {44, SeamCall::connect_outcome, fails, Error::timed_out, some},
    {46, SeamCall::connect_outcome, fails, Error::self_connect, some},

    {49, SeamCall::receive, Oddity::is_short, Error::none, none},
    {52, SeamCall::receive, fails, Error::would_block, none},
    {54, SeamCall::receive, fails, Error::connection_reset, some},
    {54, SeamCall::receive, fails, Error::connection_aborted, some},
    {54, SeamCall::receive, fails, Error::network_reset, some},
    {55, SeamCall::receive, fails, Error::timed_out, some},
    {55, SeamCall::receive, fails, Error::host_unreachable, some},
    {55, SeamCall::receive, fails, Error::network_unreachable, some},
    {56, SeamCall::receive, fails, Error::not_connected, some},
    {56, SeamCall::receive, fails, Error::broken_pipe, some},
    {57, SeamCall::receive, fails, Error::out_of_memory, none},
    {57, SeamCall::receive, fails, Error::no_buffer_space, none},
    {58, SeamCall::receive, fails, Error::bad_descriptor, some},
    {58, SeamCall::receive, fails, Error::not_a_socket, some},
    {59, SeamCall::receive, fails, Error::bad_address, some},

    {63, SeamCall::send, Oddity::is_short, Error::none, none},
    {66, SeamCall::send, fails, Error::would_block, none},
    {69, SeamCall::send, fails, Error::no_buffer_space, none},
    {69, SeamCall::send, fails, Error::out_of_memory, none},
    {70, SeamCall::send, fails, Error::broken_pipe, some},
    {70, SeamCall::send, fails, Error::connection_reset, some},
    {70, SeamCall::send, fails, Error::connection_aborted, some},
    {73, SeamCall::send, fails, Error::not_connected, some},
    {74, SeamCall::send, fails, Error::timed_out, some},
    {74, SeamCall::send, fails, Error::host_unreachable, some},
    {74, SeamCall::send, fails, Error::network_unreachable, some},
    {74, SeamCall::send, fails, Error::network_reset, some},
    {79, SeamCall::send, fails, Error::message_too_long, some},
    {80, SeamCall::send, fails, Error::access_denied, some},
    {80, SeamCall::send, fails, Error::not_permitted, some},
    {58, SeamCall::send, fails, Error::bad_descriptor, some},

    {82, SeamCall::shut_writes, fails, Error::not_connected, some},
    {82, SeamCall::shut_writes, fails, Error::connection_aborted, some},
    {82, SeamCall::shut_writes, fails, Error::connection_reset, some},
    {58, SeamCall::shut_writes, fails, Error::bad_descriptor, some},

    {28, SeamCall::local, fails, Error::bad_descriptor, some},
    {28, SeamCall::local, fails, Error::not_a_socket, some},
    {31, SeamCall::local, fails, Error::not_connected, some},

    {42, SeamCall::peer, fails, Error::not_connected, none},
    {58, SeamCall::peer, fails, Error::bad_descriptor, none},

    {9, SeamCall::set_option, fails, Error::no_protocol_option, none},
    {9, SeamCall::set_option, fails, Error::no_buffer_space, none},
    {9, SeamCall::set_option, fails, Error::not_a_socket, none},
    {10, SeamCall::set_option, fails, Error::invalid_argument, none},

    {9, SeamCall::limit_unsent, fails, Error::no_protocol_option, some},
    {9, SeamCall::limit_unsent, fails, Error::invalid_argument, some},
    {9, SeamCall::limit_unsent, fails, Error::no_buffer_space, some},

    {43, SeamCall::figure, Oddity::cannot_tell, Error::none, none},

    {119, SeamCall::pair, fails, Error::too_many_open, some},
    {119, SeamCall::pair, fails, Error::no_buffer_space, some},
    {119, SeamCall::pair, fails, Error::connection_refused, some},
    {119, SeamCall::pair, fails, Error::address_in_use, some},

    {90, SeamCall::wait, Oddity::loses_first, Error::none, some, Lasts::once},
    {93, SeamCall::wait, Oddity::loses_last, Error::none, some, Lasts::once},
    {92, SeamCall::wait, Oddity::comes_early, Error::none, none},
    {97, SeamCall::wait, fails, Error::out_of_memory, none},
    {97, SeamCall::wait, fails, Error::no_buffer_space, none},
    {97, SeamCall::wait, fails, Error::network_down, none},
    {100, SeamCall::wait, Oddity::cries_wolf, Error::none, none},
    {101, SeamCall::wait, Oddity::tells_errors, Error::none, some},
    {103, SeamCall::wait, Oddity::tells_of_gone, Error::none, none},
    {107, SeamCall::wait, Oddity::is_reversed, Error::none, none},

    {110, SeamCall::resolve, fails, Error::host_not_found, some},
    {110, SeamCall::resolve, fails, Error::host_not_found_for_now, some},
    {110, SeamCall::resolve, fails, Error::name_server_failed, some},
    {110, SeamCall::resolve, fails, Error::out_of_memory, some},
    {111, SeamCall::resolve, Oddity::is_slow, Error::none, none},
    {112, SeamCall::resolve, Oddity::finds_none, Error::none, some},
    {112, SeamCall::resolve, Oddity::finds_twice, Error::none, none},

    {114, SeamCall::now, Oddity::leaps, Error::none, some, Lasts::once},
};

constexpr FaultRow the_lie{81, SeamCall::send, Oddity::lies, Error::none, some};

constexpr std::array<std::string_view, call_count> call_names = {
    "open",        "listen",  "accept", "connect",    "connect_outcome", "receive", "send",
    "shut_writes", "local",   "peer",   "set_option", "limit_unsent",    "figure",  "pair",
    "wait",        "resolve", "now"};

constexpr std::string_view oddity_names[] = {
    "fails",      "is short",    "is done",     "cannot tell",   "has no peer",  "comes early",
    "cries wolf", "loses first", "loses last",  "tells of gone", "tells errors", "is reversed",
    "is slow",    "finds none",  "finds twice", "leaps",         "lies"};

constexpr bool is_before(const FaultRow& one, const FaultRow& other) {
    return one.call < other.call;
}
static_assert(std::is_sorted(std::begin(rows), std::end(rows), is_before));

} // namespace

std::string_view name_of(SeamCall call) {
    return call_names[static_cast<std::size_t>(call)];
}

std::string describe(const FaultRow& row) {
    std::string text = "row " + std::to_string(row.row) + ", " + std::string(name_of(row.call));
    text += ' ';
    text += oddity_names[static_cast<std::size_t>(row.oddity)];
    return row.oddity == fails ? text + " with " + std::string(name_of(row.error)) : text;
}

std::span<const FaultRow> rows_of(SeamCall call) {
    const auto [first, last] = std::equal_range(std::begin(rows), std::end(rows),
                                                FaultRow{0, call, fails, {}, some}, is_before);
    return {first, last};
}

std::span<const FaultRow> all_rows() {
    return rows;
}

const FaultRow& lie() {
    return the_lie;
}

} // namespace caesura::torture
