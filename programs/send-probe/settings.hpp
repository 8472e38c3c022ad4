#pragma once

#include "common/options.hpp"
#include "common/target.hpp"

#include <caesura/endpoint.hpp>
#include <caesura/simulation/preset.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caesura::probe {

enum class Command : std::uint8_t {
    sweep,
    close,
    rearm,
    poll,
    second,
    all,
    watch,
    compare,
    fit,
    report,
    fingerprint,
    serve,
    exit_child // for `close`, which starts it
};

enum class Format : std::uint8_t { table, csv, json, html };

/// What the reader of a sweep does once the sender is blocked.
enum class ReaderKind : std::uint8_t { stalled, slow, resumes };

/// What send-probe was asked to do.
struct Settings {
    Command command = Command::sweep;
    std::vector<std::string> files;           // compare: two, fit: one, report: one to sixteen
    std::optional<simulation::Preset> system; // none: this one
    std::string poller;
    Format format = Format::table;
    std::optional<std::string> out; // `all`: a folder; otherwise a file instead of stdout
    bool by_double_click = false;   // nobody reads what is said last once the program has ended
    std::optional<Target> to;       // where the readers are, or for `watch` the sender; none: here

    // serve: where it listens, and how long it bears with silence.
    Endpoint listen = Endpoint::loopback(Family::ipv4);
    Duration idle = std::chrono::seconds(60);

    std::vector<std::uint64_t> write_sizes; // bytes
    std::vector<std::optional<int>> send_buffers{std::nullopt};
    std::vector<std::optional<int>> receive_buffers{std::nullopt};
    ReaderKind reader = ReaderKind::resumes;
    std::uint64_t rate = 0; // bytes per second of a slow one
    bool budget = false;    // everything once more with the library's own hand-off budget
    std::optional<std::uint64_t> total_limit; // bytes; none: an eighth of what is available
    std::uint64_t most_calls = std::uint64_t{1} << 22;
    Duration settle = std::chrono::milliseconds(250);
    Duration patience = std::chrono::seconds(2);

    std::uint64_t rounds = 50;
    std::uint64_t exit_rounds = 10; // of those that start a process each
    std::uint64_t tolerance = 35;   // percent: on a busy Linux machine 25 have been seen

    // exit_child: where it connects to, what it writes, and whether it closes before it exits.
    std::uint16_t port = 0;
    bool closes = false;

    Settings();
};

/// As options take it: `unset`, or bytes.
std::string text_of(const std::optional<int>& buffer);
/// As --reader takes it.
std::string reader_text(const Settings& settings);

/// Declares every option. They write into `settings`, which must outlive them.
Options make_options(Settings& settings);

/// How the program was started.
struct Start {
    bool is_bare;      // without any argument
    bool owns_console; // as Host has it
    bool is_seen;      // a person looks at what it says, for all that can be known
};
/// By a double click on Windows, which asks for all there is to see. Anywhere else and otherwise
/// somebody has a shell, or a program, and knows what he wants.
bool is_double_click(const Start& start);

/// Takes the operands, after all was parsed.
Options::Asked finish(Options& options, Settings& settings);

} // namespace caesura::probe
