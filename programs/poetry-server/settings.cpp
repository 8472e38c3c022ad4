#include "poetry-server/settings.hpp"

#include "common/poller_option.hpp"

#include <caesura/host.hpp>

#include <limits>

namespace caesura {

namespace {

constexpr std::uint64_t anything = std::numeric_limits<std::int64_t>::max();

std::optional<std::string> take_ports(std::vector<std::uint16_t>& ports, std::string_view list) {
    while (true) {
        const std::size_t comma = list.find(',');
        const auto port = parse_port(list.substr(0, comma));
        if (!port) {
            return "give ports from 0 to 65535, separated by commas";
        }
        ports.push_back(*port);
        if (comma == std::string_view::npos) {
            return std::nullopt;
        }
        list.remove_prefix(comma + 1);
    }
}

void add_listening(Options& options, Settings& settings) {
    options.add("--port", "LIST",
                "ports, one for each poem in order; 0 or missing = the system chooses",
                [&settings](std::string_view value) { return take_ports(settings.ports, value); });
    options.add("--iface", "ADDRESS", "address to listen on (default: 127.0.0.1)",
                [&settings](std::string_view value) -> std::optional<std::string> {
                    const auto address = parse_address(value);
                    if (!address) {
                        return "give an IPv4 or IPv6 address, such as 127.0.0.1 or ::1";
                    }
                    settings.iface = *address;
                    return std::nullopt;
                });
    options.add_number("--max-clients", "N",
                       "serve so many at once; more wait (default: what descriptors allow)", 1,
                       anything, [&settings](std::uint64_t n) { settings.max_clients = n; });
    add_poller_option(options, settings.poller);
}

void add_timing(Options& options, Settings& settings) {
    const auto pace = [&settings]() -> Pace& {
        return settings.pace ? *settings.pace : settings.pace.emplace();
    };
    options.add_number("--num-bytes", "N", "slow poetry: N bytes at a time (default: 10)", 1,
                       anything, [pace](std::uint64_t n) { pace().num_bytes = n; });
    options.add_seconds("--delay", "slow poetry: pause between them (default: 0.7)",
                        [pace](Duration seconds) { pace().delay = seconds; });
    options.add_seconds(
        "--stall-timeout",
        "drop a client that has taken nothing for so long (default: 300; 0 = never)",
        [&settings](Duration seconds) {
            settings.connection.stall_timeout = seconds == Duration::zero() ? forever : seconds;
        });
    options.add_seconds("--drain",
                        "how long to wait for a client's FIN, and at the end for poems under way "
                        "(default: 5)",
                        [&settings](Duration seconds) { settings.connection.drain = seconds; });
}

void add_logging(Options& options, Settings& settings) {
    options.add("--log-level", "LEVEL", "error, warning, info or debug (default: info)",
                [&settings](std::string_view value) -> std::optional<std::string> {
                    const auto level = parse_log_level(value);
                    if (!level) {
                        return "give error, warning, info or debug";
                    }
                    settings.log_level = *level;
                    return std::nullopt;
                });
    options.add_text("--log-file", "FILE", "log to FILE instead of stderr", settings.log_file);
}

} // namespace

Options make_options(Settings& settings) {
    settings.connection.stall_timeout = std::chrono::seconds(300);
    Options options("poetry-server", "POEM [POEM ...]",
                    "Serves each POEM on its own port: sends it to whoever connects, and closes.");
    add_listening(options, settings);
    add_timing(options, settings);
    add_logging(options, settings);
    if (this_host().can_detach()) {
        options.add_switch("--daemon", "detach once the ports are open", settings.detached);
        options.add_text("--pid-file", "FILE", "write the process number there while running",
                         settings.pid_file);
    }
    return options;
}

Options::Asked finish(Options& options, Settings& settings) {
    settings.poems = options.operands();
    if (settings.poems.empty()) {
        return options.refuse("no POEM given; name at least one file");
    }
    if (settings.ports.size() > settings.poems.size()) {
        return options.refuse("--port: " + std::to_string(settings.ports.size()) + " ports for " +
                              std::to_string(settings.poems.size()) +
                              (settings.poems.size() == 1 ? " poem" : " poems") +
                              "; give at most one for each");
    }
    settings.ports.resize(settings.poems.size());
    return Options::Asked::run;
}

} // namespace caesura
