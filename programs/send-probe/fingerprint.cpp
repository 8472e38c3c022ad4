#include "send-probe/fingerprint.hpp"

#include "common/text.hpp"
#include "send-probe/date.hpp"

#include <caesura/host.hpp>
#include <caesura/version.hpp>

namespace caesura::probe {

std::vector<Fact> fingerprint(const Settings& settings, const Remote* remote) {
    std::vector<Fact> facts{{"program", "send-probe " + std::string(version)},
                            {"compiler", CAESURA_COMPILER},
                            {"time", date_text(this_host().wall_time_ms())}};
    if (settings.system) {
        facts.push_back({"system", "simulated " + std::string(settings.system->name)});
    } else {
        for (const SystemFact& fact : this_host().facts()) {
            facts.push_back({printable(fact.name), printable(fact.value)});
        }
    }
    facts.push_back(
        {"path", remote == nullptr ? "loopback" : "to " + address_text(remote->address())});
    const auto pollers = settings.system ? settings.system->pollers : this_system().poller_names();
    facts.push_back(
        {"poller", settings.poller.empty() ? std::string(pollers.front()) : settings.poller});
    if (remote != nullptr) {
        const auto time = wire::microseconds(remote->round_trip());
        facts.push_back({"round_trip", std::to_string(time) + " us"});
        for (const Fact& fact : remote->facts()) {
            facts.push_back({"reader_" + fact.name, fact.value});
        }
    }
    return facts;
}

} // namespace caesura::probe
