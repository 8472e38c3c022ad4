#pragma once

#include "simulate/run.hpp"
#include "simulate/worker_process.hpp"

#include <caesura/host.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace caesura {

/// By which option the seeds were named.
enum class SeedsNamed : std::uint8_t { nowhere, by_seed, by_seeds };

/// What the command line asks for.
struct CampaignSettings {
    std::uint64_t first = 0;
    std::uint64_t last = 999; // included; from `first` on
    SeedsNamed seeds = SeedsNamed::nowhere;
    std::optional<Duration> time; // instead of `last`
    std::uint64_t jobs = 1;
    std::chrono::milliseconds hang_limit = std::chrono::seconds(60); // of one run
    Limits limits;
    std::optional<std::string> preset; // the name of what limits hold
    std::optional<std::string> trace;  // where to write what happens
    bool hashes = false;               // only print them
    bool list_faults = false;          // likewise
    std::optional<WorkerPost> worker;  // this process is one of a campaign's

    /// How many seeds come after the first. (How many there are may be more than a number holds.)
    std::uint64_t further() const { return last - first; }
};

/// What came of all its runs.
struct CampaignResult {
    std::uint64_t runs = 0;
    Duration virtual_time{};
    Duration time{};
    Course course = Course::ended;
    simulation::FaultSet faults; // that there could be
    std::array<simulation::FaultTally, simulation::fault_count> tallies{};
    std::array<std::uint64_t, simulation::fault_count> active_in{}; // so many runs
    std::optional<RunResult> failed;                                // the one with the lowest seed

    void add(const RunResult& result);
};

/// Who runs the seeds of a campaign.
struct Crew {
    std::function<RunSeed()> make_runner; // one for each job
    std::function<bool()> is_called_off;  // whether the user wants an end
};

/// Runs them all, or until one fails or it is called off.
CampaignResult run_campaign(const CampaignSettings& settings, const Crew& crew, Output& progress);

/// All faults, a line each.
std::string fault_list();
/// What it tells at its end.
std::string report(const CampaignResult& result);
/// The faults that many runs should have seen, and did not.
simulation::FaultSet never_fired(const CampaignResult& result);

} // namespace caesura
