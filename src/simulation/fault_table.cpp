// The fault matrix's rows, as far as a simulated system can do what they say.

#include <caesura/simulation/fault.hpp>

#include <algorithm>

namespace caesura::simulation {

namespace {

using enum Fault;
using Errors = std::array<Error, 6>;

constexpr Errors no_errors{};
constexpr Errors limits{Error::too_many_open, Error::too_many_open_in_system};
constexpr Errors memory{Error::no_buffer_space, Error::out_of_memory};
constexpr Errors reset_words{Error::connection_reset, Error::connection_aborted,
                             Error::network_reset};
constexpr Errors lost_words{Error::timed_out, Error::host_unreachable, Error::network_unreachable,
                            Error::network_reset};

// Once in how many occasions at most: whatever a program can go on after may come often, what ends
// a connection seldom, and what ends a listener or a process hardly ever.
constexpr std::uint32_t often = 3;
constexpr std::uint32_t seldom = 30;
constexpr std::uint32_t hardly = 200;
constexpr std::uint32_t by_event = 1; // drawn by the moment, not by the call

// clang-format off
constexpr FaultFacts table[] = {
    {open_too_many, "open-too-many", FaultClass::resources, often, {1}, limits},
    {open_no_memory, "open-no-memory", FaultClass::resources, often, {2}, memory},
    {open_no_family, "open-no-family", FaultClass::resources, often, {3},
     {Error::family_not_supported, Error::protocol_not_supported}},
    {open_no_right, "open-no-right", FaultClass::resources, often, {4},
     {Error::not_permitted, Error::access_denied}},
    {open_not_initialised, "open-not-initialised", FaultClass::resources, often, {5},
     {Error::not_initialised}},
    {open_odd_socket, "open-odd-socket", FaultClass::resources, often, {12},
     {Error::bad_descriptor, Error::invalid_argument}},
    {pair_fails, "pair-fails", FaultClass::resources, 2, {119},
     {Error::too_many_open, Error::connection_refused, Error::address_in_use,
      Error::out_of_memory}},
    {descriptor_limit, "descriptor-limit", FaultClass::resources, by_event, {1, 26}, no_errors},
    {memory_pressure, "memory-pressure", FaultClass::resources, by_event, {66}, no_errors},
    {pool_limit, "pool-limit", FaultClass::resources, by_event, {69}, no_errors},
    {backlog_moves, "backlog-moves", FaultClass::resources, by_event, {64, 65}, no_errors},
    {option_refused, "option-refused", FaultClass::options, often, {9},
     {Error::no_protocol_option, Error::invalid_argument, Error::no_buffer_space}},
    {option_after_reset, "option-after-reset", FaultClass::options, seldom, {10},
     {Error::invalid_argument, Error::connection_reset}},
    {option_rounded, "option-rounded", FaultClass::options, often, {11}, no_errors},
    {budget_refused, "budget-refused", FaultClass::options, often, {9},
     {Error::no_protocol_option, Error::invalid_argument, Error::no_buffer_space}},
    {listen_in_use, "listen-in-use", FaultClass::listen, 2, {14},
     {Error::address_in_use, Error::access_denied}},
    {listen_not_ours, "listen-not-ours", FaultClass::listen, 2, {15},
     {Error::address_not_available}},
    {listen_no_right, "listen-no-right", FaultClass::listen, 2, {16}, {Error::access_denied}},
    {listen_invalid, "listen-invalid", FaultClass::listen, 2, {18}, {Error::invalid_argument}},
    {listen_short_backlog, "listen-short-backlog", FaultClass::listen, 2, {19}, no_errors},
    {accept_would_block, "accept-would-block", FaultClass::accept, often, {21, 22}, no_errors},
    {accept_caller_gone, "accept-caller-gone", FaultClass::accept, often, {23, 24, 25}, no_errors},
    {accept_too_many, "accept-too-many", FaultClass::accept, often, {26}, {Error::too_many_open}},
    {accept_no_memory, "accept-no-memory", FaultClass::accept, often, {27},
     {Error::too_many_open_in_system, Error::no_buffer_space, Error::out_of_memory}},
    {accept_invalid, "accept-invalid", FaultClass::accept, 20, {28},
     {Error::bad_descriptor, Error::invalid_argument, Error::not_a_socket,
      Error::operation_not_supported}},
    {accept_odd_address, "accept-odd-address", FaultClass::accept, often, {31}, no_errors},
    {accept_late, "accept-late", FaultClass::accept, by_event, {33}, no_errors},
    {accept_storm, "accept-storm", FaultClass::accept, by_event, {29}, no_errors},
    {connect_at_once, "connect-at-once", FaultClass::connect, 2, {35}, no_errors},
    {connect_refused_at_once, "connect-refused-at-once", FaultClass::connect, often, {36},
     {Error::connection_refused, Error::network_unreachable, Error::host_unreachable,
      Error::address_not_available, Error::access_denied, Error::not_permitted}},
    {connect_no_port, "connect-no-port", FaultClass::connect, often, {37},
     {Error::address_not_available, Error::no_buffer_space, Error::address_in_use}},
    {connect_misused, "connect-misused", FaultClass::connect, often, {39},
     {Error::invalid_argument, Error::already_in_progress, Error::already_connected}},
    {connect_fails_late, "connect-fails-late", FaultClass::connect, often, {41},
     {Error::connection_refused, Error::timed_out, Error::host_unreachable,
      Error::network_unreachable, Error::connection_reset}},
    {connect_silence, "connect-silence", FaultClass::connect, often, {44}, no_errors},
    {connect_to_itself, "connect-to-itself", FaultClass::connect, often, {46},
     {Error::self_connect}},
    {connect_refused_slowly, "connect-refused-slowly", FaultClass::connect, by_event, {45},
     no_errors},
    {connect_spurious, "connect-spurious", FaultClass::connect, by_event, {42}, no_errors},
    {connect_late, "connect-late", FaultClass::connect, by_event, {34, 40}, no_errors},
    {connect_outcome_fails, "connect-outcome-fails", FaultClass::connect, often, {43},
     {Error::not_a_socket, Error::bad_descriptor, Error::no_buffer_space}},
    {connect_given_up, "connect-given-up", FaultClass::connect, often, {47}, no_errors},
    {receive_would_block, "receive-would-block", FaultClass::receive, often, {52}, no_errors},
    {receive_short, "receive-short", FaultClass::receive, 2, {49}, no_errors},
    {receive_no_memory, "receive-no-memory", FaultClass::receive, often, {57}, memory},
    {receive_reset, "receive-reset", FaultClass::receive, seldom, {54}, reset_words},
    {receive_timed_out, "receive-timed-out", FaultClass::receive, seldom, {55}, lost_words},
    {receive_misused, "receive-misused", FaultClass::receive, hardly, {56, 59},
     {Error::not_connected, Error::bad_address}},
    {receive_bad_socket, "receive-bad-socket", FaultClass::receive, hardly, {58},
     {Error::bad_descriptor, Error::not_a_socket}},
    {receive_fin_and_reset, "receive-fin-and-reset", FaultClass::receive, by_event, {61},
     no_errors},
    {send_would_block, "send-would-block", FaultClass::send, often, {65, 66, 76, 118}, no_errors},
    {send_short, "send-short", FaultClass::send, 2, {63}, no_errors},
    {send_whole, "send-whole", FaultClass::send, often, {64}, no_errors},
    {send_no_memory, "send-no-memory", FaultClass::send, often, {69}, memory},
    {send_peer_gone, "send-peer-gone", FaultClass::send, seldom, {70},
     {Error::connection_reset, Error::connection_aborted, Error::broken_pipe,
      Error::disconnecting}},
    {send_timed_out, "send-timed-out", FaultClass::send, seldom, {74}, lost_words},
    {send_misused, "send-misused", FaultClass::send, seldom, {73, 79},
     {Error::not_connected, Error::message_too_long}},
    {send_denied, "send-denied", FaultClass::send, seldom, {80},
     {Error::access_denied, Error::not_permitted}},
    {send_after_fin, "send-after-fin", FaultClass::send, by_event, {71}, no_errors},
    {finish_refused, "finish-refused", FaultClass::close, often, {82},
     {Error::not_connected, Error::connection_aborted, Error::connection_reset}},
    {close_with_unread, "close-with-unread", FaultClass::close, by_event, {86}, no_errors},
    {close_with_unsent, "close-with-unsent", FaultClass::close, by_event, {87}, no_errors},
    {wait_fails, "wait-fails", FaultClass::poller, by_event, {97},
     {Error::out_of_memory, Error::no_buffer_space, Error::network_down}},
    {wait_interrupted, "wait-interrupted", FaultClass::poller, by_event, {92, 99}, no_errors},
    {wait_early, "wait-early", FaultClass::poller, by_event, {98}, no_errors},
    {wait_slow, "wait-slow", FaultClass::poller, by_event, {109}, no_errors},
    {wait_for_nobody, "wait-for-nobody", FaultClass::poller, by_event, {95}, no_errors},
    {ready_spurious, "ready-spurious", FaultClass::poller, by_event, {100}, no_errors},
    {ready_late, "ready-late", FaultClass::poller, by_event, {102}, no_errors},
    {ready_shuffled, "ready-shuffled", FaultClass::poller, by_event, {107}, no_errors},
    {ready_stale, "ready-stale", FaultClass::poller, by_event, {103, 104}, no_errors},
    {ready_invalid, "ready-invalid", FaultClass::poller, by_event, {90, 93}, no_errors},
    {ready_error_unasked, "ready-error-unasked", FaultClass::poller, by_event, {101}, no_errors},
    {ready_hang_up_with_data, "ready-hang-up-with-data", FaultClass::poller, by_event, {105},
     no_errors},
    {peer_never_reads, "peer-never-reads", FaultClass::peer, 2, {67}, no_errors},
    {peer_half_closes, "peer-half-closes", FaultClass::peer, 2, {50}, no_errors},
    {peer_floods, "peer-floods", FaultClass::peer, 2, {62}, no_errors},
    {peer_resets, "peer-resets", FaultClass::peer, 2, {54, 70}, no_errors},
    {peer_says_nothing, "peer-says-nothing", FaultClass::peer, 2, {91}, no_errors},
    {process_exits, "process-exits", FaultClass::peer, 2, {50, 54}, no_errors},
    {callback_throws, "callback-throws", FaultClass::peer, 20, {117}, no_errors},
    {file_changes, "file-changes", FaultClass::peer, 2, {64}, no_errors},
    {connection_killed, "connection-killed", FaultClass::network, by_event, {75}, no_errors},
    {link_cut, "link-cut", FaultClass::network, by_event, {67, 91}, no_errors},
    {link_slow, "link-slow", FaultClass::network, by_event, {34, 67}, no_errors},
    {machine_vanishes, "machine-vanishes", FaultClass::network, by_event, {91}, no_errors},
    {process_stalls, "process-stalls", FaultClass::time, by_event, {114}, no_errors},
    {clock_coarse, "clock-coarse", FaultClass::time, by_event, {115}, no_errors},
    {clock_wraps, "clock-wraps", FaultClass::time, by_event, {116}, no_errors},
    {resolver_fails, "resolver-fails", FaultClass::resolver, 2, {110},
     {Error::host_not_found, Error::host_not_found_for_now, Error::name_server_failed,
      Error::out_of_memory}},
    {resolver_slow, "resolver-slow", FaultClass::resolver, 2, {111}, no_errors},
    {resolver_dead_address_first, "resolver-dead-address-first", FaultClass::resolver, 2, {48},
     no_errors},
    {resolver_many_addresses, "resolver-many-addresses", FaultClass::resolver, 2, {112},
     no_errors},
};

constexpr std::string_view at_start = "is settled before there is a system to simulate";
constexpr std::string_view inside = "stays below the seam, which repeats, clamps or hides it";
constexpr std::string_view no_such_limit = "our back-ends have no such limit";
constexpr std::string_view misuse = "is a misuse that the seam's contract excludes by assertion";
constexpr std::string_view whole_process = "concerns a real process, not sockets";

constexpr RowLeftOut left_out[] = {
    {6, at_start}, {7, no_such_limit}, {8, no_such_limit}, {13, inside}, {17, inside},
    {20, inside}, {30, no_such_limit}, {32, inside}, {38, inside}, {51, misuse}, {53, inside},
    {60, inside}, {68, inside}, {72, misuse}, {77, misuse}, {78, inside},
    {81, "breaks the contract: a test of tests, done in tests/simulation"},
    {83, inside}, {84, inside}, {85, inside}, {88, misuse}, {89, inside}, {94, inside},
    {96, inside}, {106, inside}, {108, no_such_limit}, {113, "there is no wall clock here"},
    {120, whole_process}, {121, whole_process}, {122, whole_process},
};

constexpr std::array<std::string_view, fault_class_count> class_names = {
    "resources", "options", "listen", "accept", "connect", "receive", "send",
    "close", "poller", "peer", "network", "time", "resolver",
};
// clang-format on

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i) {
        if (static_cast<std::size_t>(table[i].fault) != i) {
            return false;
        }
    }
    return std::size(table) == fault_count;
}
static_assert(is_in_order(), "a row for each fault, in the order of the enumeration");

} // namespace

std::span<const std::uint8_t> FaultFacts::rows() const {
    const auto end = std::find(row_numbers.begin(), row_numbers.end(), 0);
    return {row_numbers.begin(), end};
}

std::span<const Error> FaultFacts::errors() const {
    const auto end = std::find(all_errors.begin(), all_errors.end(), Error::none);
    return {all_errors.begin(), end};
}

std::span<const FaultFacts> all_faults() {
    return table;
}

const FaultFacts& facts_of(Fault fault) {
    return table[static_cast<std::size_t>(fault)];
}

std::string_view name_of(FaultClass kind) {
    return class_names[static_cast<std::size_t>(kind)];
}

std::span<const RowLeftOut> rows_left_out() {
    return left_out;
}

std::optional<FaultSet> parse_faults(std::string_view list) {
    FaultSet faults;
    if (list == "none") {
        return faults;
    }
    for (;;) {
        const std::size_t comma = list.find(',');
        const std::string_view name = list.substr(0, comma);
        bool known = false;
        for (const FaultFacts& facts : table) {
            if (name == "all" || name == facts.name || name == name_of(facts.kind)) {
                faults.set(static_cast<std::size_t>(facts.fault));
                known = true;
            }
        }
        if (!known) {
            return std::nullopt;
        }
        if (comma == std::string_view::npos) {
            return faults;
        }
        list.remove_prefix(comma + 1);
    }
}

std::string list_of(const FaultSet& faults) {
    if (faults.none() || faults.all()) {
        return faults.none() ? "none" : "all";
    }
    std::string list;
    for (const FaultFacts& facts : table) {
        if (faults.test(static_cast<std::size_t>(facts.fault))) {
            list += (list.empty() ? "" : ",") + std::string(facts.name);
        }
    }
    return list;
}

} // namespace caesura::simulation
