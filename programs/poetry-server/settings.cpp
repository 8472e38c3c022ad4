#include "poetry-server/settings.hpp"

#include "common/poller_option.hpp"
#include "common/standard_path.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>

namespace caesura {

namespace {

constexpr std::uint64_t anything = std::numeric_limits<std::int64_t>::max();

std::optional<std::string> take_ports(std::vector<std::uint16_t>& ports, std::string_view list) {
    while (true) {
        const std::size_t comma = list.find(',');
        const auto port = parse_plain_port(list.substr(0, comma));
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

void add_budget(Options& options, Settings& settings) {
    constexpr std::uint64_t most_for_one = std::numeric_limits<std::int32_t>::max();
    options.add_number("--unsent-limit", "BYTES",
                       "how much the system may hold unsent for a stalled client "
                       "(default: 65536; 0 = its default)",
                       0, most_for_one, [&settings](std::uint64_t bytes) {
                           settings.connection.unsent_limit = static_cast<std::size_t>(bytes);
                       });
    options.add_number("--unsent-total", "BYTES",
                       "how much more quick clients may earn together "
                       "(default: 268435456; 0 = any)",
                       0, anything,
                       [&settings](std::uint64_t bytes) { settings.unsent_total = bytes; });
    options.add_number(
        "--min-rate", "BYTES", "drop a client slower than this a second, over 30 s (default: off)",
        1, anything, [&settings](std::uint64_t bytes) { settings.connection.min_rate = bytes; });
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

std::string list_of(const std::vector<std::uint16_t>& ports) {
    std::string list;
    for (const std::uint16_t port : ports) {
        list += (list.empty() ? "" : ",") + std::to_string(port);
    }
    return list;
}

// A file that the server writes.
struct Written {
    std::string_view option;
    const std::optional<std::string>& path;
};

// Under whatever name: what is written there would be the end of the poem.
bool is_poem(const std::string& path, const std::vector<std::string>& poems) {
    return std::any_of(poems.begin(), poems.end(), [&path](const std::string& poem) {
        std::error_code not_there;
        return std::filesystem::equivalent(standard_path(path), standard_path(poem), not_there);
    });
}

} // namespace

Options make_options(Settings& settings) {
    settings.connection.stall_timeout = std::chrono::seconds(300);
    Options options("poetry-server", "POEM [POEM ...]",
                    "Serves each POEM on its own port: sends it to whoever connects, and closes.");
    add_listening(options, settings);
    add_timing(options, settings);
    add_budget(options, settings);
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
        return options.refuse_value("--port", list_of(settings.ports),
                                    std::to_string(settings.ports.size()) + " ports for " +
                                        std::to_string(settings.poems.size()) +
                                        (settings.poems.size() == 1 ? " poem" : " poems") +
                                        "; give at most one for each");
    }
    for (const Written& file :
         {Written{"--log-file", settings.log_file}, Written{"--pid-file", settings.pid_file}}) {
        if (file.path && is_poem(*file.path, settings.poems)) {
            return options.refuse_value(file.option, *file.path,
                                        "it is a POEM; give a file of its own");
        }
    }
    settings.ports.resize(settings.poems.size());
    return Options::Asked::run;
}

} // namespace caesura
