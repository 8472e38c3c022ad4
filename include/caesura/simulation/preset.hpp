#pragma once

#include <caesura/error.hpp>

#include <caesura/simulation/link.hpp>
#include <caesura/simulation/send_buffer.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace caesura::simulation {

/// Whose error numbers and poll bits a system has.
enum class Dialect : std::uint8_t { posix, winsock };

/// What becomes of received bytes that nobody has read when a reset comes.
enum class ResetEats : std::uint8_t { nothing, unread_input };

/// What is heard of a reset.
enum class ResetIsTold : std::uint8_t {
    once,  // then a receive says 0, and a send that the pipe is broken (Linux)
    always // by every call (Windows)
};

/// What a connect meets when the backlog is full.
enum class FullBacklog : std::uint8_t { silence, refusal };

/// How the connections end that a process leaves open when it exits.
enum class ExitSends : std::uint8_t { fin, reset };

/// What is said when the memory for sends is used up (W7): the two hypotheses are two codes.
enum class PoolAnswer : std::uint8_t { no_buffer_space, would_block };

/// What becomes of the size of a buffer that somebody sets. In force is always a size within the
/// system's bounds; of a negative one, as if it was unsigned: the largest.
enum class BufferSizes : std::uint8_t {
    clamped, // and told as what is in force (Linux)
    as_set,  // and told as it was set, whatever is in force (Windows, Wine)
    refused  // out of bounds it is an error (FreeBSD)
};

/// The peer's FIN, as a poll tells it.
enum class FinIsTold : std::uint8_t {
    readable,                // POLLIN (POSIX)
    hang_up,                 // POLLHUP, unmaskable; POLLRDNORM only while bytes wait (Windows)
    hang_up_when_all_is_read // and without POLLHUP while bytes wait (Wine)
};

/// How a system answers, as data. Each of the ready-made ones below says of every figure and rule
/// whether it is documented, measured, reported or assumed (src/simulation/preset.cpp); a test of
/// somebody's own may change any of it. A plain value.
struct Preset {
    std::string_view name;
    Dialect dialect = Dialect::posix;
    /// The names of its pollers, the preferred one first.
    std::vector<std::string_view> pollers;

    SendPolicy sends;
    /// What set_option makes of the size of a buffer: times this factor, within these bounds.
    BufferSizes buffer_sizes = BufferSizes::clamped;
    std::uint32_t buffer_factor = 1;
    std::uint64_t least_send_buffer = 1;
    std::uint64_t least_receive_buffer = 1;
    /// What a sender holds at least, however small its buffer is told to be (Linux).
    std::uint64_t least_held = 0;
    std::uint64_t most_buffer = 1 << 30;
    /// What option(send_buffer) says while nobody set it.
    int send_buffer_shown = 0;
    /// Bytes of a connection that its receiver's system holds at most, while nobody set it.
    std::uint64_t receive_capacity = 0;

    ResetEats reset_eats = ResetEats::nothing;
    ResetIsTold reset_is_told = ResetIsTold::once;
    /// By Wine 8, a receive after a reset says 0, as after a FIN.
    bool reset_reads_as_end = false;
    /// A lost connection still names its peer and can be shut, in vain (Wine).
    bool lost_peer_is_known = false;
    /// What a receive and a send say while the connect is under way.
    Error early_traffic = Error::would_block;
    /// What a send says on a socket that never connected.
    Error unconnected_send = Error::not_connected;
    FinIsTold fin_is_told = FinIsTold::readable;
    /// A socket that never connected is reported as writable and hung up (Linux).
    bool fresh_sockets_hang_up = false;
    /// Windows before 19041 reports a failed connect by no poll.
    bool polls_tell_failed_connect = true;
    /// A client that is gone again before it was accepted is not handed over.
    bool aborted_callers_vanish = false;

    FullBacklog full_backlog = FullBacklog::silence;
    int most_backlog = 4096;
    Duration refusal_takes = Duration::zero(); // on loopback
    Duration connect_timeout = std::chrono::seconds(135);
    /// How long unacknowledged bytes are sent again before the connection is given up.
    Duration retransmission_timeout = std::chrono::minutes(15);
    ExitSends exit_sends = ExitSends::fin;
    /// Whether held-back bytes end with the process (Wine 10; on Windows the kernel has them).
    bool hoard_dies_with_process = false;
    /// Whether the system tells what is unacknowledged, what is unsent, and how far the peer is.
    bool tells_unacknowledged = false;
    bool tells_unsent = false;
    bool tells_round_trip = false;
    /// Memory for sends of the whole machine; of no concern to the rules `share` and `low_water`.
    std::uint64_t pool_limit = ~std::uint64_t{0};
    PoolAnswer pool_answer = PoolAnswer::no_buffer_space;
    /// Sockets that a process may have open.
    std::size_t most_sockets = 20'000;
    /// Short counts, would-blocks and readiness by chance, one-byte reads: whatever the contract
    /// allows.
    bool is_nasty = false;
    /// What a wait's timeout is rounded up to.
    Duration wait_unit = std::chrono::microseconds(1);
    LinkQuality loopback;
};

/// Linux 6.18, as measured on loopback.
Preset linux_6();
/// FreeBSD, by its manual.
Preset bsd();
/// Windows 7 SP1, as documented, reported, and tested by Wine's own suite. Nothing here was run on
/// Windows; likewise the next.
Preset winsock_win7();
/// Windows 10, build 19041 and later.
Preset winsock_win10();
/// Wine 8.0 on Linux: Linux's buffers behind Winsock's numbers.
Preset wine8();
/// Wine 10.0 on Linux: whole sends, the rest of which the program holds back.
Preset wine10();
/// No system: all that the contract of the seam allows, and by chance.
Preset nasty();

/// All of the above, in that order.
std::vector<Preset> presets();
/// By name ("linux", "bsd", "winsock-win7", "winsock-win10", "wine8", "wine10", "nasty").
std::optional<Preset> find_preset(std::string_view name);

} // namespace caesura::simulation
