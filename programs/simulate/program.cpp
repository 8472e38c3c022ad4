#include "simulate/program.hpp"

#include "common/run_program.hpp"
#include "common/text.hpp"
#include "common/interruption.hpp"
#include "simulate/settings.hpp"
#include "simulate/shrink.hpp"
#include "simulate/trace_file.hpp"
#include "simulate/worker.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <memory>

namespace caesura {

namespace {

constexpr std::string_view program = "caesura-simulate";

// From so many seeds on, each fault must have fired.
constexpr std::uint64_t many_seeds = 2000;

std::string hex(std::uint64_t number) {
    std::array<char, 20> text;
    const int length = std::snprintf(text.data(), text.size(), "%016" PRIx64, number);
    return {text.data(), static_cast<std::size_t>(length)};
}

// Each as soon as there is one: whoever reads them may have had enough.
int print_hashes(const CampaignSettings& settings, const RunSeed& run) {
    for (std::uint64_t number = 0; number <= settings.further(); ++number) {
        const std::uint64_t seed = settings.first + number;
        const RunResult result = run(seed, settings.limits);
        if (!print(program, std::to_string(seed) + " " + hex(result.hash) + "\n")) {
            return failed_at_run_time;
        }
    }
    return done;
}

int trace(const CampaignSettings& settings) {
    const auto output = this_host().open_output(*settings.trace, OutputMode::replace);
    if (!output) {
        complain("caesura-simulate: --trace " + printable(*settings.trace) + ": " +
                 advise(output.failure(), "give a file that can be written"));
        return failed_at_run_time;
    }
    TraceFile file(**output);
    const RunResult result = run_plan(make_plan(settings.first, settings.limits),
                                      [&file](std::string_view text) { file.line(text); });
    if (file.failure()) {
        complain("caesura-simulate: --trace " + printable(*settings.trace) + ": " +
                 advise(file.failure(), "give a file that can be written"));
        return failed_at_run_time;
    }
    const std::string word = result.failure ? "FAILED: " + *result.failure : "all was well";
    const bool printed = print(program, "seed " + std::to_string(result.seed) + ", hash " +
                                            hex(result.hash) + ": " + word + "\n");
    return printed && !result.failure ? done : failed_at_run_time;
}

/// Has a campaign's seeds run by processes, until the user wants no more.
class Workshop {
public:
    Workshop(const CampaignSettings& settings, const RunSeed& run)
        : settings_(settings), run_(run) {}

    Crew crew() {
        return {[this] { return runner(settings_.hang_limit); },
                [this] { return interruption_.has_come(); }};
    }
    /// For a run that has failed, which is tried again and again: with less patience, since one
    /// that hangs does so each time.
    RunSeed shrinker() {
        constexpr int impatience = 6;
        const auto limit = settings_.hang_limit / impatience;
        return [this, run = runner(std::max(limit, std::chrono::milliseconds(1)))](
                   std::uint64_t seed, const Limits& limits) {
            RunResult result;
            result.course = Course::called_off;
            return interruption_.has_come() ? result : run(seed, limits);
        };
    }

private:
    RunSeed runner(std::chrono::milliseconds hang_limit) {
        return [worker = std::make_shared<Worker>(hang_limit, run_)](
                   std::uint64_t seed, const Limits& limits) { return worker->run(seed, limits); };
    }

    const CampaignSettings& settings_;
    const RunSeed& run_;
    Interruption interruption_;
};

void tell_shrunk(const CampaignSettings& settings, const Shrunk& shrunk) {
    const RunResult& result = shrunk.result;
    std::size_t kinds = 0;
    for (const auto& tally : result.tallies) {
        kinds += tally.fired > 0 ? 1 : 0;
    }
    if (result.course == Course::died) {
        kinds = shrunk.limits.faults.count(); // which of them fired nobody knows
    }
    const std::uint64_t turns = std::min(result.turns, shrunk.limits.turns_max);
    complain("shrunk in " + std::to_string(shrunk.tries) + " tries, to " + std::to_string(turns) +
             " turns and " + std::to_string(kinds) +
             " kinds of faults: " + result.failure.value_or("it does not fail again"));
    complain("to repeat it: " + command_for(result.seed, settings, shrunk.limits));
}

void tell_failure(const CampaignSettings& settings, const RunResult& failed, const RunSeed& run) {
    complain("caesura-simulate: seed " + std::to_string(failed.seed) +
             " FAILED: " + *failed.failure);
    // Before anything is tried that may take its time.
    complain("as it was: " + command_for(failed.seed, settings, settings.limits));
    tell_shrunk(settings, shrink(failed.seed, settings.limits, run));
}

int campaign(const CampaignSettings& settings, const RunSeed& run) {
    Workshop workshop(settings, run);
    const CampaignResult result =
        run_campaign(settings, workshop.crew(), this_host().standard_error());
    if (!print(program, report(result))) {
        return failed_at_run_time;
    }
    if (result.failed) {
        tell_failure(settings, *result.failed, workshop.shrinker());
        return failed_at_run_time;
    }
    if (result.course == Course::called_off) {
        complain("caesura-simulate: interrupted; up to then all was well");
        return failed_at_run_time;
    }
    const bool is_whole = settings.limits.faults.all() && !settings.preset &&
                          settings.limits.clients_max == Limits{}.clients_max &&
                          settings.limits.turns_max == Limits{}.turns_max;
    const simulation::FaultSet missing = never_fired(result);
    if (is_whole && result.runs >= many_seeds && missing.any()) {
        complain("caesura-simulate: these faults never fired, so nothing was proved about them: " +
                 simulation::list_of(missing));
        return failed_at_run_time;
    }
    return done;
}

int simulate(const CampaignSettings& settings, const RunSeed& run) {
    if (settings.worker) {
        return run_worker_process(*settings.worker, run);
    }
    if (settings.list_faults) {
        return print(program, fault_list()) ? done : failed_at_run_time;
    }
    return settings.hashes  ? print_hashes(settings, run)
           : settings.trace ? trace(settings)
                            : campaign(settings, run);
}

} // namespace

int simulate_program(int count, char** values, const RunSeed& run) {
    return run_program<CampaignSettings>(
        program, count, values,
        [&run](const CampaignSettings& settings) { return simulate(settings, run); });
}

} // namespace caesura
