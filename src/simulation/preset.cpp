#include <caesura/simulation/preset.hpp>

#include <algorithm>

namespace caesura::simulation {

namespace {

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;

/// What all that speak Winsock have in common.
Preset winsock() {
    Preset preset;
    preset.dialect = Dialect::winsock;
    preset.pollers = {"wsapoll", "select"};
    preset.sends.rule = SendRule::whole_sends;            // W6, W8 [Wine's tests; KB 823764]
    preset.buffer_sizes = BufferSizes::as_set;            // [Wine's tests; measured on Wine 10]
    preset.most_buffer = 0xffff'ffff;                     // [assumed: none of its own]
    preset.reset_eats = ResetEats::unread_input;          // W16 [curl 657, 668, 10409]
    preset.reset_is_told = ResetIsTold::always;           // [Wine's tests]
    preset.early_traffic = Error::not_connected;          // [Wine's tests]
    preset.fin_is_told = FinIsTold::hang_up;              // W17 [Wine's tests; libdatachannel 871]
    preset.aborted_callers_vanish = true;                 // WSAECONNRESET by accept [Twisted]
    preset.full_backlog = FullBacklog::refusal;           // [documented: listen]
    preset.most_backlog = 200;                            // [documented: SOMAXCONN_HINT]
    preset.connect_timeout = std::chrono::seconds(21);    // 4 SYNs [speasy 344]
    preset.exit_sends = ExitSends::reset;                 // W15 [bun 34556]
    preset.wait_unit = std::chrono::microseconds(15'625); // the default tick [documented]
    return preset;
}

/// What all that have Linux's network below them have in common. Measured on 6.18, loopback.
void put_linux_below(Preset& preset) {
    // L1: 3,919,467 bytes were taken for a stalled reader, of which its own system held 127,973.
    preset.sends.limit = 3'919'467 - 127'973;
    preset.receive_capacity = 127'973;
    preset.buffer_factor = 2;        // socket(7)
    preset.least_send_buffer = 4608; // measured, as is the next
    preset.least_receive_buffer = 2304;
    // Twice wmem_max, socket(7), by the kernel's default; distributions and hosts have others.
    preset.most_buffer = 425'984;
    preset.send_buffer_shown = 16'384;
    preset.early_traffic = Error::would_block;  // measured, by Wine 10 too
    preset.full_backlog = FullBacklog::silence; // listen(2)
    preset.most_backlog = 4096;                 // somaxconn, listen(2)
    preset.aborted_callers_vanish = false;
    preset.retransmission_timeout = std::chrono::seconds(924); // tcp_retries2, tcp(7)
    preset.connect_timeout = std::chrono::seconds(127);        // tcp_syn_retries, tcp(7)
    preset.wait_unit = std::chrono::microseconds(1);           // select(2)
}

} // namespace

Preset linux_6() {
    Preset preset;
    preset.name = "linux";
    preset.pollers = {"select", "poll"};
    preset.sends.rule = SendRule::share;          // L1, L2
    preset.reset_eats = ResetEats::nothing;       // measured: data, then ECONNRESET, then 0
    preset.reset_is_told = ResetIsTold::once;     // L4
    preset.fin_is_told = FinIsTold::readable;     // L3
    preset.fresh_sockets_hang_up = true;          // measured: POLLOUT | POLLHUP
    preset.unconnected_send = Error::broken_pipe; // measured
    preset.tells_unacknowledged = true;           // SIOCOUTQ
    preset.tells_unsent = true;                   // SIOCOUTQNSD
    preset.tells_round_trip = true;               // TCP_INFO
    // Measured on loopback: a segment that has begun is filled.
    preset.least_held = 47'616;
    put_linux_below(preset);
    return preset;
}

Preset bsd() {
    Preset preset;
    preset.name = "bsd";
    preset.pollers = {"select", "poll"};
    preset.sends.rule = SendRule::low_water; // B2 [getsockopt(2)]
    preset.sends.limit = 32'768;             // B1 [general knowledge]
    preset.sends.low_water = 2048;           // B1 [the manual's default]
    preset.receive_capacity = 65'536;        // [general knowledge]
    preset.send_buffer_shown = 32'768;
    preset.buffer_sizes = BufferSizes::refused; // EINVAL, ENOBUFS [general knowledge]
    preset.most_buffer = 2 * 1024 * 1024;       // kern.ipc.maxsockbuf [general knowledge]
    preset.aborted_callers_vanish = true;       // ECONNABORTED [accept(2)]
    preset.most_backlog = 128;                  // kern.ipc.somaxconn [listen(2)]
    preset.connect_timeout = std::chrono::seconds(75);
    // FIONWRITE would tell what is unacknowledged, but src/posix asks Linux alone.
    preset.wait_unit = std::chrono::milliseconds(1);
    return preset;
}

Preset winsock_win7() {
    Preset preset = winsock();
    preset.name = "winsock-win7";
    preset.sends.limit = 8192; // [libzmq 1472]
    preset.send_buffer_shown = 8192;
    // [fitted to the reader's 23.3 KB of small sends; only the sum with the limit was observed]
    preset.receive_capacity = 15'168;
    preset.polls_tell_failed_connect = false;       // [documented: WSAPoll]
    preset.refusal_takes = std::chrono::seconds(2); // W18 [libuv 2896]
    preset.pool_limit = 3 * gibibyte;               // 75 % of 4 GiB [documented: memory limits]
    return preset;
}

Preset winsock_win10() {
    Preset preset = winsock();
    preset.name = "winsock-win10";
    preset.sends.limit = 65'536;            // [PostgreSQL's pqcomm.c]
    preset.sends.ideal_backlog = 65'536;    // on a fresh loopback connection [Wine's tests]
    preset.sends.backlog = Backlog::larger; // W2 [assumed: the other reading is Backlog::ideal]
    preset.send_buffer_shown = 65'536;
    preset.receive_capacity = 65'536; // [firezone 8865; assumed for TCP]
    // Built on src/win32, which asks for no SYN retransmission on loopback, as libuv does.
    preset.refusal_takes = Duration::zero();
    preset.pool_limit = 8 * gibibyte; // [documented: as much as there is, up to 128 GB]
    return preset;
}

Preset wine8() {
    Preset preset = winsock();
    preset.name = "wine8";
    preset.sends.rule = SendRule::share;    // measured: short counts
    preset.reset_eats = ResetEats::nothing; // measured: the data is returned
    preset.reset_reads_as_end = true;       // measured: 0
    preset.lost_peer_is_known = true;       // measured (10): getpeername and shutdown say nothing
    preset.unconnected_send = Error::connection_reset;        // measured (10)
    preset.fin_is_told = FinIsTold::hang_up_when_all_is_read; // measured
    preset.exit_sends = ExitSends::fin;                       // Linux's
    put_linux_below(preset);
    preset.wait_unit = std::chrono::milliseconds(1); // measured: accurate to 0.5 ms
    return preset;
}

Preset wine10() {
    Preset preset = wine8();
    preset.name = "wine10";
    preset.sends.rule = SendRule::hold_back;     // measured: 64 MiB at once
    preset.reset_eats = ResetEats::unread_input; // measured: 10054
    preset.reset_reads_as_end = false;
    preset.hoard_dies_with_process = true; // measured: 4,157,952 of 67,108,864, and a clean end
    return preset;
}

Preset nasty() {
    Preset preset = linux_6();
    preset.name = "nasty";
    preset.sends.limit = 100'000;
    preset.receive_capacity = 20'000;
    preset.is_nasty = true;
    preset.loopback = {.latency = std::chrono::microseconds(50),
                       .jitter = std::chrono::milliseconds(5),
                       .segment = 1448};
    return preset;
}

std::vector<Preset> presets() {
    return {linux_6(), bsd(), winsock_win7(), winsock_win10(), wine8(), wine10(), nasty()};
}

std::optional<Preset> find_preset(std::string_view name) {
    const std::vector<Preset> all = presets();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const Preset& one) { return one.name == name; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

} // namespace caesura::simulation
