#include "send-probe/settings.hpp"

#include "common/text.hpp"
#include "send-probe/option_values.hpp"
#include "send-probe/wire.hpp"

#include <caesura/host.hpp>
#include <caesura/system.hpp>

#include <algorithm>
#include <array>

namespace caesura::probe {

namespace {

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

// What a command can write, where that is not the format asked for.
Right format_for(const Settings& settings) {
    const bool is_page = settings.format == Format::html;
    switch (settings.command) {
    case Command::report:
        return is_page || settings.format == Format::table
                   ? std::nullopt
                   : Right("writes html, whatever is asked");
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

// A download has less to be set, and is a command of its own here.
constexpr std::string_view download = "watch --to";

void add_output_options(Options& options, Settings& settings) {
    options.only_for({"sweep", "close", "rearm", "poll", "second", "fingerprint", "fit", "report"});
    options.add("--format", "FORMAT", "table (default), csv, json, or html: a page",
                [&](std::string_view v) { return take_format(v, settings.format); });
    options.only_for({"sweep", "close", "rearm", "poll", "second", "all", "fingerprint", "compare",
                      "fit", "report"});
    options.add_text("--out", "PATH",
                     "of all: the folder for its files (default: a new one, named by the time); "
                     "else a file, not stdout",
                     settings.out);
    options.only_for(
        {"sweep", "close", "rearm", "poll", "second", "all", "fingerprint", "compare", "report"});
    options.add_number("--tolerance", "PERCENT", "by how much figures may differ (default: 35)", 0,
                       1000, [&](std::uint64_t n) { settings.tolerance = n; });
}

void add_sweep_options(Options& options, Settings& settings) {
    options.only_for({"sweep", "all", "watch"});
    options.add("--write-size", "LIST", "bytes of each write (default: 1,4,16,... to 64M)",
                [&](std::string_view v) { return take_sizes(v, settings.write_sizes); });
    options.only_for({"sweep", "rearm", "all", "watch"});
    options.add("--sndbuf", "LIST",
                "send buffers: bytes, or unset (default: unset; of all: several)",
                [&](std::string_view v) { return take_buffers(v, settings.send_buffers); });
    options.add_switch("--budget", "everything once more with the library's own hand-off budget",
                       settings.budget);
    options.add_number("--most-calls", "N", "sends of one row (default: 4194304; of all: 32768)", 1,
                       anything, [&](std::uint64_t n) { settings.most_calls = n; });
    options.only_for({"sweep", "rearm", "all", "watch", download});
    options.add("--rcvbuf", "LIST", "receive buffers: bytes, or unset (default: unset)",
                [&](std::string_view v) { return take_buffers(v, settings.receive_buffers); });
    options.only_for({"sweep", "all", "watch", download});
    options.add("--reader", "KIND",
                "what it does when the sender is blocked: stalled, slow:RATE, resumes (default)",
                [&](std::string_view v) { return take_reader(v, settings); });
    options.only_for({"sweep", "close", "rearm", "poll", "second", "all", "watch"});
    options.add("--total-limit", "BYTES",
                "never have more than that taken (default: an eighth of available memory)",
                [&](std::string_view v) -> Right {
                    settings.total_limit = parse_bytes(v, anything);
                    return settings.total_limit ? std::nullopt
                                                : Right("give bytes, such as 500M or 2G");
                });
}

void add_time_options(Options& options, Settings& settings) {
    options.only_for({"sweep", "rearm", "poll", "all", "watch"});
    options.add_seconds("--settle",
                        "how long a would-block must stay to count (default: 0.25; of all: 0.1)",
                        [&](Duration d) { settings.settle = d; });
    options.only_for({"sweep", "close", "rearm", "poll", "all", "watch"});
    options.add_seconds("--patience", "how long to wait for room again (default: 2; of all: 1)",
                        [&](Duration d) { settings.patience = d; });
    options.only_for({"close", "all"});
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
    options.only_for({"sweep", "close", "rearm", "second", "all", "fingerprint", download});
    options.add("--to", "HOST:PORT", "probe the way to another machine, where serve listens",
                [&](std::string_view v) { return take_target(v, settings); });
    options.only_for({"serve"});
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

// What back-end there is, where that is not the one asked for.
Right poller_for(const Settings& settings) {
    const auto names = settings.system ? settings.system->pollers : this_system().poller_names();
    if (settings.poller.empty() ||
        std::find(names.begin(), names.end(), settings.poller) != names.end()) {
        return std::nullopt;
    }
    std::string known;
    for (const std::string_view name : names) {
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return "the known ones are " + known;
}

// For `all`: what takes two minutes at most on a usual machine, and shows what there is to see.
// What was asked for stays.
void make_safe(const Options& options, Settings& settings) {
    const auto unless_given = [&options](std::string_view name, auto& target, auto value) {
        if (!options.is_given(name)) {
            target = std::move(value);
        }
    };
    using Buffers = std::vector<std::optional<int>>;
    settings.budget = true;
    unless_given("--sndbuf", settings.send_buffers, Buffers{std::nullopt, 0, 1, 8192, 65536});
    unless_given("--most-calls", settings.most_calls, std::uint64_t{1} << 15);
    unless_given("--settle", settings.settle, Duration(std::chrono::milliseconds(100)));
    unless_given("--patience", settings.patience, Duration(std::chrono::seconds(1)));
}

// Of what goes together.
std::optional<std::string> contradiction(const Settings& settings) {
    if (!settings.to) {
        return std::nullopt;
    }
    if (settings.system) {
        return "--to: a simulated system reaches no other machine; leave out --to or --system";
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
    Options options(
        "send-probe",
        "[sweep|close|rearm|poll|second|all|watch|fingerprint|serve]\n"
        "       send-probe [options] compare A.json B.json\n"
        "       send-probe [options] fit FILE.json\n"
        "       send-probe [options] report FILE.json...",
        "Finds out what this system takes of a sender whose reader does not read, and "
        "what becomes of it.\nCtrl-C ends a probe with exit status 1 and nothing written, "
        "but for what all has\nfinished by then; watch and serve it ends with 0.");
    options.only_for({"sweep", "close", "rearm", "poll", "second", "all", "watch", "fingerprint"});
    options.add("--system", "NAME", "probe a simulated system, in virtual time",
                [&](std::string_view v) { return take_system(v, settings); });
    options.only_for(
        {"sweep", "close", "rearm", "second", "all", "watch", download, "fingerprint", "serve"});
    // Not --poller as other programs have it: which back-ends there are depends on the system.
    options.add("--poller", "NAME", "wait with this back-end (default: the system's first)",
                [&](std::string_view v) -> Right {
                    settings.poller = v;
                    return std::nullopt;
                });
    add_output_options(options, settings);
    add_sweep_options(options, settings);
    add_time_options(options, settings);
    add_machine_options(options, settings);
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
        make_safe(options, settings);
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
    const bool is_download = settings.command == Command::watch && settings.to;
    if (options.refuse_foreign(is_download ? download : found->name) != Options::Asked::run) {
        return Options::Asked::nothing_sensible;
    }
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
        return options.refuse_value("--format", name_of(settings.format),
                                    std::string(found->name) + " " + *right);
    }
    if (const auto right = poller_for(settings)) {
        return options.refuse_value("--poller", settings.poller, *right);
    }
    if (settings.command == Command::all) {
        make_safe(options, settings);
    }
    if (const auto mistake = contradiction(settings)) {
        return options.refuse(*mistake);
    }
    return Options::Asked::run;
}

} // namespace caesura::probe
