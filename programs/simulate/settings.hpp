#pragma once

#include "common/options.hpp"
#include "simulate/campaign.hpp"

namespace caesura {

/// The options of caesura-simulate, which set `settings`.
Options make_options(CampaignSettings& settings);
/// What can be judged only when all are known.
Options::Asked finish(Options& options, CampaignSettings& settings);
/// The command line that has that seed run so.
std::string command_for(std::uint64_t seed, const CampaignSettings& settings, const Limits& limits);

} // namespace caesura
