#include "get-poetry/settings.hpp"

#include "common/poller_option.hpp"
#include "common/text.hpp"

#include <limits>

namespace caesura {

namespace {

constexpr std::uint64_t anything = std::numeric_limits<std::int64_t>::max();

} // namespace

Options make_options(Settings& settings) {
    Options options("get-poetry", "[HOST:]PORT ...",
                    "Fetches all the poems at once and prints them in the order asked for.");
    options.add("--timeout", "SECONDS",
                "for each poem: to connect, and then between bytes (default: 30)",
                [&settings](std::string_view value) -> std::optional<std::string> {
                    const auto seconds = parse_seconds(value);
                    if (!seconds || *seconds == Duration::zero()) {
                        return "give seconds above 0, up to " + std::to_string(seconds_max) +
                               ", such as 5 or 0.7";
                    }
                    settings.timeout = *seconds;
                    return std::nullopt;
                });
    options.add_text("--output", "DIR", "write each poem to DIR/HOST-PORT.txt", settings.output);
    options.add_number("--stall-after", "BYTES",
                       "read so many bytes, then none, and hold the connection, alive or dead", 0,
                       anything, [&settings](std::uint64_t n) { settings.stall_after = n; });
    options.add_number("--rate", "BYTES", "read at most so many bytes per second", 1, anything,
                       [&settings](std::uint64_t n) { settings.rate = n; });
    add_poller_option(options, settings.poller);
    return options;
}

Options::Asked finish(Options& options, Settings& settings) {
    for (const std::string& operand : options.operands()) {
        const auto target = parse_target(operand);
        if (!target) {
            return options.refuse("'" + printable(operand) +
                                  "' will not do: give [HOST:]PORT, such as 10001, "
                                  "localhost:10001 or [::1]:10001");
        }
        settings.targets.push_back(*target);
    }
    if (settings.targets.empty()) {
        return options.refuse("no [HOST:]PORT given; name at least one");
    }
    return Options::Asked::run;
}

} // namespace caesura
