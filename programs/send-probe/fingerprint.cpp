#include "send-probe/fingerprint.hpp"

#include "common/text.hpp"

#include <caesura/host.hpp>
#include <caesura/version.hpp>

#include <chrono>

namespace caesura::probe {

namespace {

std::string padded(unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

// As ISO 8601 has it, in UTC.
std::string date_text(std::int64_t wall_time_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{
        std::chrono::milliseconds(wall_time_ms)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    const auto of = [](auto count) { return padded(static_cast<unsigned>(count)); };
    return std::to_string(int(date.year())) + "-" + of(unsigned(date.month())) + "-" +
           of(unsigned(date.day())) + "T" + of(clock.hours().count()) + ":" +
           of(clock.minutes().count()) + ":" + of(clock.seconds().count()) + "Z";
}

} // namespace

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
    facts.push_back({"poller", settings.poller.empty() ? "the preferred one" : settings.poller});
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
