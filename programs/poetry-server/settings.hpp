#pragma once

#include "common/log.hpp"
#include "common/options.hpp"

#include <caesura/endpoint.hpp>
#include <caesura/tcp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caesura {

/// Slow poetry: so many bytes, then a pause.
struct Pace {
    std::uint64_t num_bytes = 10;
    Duration delay = std::chrono::milliseconds(700);
};

/// What poetry-server was asked to do.
struct Settings {
    std::vector<std::string> poems;   // paths, at least one
    std::vector<std::uint16_t> ports; // of the first poems; those of the others are 0
    Endpoint iface = Endpoint::loopback(Family::ipv4);
    std::optional<Pace> pace;
    std::string poller;
    std::optional<std::uint64_t> max_clients; // none: what descriptors allow
    ConnectionOptions connection;
    std::uint64_t unsent_total = UnsentPool::usual_total; // 0 = no bound
    LogLevel log_level = LogLevel::info;
    std::optional<std::string> log_file; // none: stderr
    std::optional<std::string> pid_file;
    bool detached = false;
};

/// Declares every option of poetry-server. They write into `settings`, which must outlive them.
Options make_options(Settings& settings);

/// Checks what concerns several options together, after they were parsed, and takes the operands.
Options::Asked finish(Options& options, Settings& settings);

} // namespace caesura
