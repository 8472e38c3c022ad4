#include "common/poller_option.hpp"

#include <caesura/system.hpp>

#include <algorithm>

namespace caesura {

void add_poller_option(Options& options, std::string& target) {
    const auto names = this_system().poller_names();
    std::string known;
    for (const std::string_view name : names) {
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    options.add("--poller", "NAME",
                "wait with this back-end: " + known + " (default: " + std::string(names[0]) + ")",
                [&target, names, known](std::string_view value) -> std::optional<std::string> {
                    if (std::find(names.begin(), names.end(), value) == names.end()) {
                        return "the known ones are " + known;
                    }
                    target = value;
                    return std::nullopt;
                });
}

} // namespace caesura
