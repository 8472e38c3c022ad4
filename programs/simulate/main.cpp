#include "common/run_program.hpp"
#include "common/text.hpp"
#include "simulate/settings.hpp"
#include "simulate/shrink.hpp"

#include <caesura/host.hpp>

#include <array>
#include <cinttypes>
#include <cstdio>

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

int print_hashes(const CampaignSettings& settings) {
    std::string lines;
    for (std::uint64_t seed = settings.first; seed <= settings.last; ++seed) {
        const RunResult result = run_plan(make_plan(seed, settings.limits));
        lines += std::to_string(seed) + " " + hex(result.hash) + "\n";
    }
    return print(program, lines) ? done : failed_at_run_time;
}

/// Writes what happens to a file; what it holds back goes out at the end.
class TraceFile {
public:
    explicit TraceFile(Output& output) : output_(output) {}

    void line(std::string_view text) {
        constexpr std::size_t enough = 64 * 1024;
        lines_ += std::string(text) + "\n";
        if (lines_.size() > enough) {
            flush();
        }
    }

    /// The rest. Why some of it could not be written, if so.
    Failure end() {
        flush();
        return failure_;
    }

private:
    void flush() {
        if (!failure_) {
            failure_ = output_.write(as_slice(lines_));
        }
        lines_.clear();
    }

    Output& output_;
    std::string lines_;
    Failure failure_;
};

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
    if (const Failure failure = file.end()) {
        complain("caesura-simulate: --trace " + printable(*settings.trace) + ": " +
                 advise(failure, "give a file that can be written"));
        return failed_at_run_time;
    }
    const std::string word = result.failure ? "FAILED: " + *result.failure : "all was well";
    const bool printed = print(program, "seed " + std::to_string(result.seed) + ", hash " +
                                            hex(result.hash) + ": " + word + "\n");
    return printed && !result.failure ? done : failed_at_run_time;
}

void tell_failure(const CampaignSettings& settings, const RunResult& failed) {
    complain("caesura-simulate: seed " + std::to_string(failed.seed) +
             " FAILED: " + *failed.failure);
    const Shrunk shrunk =
        shrink(failed.seed, settings.limits, [](std::uint64_t seed, const Limits& limits) {
            return run_plan(make_plan(seed, limits));
        });
    const auto& tallies = shrunk.result.tallies;
    std::size_t fired = 0;
    for (const auto& tally : tallies) {
        fired += tally.fired > 0 ? 1 : 0;
    }
    complain("shrunk in " + std::to_string(shrunk.tries) + " tries, to " +
             std::to_string(shrunk.result.turns) + " turns and " + std::to_string(fired) +
             " kinds of faults: " + shrunk.result.failure.value_or("it does not fail again"));
    complain("to repeat it: " + command_for(failed.seed, settings, shrunk.limits));
}

int campaign(const CampaignSettings& settings) {
    const CampaignResult result = run_campaign(settings, this_host().standard_error());
    if (!print(program, report(result))) {
        return failed_at_run_time;
    }
    if (result.failed) {
        tell_failure(settings, *result.failed);
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

int simulate(const CampaignSettings& settings) {
    if (settings.list_faults) {
        return print(program, fault_list()) ? done : failed_at_run_time;
    }
    return settings.hashes  ? print_hashes(settings)
           : settings.trace ? trace(settings)
                            : campaign(settings);
}

} // namespace

} // namespace caesura

int main(int count, char** values) {
    return caesura::run_program<caesura::CampaignSettings>("caesura-simulate", count, values,
                                                           caesura::simulate);
}
