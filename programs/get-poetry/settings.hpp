#pragma once

#include "common/options.hpp"
#include "common/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caesura {

/// What get-poetry was asked to do.
struct Settings {
    std::vector<Target> targets; // at least one
    Duration timeout = std::chrono::seconds(30);
    std::optional<std::string> output;        // none: stdout
    std::optional<std::uint64_t> stall_after; // bytes of each poem
    std::optional<std::uint64_t> rate;        // bytes per second of each poem
    std::string poller;
};

/// Declares every option of get-poetry. They write into `settings`, which must outlive them.
Options make_options(Settings& settings);

/// Takes the operands, after all was parsed.
Options::Asked finish(Options& options, Settings& settings);

} // namespace caesura
