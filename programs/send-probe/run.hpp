#pragma once

#include "send-probe/settings.hpp"
#include "send-probe/site.hpp"

#include <functional>
#include <string>

namespace caesura::probe {

class Interruption;
class Onlooker;

/// What every probe is given.
struct Run {
    const Settings& settings;
    const Grounds& grounds;
    /// Told of each step, for a log or a terminal: how much of the probe is done, and what.
    std::function<void(std::size_t done, std::size_t of, const std::string& what)> progress;
    /// What can end it before its time (Interrupted); nullptr: nothing.
    Interruption* interruption = nullptr;
    /// Who looks on at each link; nullptr: nobody.
    Onlooker* onlooker = nullptr;

    /// Bytes that may be taken and not delivered at any moment, of all links together.
    std::uint64_t total_limit() const;
};

} // namespace caesura::probe
