#include "send-probe/settings.hpp"

#include "common/text.hpp"
#include "send-probe/wire.hpp"

#include <caesura/host.hpp>
#include <caesura/system.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace caesura::probe {

namespace {

using Right = std::optional<std::string>; // what would be right; none: it was

constexpr std::uint64_t largest_write = std::uint64_t{1} << 30;
constexpr std::uint64_t anything = std::numeric_limits<std::int64_t>::max();

struct CommandName {
    std::string_view name;
    Command command;
    std::size_t files = 0; // that it wants, at least
    std::size_t most_files = files;
};

std::string files_text(const CommandName& command) {
    return (command.most_files > command.files
                ? std::to_string(command.files) + " to " + std::to_string(command.most_files)
            : command.files == 1 ? "one"
                                 : "two") +
           std::string(command.most_files == 1 ? " file" : " files") +
           " that send-probe has written";
}

constexpr std::array commands = {CommandName{"sweep", Command::sweep},
                                 CommandName{"close", Command::close},
                                 CommandName{"rearm", Command::rearm},
                                 CommandName{"poll", Command::poll},
                                 CommandName{"second", Command::second},
                                 CommandName{"all", Command::all},
                                 CommandName{"watch", Command::watch},
                                 CommandName{"compare", Command::compare, 2},
                                 CommandName{"fit", Command::fit, 1},
                                 CommandName{"report", Command::report, 1, 16},
                                 CommandName{"fingerprint", Command::fingerprint},
                                 CommandName{"serve", Command::serve},
                                 CommandName{"exit-child", Command::exit_child}};

// Bytes, such as 1448, 64K, 16M or 2G, where each letter is 1024 of the one before.
std::optional<std::uint64_t> parse_bytes(std::string_view text, std::uint64_t most) {
    const char last = text.empty() ? '\0' : text.back();
    const unsigned shift = last == 'K' ? 10 : last == 'M' ? 20 : last == 'G' ? 30 : 0;
    text.remove_suffix(shift == 0 ? 0 : 1);
    const auto number = parse_number(text, most >> shift);
    return number ? std::optional(*number << shift) : std::nullopt;
}

// Each element of a comma-separated list, until one is wrong. False then, and when there is none.
template <class TakeOne>
bool each_of(std::string_view list, TakeOne take_one) {
    while (true) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (!take_one(list.substr(0, end))) {
            return false;
        }
        if (end == list.size()) {
            return true;
        }
        list.remove_prefix(end + 1);
    }
}

Right take_sizes(std::string_view value, std::vector<std::uint64_t>& target) {
    target.clear();
    const bool good = each_of(value, [&target](std::string_view one) {
        const auto bytes = parse_bytes(one, largest_write);
        const bool is_new = std::find(target.begin(), target.end(), bytes) == target.end();
        target.push_back(bytes.value_or(0));
        return is_new && target.back() != 0 && target.size() <= 64;
    });
    return good
               ? std::nullopt
               : Right("give sizes from 1 to 1024M, such as 1,1448,64K,16M; at most 64, each once");
}

Right take_buffers(std::string_view value, std::vector<std::optional<int>>& target) {
    target.clear();
    const bool good = each_of(value, [&target](std::string_view one) {
        const auto bytes = parse_bytes(one, largest_write);
        const auto buffer = bytes ? std::optional(static_cast<int>(*bytes)) : std::nullopt;
        const bool is_new = std::find(target.begin(), target.end(), buffer) == target.end();
        target.push_back(buffer);
        return is_new && (bytes || one == "unset") && target.size() <= 64;
    });
    return good ? std::nullopt
                : Right("give sizes from 0 to 1024M or unset, such as unset,0,8192,64K; each once");
}

Right take_reader(std::string_view value, Settings& settings) {
    constexpr std::string_view slow = "slow:";
    if (value == "stalled" || value == "resumes") {
        settings.reader = value == "stalled" ? ReaderKind::stalled : ReaderKind::resumes;
        return std::nullopt;
    }
    const auto rate = value.substr(0, slow.size()) == slow
                          ? parse_bytes(value.substr(slow.size()), anything)
                          : std::nullopt;
    if (!rate || *rate == 0) {
        return "give stalled, resumes, or slow:RATE in bytes per second, such as slow:64K";
    }
    settings.reader = ReaderKind::slow;
    settings.rate = *rate;
    return std::nullopt;
}

constexpr std::array<std::string_view, 4> formats{"table", "csv", "json", "html"};

Right take_format(std::string_view value, Format& target) {
    const auto found = std::find(formats.begin(), formats.end(), value);
    if (found == formats.end()) {
        return "give table, csv, json or html";
    }
    target = static_cast<Format>(found - formats.begin());
    return std::nullopt;
}

// What a command can write, where that is not the format asked for.
Right format_for(const Settings& settings) {
    const bool is_page = settings.format == Format::html;
    switch (settings.command) {
    case Command::report:
        return is_page || settings.format == Format::table
                   ? std::nullopt
                   : Right("writes html, whatever is asked");
    case Command::compare:
    case Command::fit:
        return is_page ? Right("writes no page; send-probe report does, of the same files")
                       : std::nullopt;
    default:
        return std::nullopt;
    }
}

Right take_system(std::string_view value, Settings& settings) {
    settings.system = simulation::find_preset(value);
    if (settings.system) {
        return std::nullopt;
    }
    std::string known;
    for (const simulation::Preset& preset : simulation::presets()) {
        known += (known.empty() ? "" : ", ") + std::string(preset.name);
    }
    return "the simulated ones are " + known;
}

void add_sweep_options(Options& options, Settings& settings) {
    options.add("--write-size", "LIST", "bytes of each write (default: 1,4,16,... to 64M)",
                [&](std::string_view v) { return take_sizes(v, settings.write_sizes); });
    options.add("--sndbuf", "LIST", "send buffers: bytes, or unset (default: unset)",
                [&](std::string_view v) { return take_buffers(v, settings.send_buffers); });
    options.add("--rcvbuf", "LIST", "receive buffers: bytes, or unset (default: unset)",
                [&](std::string_view v) { return take_buffers(v, settings.receive_buffers); });
    options.add("--reader", "KIND",
                "what it does when the sender is blocked: stalled, slow:RATE, resumes (default)",
                [&](std::string_view v) { return take_reader(v, settings); });
    options.add_switch("--budget", "everything once more with the library's own hand-off budget",
                       settings.budget);
    options.add("--total-limit", "BYTES",
                "never have more than that taken (default: an eighth of available memory)",
                [&](std::string_view v) -> Right {
                    settings.total_limit = parse_bytes(v, anything);
                    return settings.total_limit ? std::nullopt
                                                : Right("give bytes, such as 500M or 2G");
                });
    options.add_number("--most-calls", "N", "sends of one row (default: 4194304)", 1, anything,
                       [&](std::uint64_t n) { settings.most_calls = n; });
}

void add_time_options(Options& options, Settings& settings) {
    options.add_seconds("--settle", "how long a would-block must stay to count (default: 0.25)",
                        [&](Duration d) { settings.settle = d; });
    options.add_seconds("--patience", "how long to wait for room again (default: 2)",
                        [&](Duration d) { settings.patience = d; });
    options.add_number("--rounds", "N", "rounds of close (default: 50)", 1, 100'000,
                       [&](std::uint64_t n) { settings.rounds = n; });
    options.add_number("--exit-rounds", "N", "of those, with a process each (default: 10)", 0,
                       100'000, [&](std::uint64_t n) { settings.exit_rounds = n; });
}

Right take_target(std::string_view value, Settings& settings) {
    settings.to = parse_target(value);
    return settings.to ? std::nullopt
                       : Right("give HOST:PORT, such as 192.0.2.7:4000 or [2001:db8::7]:4000");
}

Right take_listen(std::string_view value, Settings& settings) {
    const auto address = parse_address(value, settings.listen.port);
    settings.listen = address.value_or(settings.listen);
    return address ? std::nullopt
                   : Right("give an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::");
}

void add_machine_options(Options& options, Settings& settings) {
    options.add("--to", "HOST:PORT", "probe the way to another machine, where serve listens",
                [&](std::string_view v) { return take_target(v, settings); });
    options.add("--listen", "ADDRESS", "where serve listens (default: 127.0.0.1)",
                [&](std::string_view v) { return take_listen(v, settings); });
    options.add("--port", "PORT", "and on which port; 0 = the system chooses (default)",
                [&](std::string_view v) -> Right {
                    const auto port = parse_plain_port(v);
                    settings.listen.port = port.value_or(0);
                    return port ? std::nullopt : Right("give a port from 0 to 65535");
                });
    options.add("--idle", "SECONDS", "how long serve bears with silence (default: 60)",
                [&](std::string_view v) -> Right {
                    settings.idle = parse_seconds(v).value_or(Duration::zero());
                    return settings.idle > Duration::zero() ? std::nullopt
                                                            : Right("give seconds above 0");
                });
}

// Of what goes together.
std::optional<std::string> contradiction(const Settings& settings, std::string_view command) {
    const std::string name(command);
    if (settings.command == Command::serve && settings.system) {
        return "serve: no simulated system can be reached; leave out --system";
    }
    if (settings.command == Command::watch && settings.out) {
        return "watch: it writes no file; leave out --out";
    }
    if (settings.command == Command::watch && settings.format != Format::table) {
        return "watch: it has no table to write in a --format; give sweep for one";
    }
    if (!settings.to) {
        return std::nullopt;
    }
    if (settings.system) {
        return "--to: a simulated system reaches no other machine; leave out --to or --system";
    }
    if (settings.command == Command::poll || settings.command == Command::compare ||
        settings.command == Command::fit || settings.command == Command::serve) {
        return name + ": takes no other machine; leave out --to";
    }
    if (settings.patience > wire::longest_time || settings.settle > wire::longest_time) {
        return "--to: with another machine --patience and --settle are at most an hour";
    }
    return std::nullopt;
}

} // namespace

Settings::Settings() {
    for (unsigned shift = 0; shift <= 26; shift += 2) {
        write_sizes.push_back(std::uint64_t{1} << shift);
    }
}

std::string text_of(const std::optional<int>& buffer) {
    return buffer ? std::to_string(*buffer) : "unset";
}

std::string reader_text(const Settings& settings) {
    switch (settings.reader) {
    case ReaderKind::stalled:
        return "stalled";
    case ReaderKind::slow:
        return "slow:" + std::to_string(settings.rate);
    case ReaderKind::resumes:
        break;
    }
    return "resumes";
}

Options make_options(Settings& settings) {
    Options options("send-probe",
                    "[sweep|close|rearm|poll|second|all|watch|fingerprint|serve]\n"
                    "       send-probe [options] compare A.json B.json\n"
                    "       send-probe [options] fit FILE.json\n"
                    "       send-probe [options] report FILE.json...",
                    "Finds out what this system takes of a sender whose reader does not read, and "
                    "what becomes of it.");
    options.add("--system", "NAME", "probe a simulated system, in virtual time",
                [&](std::string_view v) { return take_system(v, settings); });
    // Not --poller as other programs have it: which back-ends there are depends on the system.
    options.add("--poller", "NAME", "wait with this back-end (default: the system's first)",
                [&](std::string_view v) -> Right {
                    settings.poller = v;
                    return std::nullopt;
                });
    options.add("--format", "FORMAT", "table (default), csv, json, or html: a page",
                [&](std::string_view v) { return take_format(v, settings.format); });
    options.add_text("--out", "PATH",
                     "of all: the folder for its files (default: a new one, named by the time); "
                     "else a file, not stdout",
                     settings.out);
    add_sweep_options(options, settings);
    add_time_options(options, settings);
    add_machine_options(options, settings);
    options.add_number("--tolerance", "PERCENT", "by how much figures may differ (default: 35)", 0,
                       1000, [&](std::uint64_t n) { settings.tolerance = n; });
    return options;
}

bool is_double_click(const Start& start) {
    return start.is_bare && start.owns_console && start.is_seen;
}

Options::Asked finish(Options& options, Settings& settings) {
    Host& host = this_host();
    if (is_double_click(
            {options.is_bare(), host.owns_console(),
             host.standard_output().is_terminal() && host.standard_error().is_terminal()})) {
        settings.command = Command::all;
        settings.by_double_click = true;
        return Options::Asked::run;
    }
    const auto& operands = options.operands();
    const std::string_view word = operands.empty() ? "sweep" : std::string_view(operands[0]);
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [word](const CommandName& one) { return one.name == word; });
    if (found == commands.end()) {
        return options.refuse("'" + printable(word) +
                              "' will not do: give sweep, close, rearm, poll, second, all, "
                              "watch, compare, fit, report, fingerprint or serve");
    }
    settings.command = found->command;
    settings.files.assign(operands.begin() + (operands.empty() ? 0 : 1), operands.end());
    if (settings.command == Command::exit_child) {
        // PORT close|keep, by this program itself.
        const auto port = settings.files.size() == 2 ? parse_port(settings.files[0]) : std::nullopt;
        settings.port = port.value_or(0);
        settings.closes = port && settings.files[1] == "close";
        return port ? Options::Asked::run
                    : options.refuse("exit-child: is for send-probe close to start");
    }
    const std::size_t files = settings.files.size();
    if (found->most_files == 0 && files > 0) {
        return options.refuse(std::string(found->name) + ": '" + printable(settings.files[0]) +
                              "' will not do: one command at a time, without a file");
    }
    if (files < found->files || files > found->most_files) {
        const std::string given = files == 0   ? "no file"
                                  : files == 1 ? "one file"
                                               : std::to_string(files) + " files";
        return options.refuse(std::string(found->name) + ": " + given + " will not do: give " +
                              files_text(*found));
    }
    if (const auto right = format_for(settings)) {
        return options.refuse_value("--format",
                                    formats.at(static_cast<std::size_t>(settings.format)),
                                    std::string(found->name) + " " + *right);
    }
    const auto names = settings.system ? settings.system->pollers : this_system().poller_names();
    if (!settings.poller.empty() &&
        std::find(names.begin(), names.end(), settings.poller) == names.end()) {
        std::string known;
        for (const std::string_view name : names) {
            known += (known.empty() ? "" : ", ") + std::string(name);
        }
        return options.refuse_value("--poller", settings.poller, "the known ones are " + known);
    }
    if (const auto mistake = contradiction(settings, found->name)) {
        return options.refuse(*mistake);
    }
    return Options::Asked::run;
}

} // namespace caesura::probe
