#include "send-probe/report/subject.hpp"

#include "common/options.hpp"
#include "common/text.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

constexpr std::string_view simulated = "simulated ";
// The builds with which Windows 10 began, and from which WSAPoll reports a failed connect.
constexpr std::uint64_t first_win10 = 10'240;
constexpr std::uint64_t telling_build = 19'041;

std::uint64_t leading_number(const std::string& text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    return parse_number(std::string_view(text).substr(0, end), 1'000'000'000).value_or(0);
}

Origin origin_of(const Document& document) {
    const std::string system = document.fact("system");
    if (system.substr(0, simulated.size()) == simulated) {
        return Origin::simulated;
    }
    if (system == "Windows") {
        return document.fact("wine").empty() ? Origin::windows : Origin::wine;
    }
    return system.empty() ? Origin::unknown : Origin::posix;
}

simulation::Preset windows_of_build(std::uint64_t build) {
    simulation::Preset preset =
        build < first_win10 ? simulation::winsock_win7() : simulation::winsock_win10();
    preset.polls_tell_failed_connect = build >= telling_build;
    return preset;
}

std::optional<simulation::Preset> preset_of(const Document& document) {
    const std::string system = document.fact("system");
    switch (origin_of(document)) {
    case Origin::simulated:
        return simulation::find_preset(std::string_view(system).substr(simulated.size()));
    case Origin::windows:
        return windows_of_build(leading_number(document.fact("build")));
    case Origin::wine:
        return leading_number(document.fact("wine")) < 10 ? simulation::wine8()
                                                              : simulation::wine10();
    case Origin::posix:
        return system == "Linux"                         ? std::optional(simulation::linux_6())
               : system.find("BSD") != std::string::npos ? std::optional(simulation::bsd())
                                                         : std::nullopt;
    case Origin::unknown:
        break;
    }
    return std::nullopt;
}

std::string name_after_system(const Document& document) {
    const std::string system = document.fact("system");
    const std::string distribution = document.fact("distribution");
    std::string name;
    switch (origin_of(document)) {
    case Origin::wine:
        name = "Wine " + document.fact("wine");
        break;
    case Origin::windows:
        name = (distribution.empty() ? system : distribution) + ", build " +
               document.fact("build");
        break;
    case Origin::posix:
        name = system + " " + document.fact("kernel");
        break;
    case Origin::simulated:
    case Origin::unknown:
        name = system;
        break;
    }
    return name.empty() ? "a system that is not named" : printable(name, 60);
}

// `all` calls every file the same: its folder is what tells it from others.
std::string file_of(const std::string& path) {
    const std::size_t name = path.find_last_of("/\\") + 1; // npos + 1 is 0
    const bool is_from_all = path.substr(name) == "results.json" && name > 1;
    const std::size_t folder = is_from_all ? path.find_last_of("/\\", name - 2) + 1 : name;
    return printable(path.substr(folder), 60);
}

bool is_taken(const std::vector<Subject>& subjects, const std::string& name) {
    return std::any_of(subjects.begin(), subjects.end(),
                       [&name](const Subject& one) { return one.name == name; });
}

} // namespace

std::string_view name_of(Origin origin) {
    switch (origin) {
    case Origin::windows:
        return "Windows itself";
    case Origin::wine:
        return "Wine, not Windows";
    case Origin::posix:
        return "not Windows";
    case Origin::simulated:
        return "simulated: what the model says";
    case Origin::unknown:
        break;
    }
    return "nobody knows of what";
}

std::vector<Subject> subjects_of(std::vector<Source> sources) {
    std::vector<std::string> names;
    for (const Source& source : sources) {
        names.push_back(name_after_system(source.document));
    }
    std::vector<Subject> subjects;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const bool is_shared = std::count(names.begin(), names.end(), names[i]) > 1;
        std::string name = names[i];
        if (is_shared && !sources[i].path.empty()) {
            name += ", " + file_of(sources[i].path);
        }
        // Two files of one name, or one file twice.
        const std::string stem = name;
        for (std::size_t number = 2; is_taken(subjects, name); ++number) {
            name = stem + " (" + std::to_string(number) + ")";
        }
        Document& document = sources[i].document;
        Subject subject{name, {}, origin_of(document), preset_of(document), i};
        subject.document = std::move(document);
        subjects.push_back(std::move(subject));
    }
    return subjects;
}

} // namespace caesura::probe
