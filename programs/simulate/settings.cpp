#include "simulate/settings.hpp"

#include <limits>

namespace caesura {

namespace {

constexpr std::uint64_t any_number = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t any_seed = std::numeric_limits<std::uint64_t>::max();

std::string preset_names() {
    std::string names;
    for (const auto& preset : simulation::presets()) {
        names += (names.empty() ? "" : ", ") + std::string(preset.name);
    }
    return names;
}

// Which of the two options would count is nothing to guess.
std::optional<std::string> name_seeds(CampaignSettings& settings, SeedsNamed by) {
    if (settings.seeds != SeedsNamed::nowhere && settings.seeds != by) {
        return "give either --seed or --seeds";
    }
    settings.seeds = by;
    return std::nullopt;
}

std::optional<std::string> take_seed(CampaignSettings& settings, std::string_view text) {
    const auto seed = parse_number(text, any_seed);
    if (!seed) {
        return "give a whole number from 0 to " + std::to_string(any_seed);
    }
    settings.first = settings.last = *seed;
    return name_seeds(settings, SeedsNamed::by_seed);
}

std::optional<std::string> take_range(CampaignSettings& settings, std::string_view text) {
    const std::size_t dots = text.find("..");
    const auto first = parse_number(text.substr(0, dots), any_seed);
    const auto last = dots == std::string_view::npos
                          ? std::nullopt
                          : parse_number(text.substr(dots + 2), any_seed);
    if (!first || !last || *last < *first) {
        return "give the first and the last seed, as 1..1000";
    }
    settings.first = *first;
    settings.last = *last;
    return name_seeds(settings, SeedsNamed::by_seeds);
}

std::optional<std::string> take_time(std::string_view text,
                                     const std::function<void(Duration)>& take) {
    const auto time = parse_seconds(text);
    if (!time || *time == Duration::zero()) {
        return "give seconds above 0, up to " + std::to_string(seconds_max) + ", such as 5 or 0.7";
    }
    take(*time);
    return std::nullopt;
}

std::optional<std::string> take_preset(CampaignSettings& settings, std::string_view name) {
    auto preset = simulation::find_preset(name);
    if (!preset) {
        return "give one of " + preset_names();
    }
    settings.limits.preset = std::move(*preset);
    settings.preset = name;
    return std::nullopt;
}

std::optional<std::string> take_faults(CampaignSettings& settings, std::string_view list) {
    const auto faults = simulation::parse_faults(list);
    if (!faults) {
        return "give names of faults or of kinds of them, or all, or none; --list-faults has them";
    }
    settings.limits.faults = *faults;
    return std::nullopt;
}

void add_runs(Options& options, CampaignSettings& settings) {
    options.add("--seed", "N", "run that seed alone",
                [&settings](std::string_view text) { return take_seed(settings, text); });
    options.add("--seeds", "FROM..TO", "run these seeds (default: 0..999)",
                [&settings](std::string_view text) { return take_range(settings, text); });
    options.add_number("--minutes", "M", "run as many seeds as there is time for, from FROM on", 1,
                       100'000, [&settings](std::uint64_t minutes) {
                           settings.time = std::chrono::minutes(static_cast<std::int64_t>(minutes));
                       });
    options.add("--time", "SECONDS", "the same in seconds", [&settings](std::string_view text) {
        return take_time(text, [&](Duration time) { settings.time = time; });
    });
    options.add_number("--jobs", "N", "in so many processes (default: 1)", 1, 256,
                       [&settings](std::uint64_t jobs) { settings.jobs = jobs; });
    options.add("--hang", "SECONDS", "a seed that takes longer has failed (default: 60)",
                [&settings](std::string_view text) {
                    return take_time(text, [&](Duration time) {
                        settings.hang_limit = std::chrono::ceil<std::chrono::milliseconds>(time);
                    });
                });
}

void add_limits(Options& options, CampaignSettings& settings) {
    options.add("--preset", "NAME", "the server's system: " + preset_names(),
                [&settings](std::string_view name) { return take_preset(settings, name); });
    options.add("--faults", "LIST", "no faults but these: names, kinds, or none",
                [&settings](std::string_view list) { return take_faults(settings, list); });
    options.add_switch("--list-faults", "print all faults, with kind and rows of the fault matrix",
                       settings.list_faults);
    options.add_number("--clients", "N", "no more clients than that with faults", 0, any_number,
                       [&settings](std::uint64_t count) {
                           settings.limits.clients_max = static_cast<std::size_t>(count);
                       });
    options.add_number("--turns", "N", "no more turns than that with faults", 0, any_number,
                       [&settings](std::uint64_t turns) { settings.limits.turns_max = turns; });
}

} // namespace

Options make_options(CampaignSettings& settings) {
    Options options("caesura-simulate", "",
                    "Serves and fetches poems in simulated worlds in which much goes wrong, and "
                    "checks what comes of it.");
    add_runs(options, settings);
    add_limits(options, settings);
    options.add_text("--trace", "FILE", "write all that happens to FILE (one seed only)",
                     settings.trace);
    options.add_switch("--hashes", "print each seed with the hash of what happened, and no more",
                       settings.hashes);
    return options;
}

Options::Asked finish(Options& options, CampaignSettings& settings) {
    settings.worker = worker_post(options.operands());
    if (settings.worker) {
        return Options::Asked::run;
    }
    if (!options.operands().empty()) {
        return options.refuse("'" + options.operands().front() +
                              "' is no option; --help lists all");
    }
    if (settings.trace && (settings.first != settings.last || settings.time)) {
        return options.refuse("--trace: one seed only; give --seed");
    }
    if (settings.trace && settings.hashes) {
        return options.refuse("--trace: it says the hash too; leave --hashes away");
    }
    if (settings.hashes && settings.time) {
        return options.refuse("--hashes: which seeds? Give --seeds");
    }
    if (settings.hashes && settings.jobs > 1) {
        return options.refuse(
            "--hashes: they come in order, out of one process; leave --jobs away");
    }
    if (settings.seeds == SeedsNamed::by_seed && settings.time) {
        return options.refuse(
            "--seed: that one alone; to go on from there for a time, give --seeds");
    }
    if (settings.trace == "-") {
        return options.refuse_value("--trace", "-", "give a file; ./- is one of that name");
    }
    return Options::Asked::run;
}

std::string command_for(std::uint64_t seed, const CampaignSettings& settings,
                        const Limits& limits) {
    std::string command = "caesura-simulate --seed " + std::to_string(seed);
    if (settings.preset) {
        command += " --preset " + *settings.preset;
    }
    if (limits.clients_max != Limits{}.clients_max) {
        command += " --clients " + std::to_string(limits.clients_max);
    }
    if (limits.turns_max != Limits{}.turns_max) {
        command += " --turns " + std::to_string(limits.turns_max);
    }
    if (!limits.faults.all()) {
        command += " --faults " + simulation::list_of(limits.faults);
    }
    return command;
}

} // namespace caesura
