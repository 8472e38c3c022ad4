#pragma once

#include "send-probe/document.hpp"

#include <caesura/simulation/preset.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caesura::probe {

/// What kind of system a document is of: what its answers are worth to a question about Windows.
enum class Origin : std::uint8_t { windows, wine, posix, simulated, unknown };
std::string_view name_of(Origin origin);

/// A document, and where it came from.
struct Source {
    std::string path; // empty: it was just made
    Document document;
};

/// A document of a report.
struct Subject {
    std::string name; // no two of a report have the same
    Document document;
    Origin origin = Origin::unknown;
    /// The simulated system that is to be like it; of a simulated one, itself.
    std::optional<simulation::Preset> preset;
    std::size_t look = 0; // its colour and marker, the same in all plots
};

/// Named after their systems, and those of one name also after their files.
std::vector<Subject> subjects_of(std::vector<Source> sources);

} // namespace caesura::probe
