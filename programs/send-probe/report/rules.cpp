#include "send-probe/report/rules.hpp"

#include <algorithm>
#include <array>

namespace caesura::probe {

namespace {

/// Who has a rule.
enum class Family : unsigned char { any, windows, wine, wine10, linux_like, bsd };

using Applies = bool (*)(const Table& table, const Row& row, std::string_view column);

bool always(const Table&, const Row&, std::string_view) {
    return true;
}

bool with_budget(const Table& table, const Row& row, std::string_view column) {
    return column == "taken" && figure_at(table, row, "budget").value_or(0) > 0;
}

bool without_buffer(const Table& table, const Row& row, std::string_view) {
    return shown_at(table, row, "sndbuf") == "0";
}

bool buffer_set(const Table& table, const Row& row, std::string_view) {
    return shown_at(table, row, "sndbuf") != "unset";
}

bool big_write(const Table& table, const Row& row, std::string_view) {
    return figure_at(table, row, "write").value_or(0) >= 65'536;
}

bool says_error(const Table&, const Row&, std::string_view column) {
    return column == "error" || column == "native";
}

bool says_note(const Table&, const Row&, std::string_view column) {
    return column == "note";
}

struct Entry {
    std::string_view table;
    Family family;
    std::string_view key; // how the row's ending, situation or hoard begins
    Applies applies;
    ModelRule rule;
};

// The first that applies counts. What `sweep` has goes for rearm's `taken` too.
constexpr std::array entries = {
    Entry{"rearm",
          Family::windows,
          "",
          says_note,
          {"W3, W10",
           "there is room once what is unacknowledged is below the limit, and a send is "
           "released as a whole",
           "documented: KB 823764"}},
    Entry{"rearm",
          Family::wine10,
          "",
          says_note,
          {"wine10",
           "there is room once nothing is held back and a third of Linux's buffer is free",
           "measured on Wine 10.0"}},
    Entry{"rearm",
          Family::bsd,
          "",
          says_note,
          {"B3", "there is room once the low-water mark is free", "documented: getsockopt(2)"}},
    Entry{
        "rearm",
        Family::any,
        "",
        says_note,
        {"L2", "there is room once a third of the send buffer is free", "measured on Linux 6.18"}},

    Entry{"sweep",
          Family::any,
          "",
          with_budget,
          {"the hand-off budget",
           "the send buffer that a budget leaves, and what the reader's system holds, are taken; "
           "the promise itself bounds what of that is unsent",
           "docs/SEND-BUFFERS.md; tests/contract/budget_test.cpp holds systems to the promise"}},
    Entry{"sweep",
          Family::windows,
          "",
          without_buffer,
          {"W3 with SO_SNDBUF 0",
           "a buffer of 0 counts as one byte: a send is taken whenever nothing is unacknowledged",
           "assumed: no text says what a non-blocking send does then (open question 1)"}},
    Entry{"sweep",
          Family::windows,
          "",
          says_error,
          {"W6", "a send at or above the limit takes nothing and would block",
           "documented: KB 823764; asserted by Wine's tests of Windows"}},
    Entry{"sweep",
          Family::windows,
          "",
          buffer_set,
          {"W2", "the limit is SO_SNDBUF where somebody has set it",
           "documented: KB 214397, KB 823764"}},
    Entry{"sweep",
          Family::windows,
          "",
          big_write,
          {"W6, W8", "a send is taken whole while what is unacknowledged is below the limit",
           "documented: KB 823764; asserted by Wine's tests of Windows"}},
    Entry{"sweep",
          Family::windows,
          "",
          always,
          {"W1, W2", "small sends are taken up to the limit, beyond what the reader's system holds",
           "the limit: reported (libzmq 1472, PostgreSQL), that of Windows 10 assumed to be the "
           "larger of 64 KiB and the ideal backlog; what the reader holds: fitted or assumed"}},
    Entry{"sweep",
          Family::wine10,
          "",
          says_error,
          {"wine10", "a send that finds Linux's buffer full would block", "measured on Wine 10.0"}},
    Entry{"sweep",
          Family::wine10,
          "",
          always,
          {"wine10", "a send is taken whole while Linux's buffer has room, and the rest held back",
           "measured on Wine 10.0"}},
    Entry{"sweep",
          Family::bsd,
          "",
          always,
          {"B1, B2", "a send takes what fits, if at least the low-water mark does",
           "documented: getsockopt(2); the sizes are assumed"}},
    Entry{"sweep",
          Family::any,
          "",
          says_error,
          {"L1", "a send that finds no room would block", "measured on Linux 6.18"}},
    Entry{"sweep",
          Family::any,
          "",
          buffer_set,
          {"L1 with SO_SNDBUF", "a send buffer that somebody has set is doubled, and tuned no more",
           "documented: socket(7), tcp(7); measured on Linux 6.18"}},
    Entry{"sweep",
          Family::any,
          "",
          always,
          {"L1",
           "a send takes what fits into the send buffer, beyond what the reader's system holds",
           "measured on Linux 6.18, loopback, with its usual sysctls"}},

    Entry{"close",
          Family::windows,
          "abort",
          always,
          {"W12", "with linger 0 what was taken is dropped, and the reader sees a reset",
           "documented: closesocket"}},
    Entry{"close",
          Family::windows,
          "close, unread",
          always,
          {"W13", "closing with unread input resets the connection, and what was taken is dropped",
           "reported: libuv 3034, cpp-httplib 2534"}},
    Entry{"close",
          Family::windows,
          "close, exit",
          always,
          {"W15, after closing", "what was closed before its process exits is delivered",
           "assumed; WSACleanup's documentation says that it can be lost (open question 9)"}},
    Entry{"close",
          Family::windows,
          "exit",
          always,
          {"W15", "a process that exits without closing resets its connections",
           "reported: bun 34556"}},
    Entry{"close",
          Family::windows,
          "",
          always,
          {"W11", "what was taken of a closed sender is delivered, however much, and then the end",
           "documented: closesocket; asserted by Wine's tests of Windows (50 MiB)"}},
    Entry{"close",
          Family::wine10,
          "close, exit",
          always,
          {"wine10", "what is held back is lost with its process, and the reader sees a clean end",
           "measured on Wine 10.0"}},
    Entry{"close",
          Family::any,
          "abort",
          always,
          {"SO_LINGER 0",
           "what has not left is dropped, and the reader sees a reset; in the model nothing leaves "
           "within a call, so that little is left of what was just sent",
           "documented: socket(7); when it leaves is assumed"}},
    Entry{"close",
          Family::any,
          "close, unread",
          always,
          {"L5", "closing with unread input resets the connection, and what was taken is dropped",
           "measured on Linux 6.18"}},
    Entry{"close",
          Family::any,
          "",
          always,
          {"L5", "what was taken of a closed sender is delivered, and then the end",
           "measured on Linux 6.18"}},

    Entry{"poll",
          Family::windows,
          "never connected",
          always,
          {"W17", "a socket that never connected is reported as nothing",
           "asserted by Wine's tests of Windows"}},
    Entry{"poll",
          Family::windows,
          "closed",
          always,
          {"W17", "a handle that is no socket is reported as invalid",
           "asserted by Wine's tests of Windows; documented: WSAPoll"}},
    Entry{"poll",
          Family::windows,
          "connect under way, refused",
          always,
          {"W17, W18", "a failed connect is reported, before build 19041 by select alone",
           "documented: WSAPoll; reported: libuv 2896"}},
    Entry{"poll",
          Family::windows,
          "connect",
          always,
          {"W17", "a connect that has succeeded is reported as writable", "documented: WSAPoll"}},
    Entry{"poll",
          Family::windows,
          "reset",
          always,
          {"W4, W16, W17", "a reset is reported by every poll, and told by every call",
           "asserted by Wine's tests of Windows; reported: mongoose 3184"}},
    Entry{"poll",
          Family::windows,
          "peer finished",
          always,
          {"W17",
           "a FIN is a hang-up that cannot be masked and stays; the library tells it as "
           "readable to whoever asks for that, and to nobody else",
           "asserted by Wine's tests of Windows; reported: libdatachannel 871"}},
    Entry{"poll",
          Family::windows,
          "both finished",
          always,
          {"W17", "a FIN is a hang-up that stays", "asserted by Wine's tests of Windows"}},
    Entry{"poll",
          Family::windows,
          "send buffer full",
          always,
          {"W3", "there is no room at or above the limit", "documented: KB 823764"}},
    Entry{"poll",
          Family::windows,
          "full",
          always,
          {"W3, W10", "there is room once what is unacknowledged is below the limit",
           "documented: KB 823764"}},
    Entry{"poll",
          Family::wine,
          "never connected",
          always,
          {"wine8, wine10", "a socket that never connected is reported as nothing",
           "measured on Wine 8.0 and 10.0"}},
    Entry{
        "poll",
        Family::wine,
        "peer finished",
        always,
        {"wine8, wine10", "a FIN is a hang-up once all is read", "measured on Wine 8.0 and 10.0"}},
    Entry{"poll",
          Family::linux_like,
          "never connected",
          always,
          {"L3", "a socket that never connected is reported as writable and hung up",
           "measured on Linux 6.18"}},
    Entry{"poll",
          Family::wine10,
          "reset, bytes had come",
          always,
          {"wine10", "a reset takes with it what had come and was not read, and is always told",
           "measured on Wine 10.0"}},
    Entry{"poll",
          Family::any,
          "reset, bytes had come",
          always,
          {"L4", "what had come is read first, and then the reset is told, once",
           "measured on Linux 6.18"}},
    Entry{"poll",
          Family::any,
          "reset",
          always,
          {"L4", "a reset is reported as an error, and told once", "measured on Linux 6.18"}},
    Entry{"poll",
          Family::any,
          "peer finished",
          always,
          {"L3", "a FIN is readable, a hang-up only once both sides have ended",
           "measured on Linux 6.18"}},
    Entry{"poll",
          Family::any,
          "both finished",
          always,
          {"L3", "a hang-up is reported once both sides have ended", "measured on Linux 6.18"}},
    Entry{"poll",
          Family::any,
          "send buffer full",
          always,
          {"L2", "there is no room before a third of the send buffer is free",
           "measured on Linux 6.18"}},
    Entry{"poll",
          Family::any,
          "",
          always,
          {"the library's contract", "the row's own expectation",
           "<caesura/poller.hpp>, tests/contract"}},

    Entry{"second",
          Family::windows,
          "hoard",
          always,
          {"W3, W7: H1 or H2",
           "a fresh socket's first send is taken as long as there is memory; "
           "where it is not, either the memory for sends is used up (H1) or "
           "the ideal backlog is throttled (H2)",
           "W7's answer is documented (WSAENOBUFS); H1 and H2 are hypotheses (open question 3)"}},
    Entry{"second",
          Family::windows,
          "",
          always,
          {"W6, W8", "a fresh socket's first send is taken whole",
           "documented: KB 823764; asserted by Wine's tests of Windows"}},
    Entry{"second",
          Family::wine10,
          "",
          always,
          {"wine10", "a fresh socket's first send is taken whole, and the rest held back",
           "measured on Wine 10.0"}},
    Entry{"second",
          Family::any,
          "",
          always,
          {"L1", "a fresh socket's first send takes what fits, whatever others have taken",
           "measured on Linux 6.18"}},
};

constexpr ModelRule no_rule{"no rule", "the model has no rule for this",
                            "docs/SIMULATOR.md says what is not modelled"};

Family family_of(const simulation::Preset& preset) {
    switch (preset.sends.rule) {
    case simulation::SendRule::whole_sends:
        return Family::windows;
    case simulation::SendRule::hold_back:
        return Family::wine10;
    case simulation::SendRule::low_water:
        return Family::bsd;
    case simulation::SendRule::share:
        break;
    }
    return preset.dialect == simulation::Dialect::winsock ? Family::wine : Family::linux_like;
}

// By what a rule's `key` is looked up.
std::string_view first_key_of(std::string_view table) {
    return table == "close" ? "ending" : table == "poll" ? "situation" : "hoard";
}

bool is_of(Family whose, Family family) {
    return whose == Family::any || whose == family ||
           (whose == Family::wine && family == Family::wine10);
}

} // namespace

const ModelRule& rule_of(const simulation::Preset& preset, const Table& table, const Row& row,
                         std::string_view column) {
    const Family family = family_of(preset);
    const bool is_sweep = table.name == "rearm" && column != "note";
    const std::string_view name = is_sweep ? std::string_view("sweep") : table.name;
    const std::string first = shown_at(table, row, first_key_of(table.name));
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
        return entry.table == name && is_of(entry.family, family) &&
               first.compare(0, entry.key.size(), entry.key) == 0 &&
               entry.applies(table, row, column);
    });
    return found == entries.end() ? no_rule : found->rule;
}

} // namespace caesura::probe
