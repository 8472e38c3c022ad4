#include "simulate/campaign.hpp"

#include "common/progress_line.hpp"

#include <caesura/system.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace caesura {

namespace {

constexpr Duration between_lines = std::chrono::milliseconds(250);
// Before that much time nobody knows how fast it is.
constexpr Duration long_enough = std::chrono::milliseconds(500);

std::string in_words(std::uint64_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what);
}

std::string seeds_in_words(std::uint64_t count) {
    return in_words(count, count == 1 ? "seed" : "seeds");
}

/// ", 250 per second"; nothing while the time is too short to tell.
std::string rate(std::uint64_t runs, Duration time) {
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    if (time < long_enough) {
        return {};
    }
    return ", " + in_words(runs * 1000 / static_cast<std::uint64_t>(spent), "per second");
}

/// Shared by the threads of one campaign.
class Campaign {
public:
    Campaign(const CampaignSettings& settings, const Crew& crew, Output& progress)
        : settings_(settings), crew_(crew), began_(now()), line_(progress), due_(began_) {
        result_.faults = settings.limits.faults;
    }

    CampaignResult run() {
        std::vector<std::thread> others;
        for (std::uint64_t i = 1; i < settings_.jobs; ++i) {
            others.emplace_back([this] { work(); });
        }
        work();
        for (std::thread& other : others) {
            other.join();
        }
        line_.clear();
        if (mishap_) {
            std::rethrow_exception(mishap_);
        }
        result_.time = now() - began_;
        return std::move(result_);
    }

private:
    static Instant now() { return this_system().clock().now(); }

    void work() {
        try {
            const RunSeed run = crew_.make_runner();
            while (!stop_) {
                const std::uint64_t number = next_++;
                if (settings_.time ? now() - began_ >= *settings_.time
                                   : number > settings_.further()) {
                    return;
                }
                // After the last seed there is comes the first again.
                take(run(settings_.first + number, settings_.limits));
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            mishap_ = std::current_exception();
            stop_ = true;
        }
    }

    void take(const RunResult& result) {
        const std::lock_guard lock(mutex_);
        if (result.course == Course::called_off) {
            call_off();
            return;
        }
        result_.add(result);
        stop_ = stop_ || result.failure;
        tell();
    }

    void call_off() {
        result_.course = Course::called_off;
        stop_ = true;
    }

    void tell() {
        const Instant time = now();
        if (time < due_) {
            return;
        }
        due_ = after(time, between_lines);
        line_.show(seeds_in_words(result_.runs) + rate(result_.runs, time - began_));
        if (crew_.is_called_off()) {
            call_off();
        }
    }

    const CampaignSettings& settings_;
    const Crew& crew_;
    std::atomic<std::uint64_t> next_ = 0; // that many after the first
    std::atomic<bool> stop_ = false;
    std::mutex mutex_; // of what follows
    CampaignResult result_;
    std::exception_ptr mishap_; // of the campaign's, not of a seed's
    Instant began_;
    ProgressLine line_;
    Instant due_; // the next line
};

} // namespace

void CampaignResult::add(const RunResult& result) {
    ++runs;
    virtual_time += result.virtual_time;
    for (std::size_t i = 0; i < tallies.size(); ++i) {
        tallies[i].occasions += result.tallies[i].occasions;
        tallies[i].fired += result.tallies[i].fired;
        active_in[i] += result.tallies[i].active ? 1 : 0;
    }
    if (result.failure && (!failed || result.seed < failed->seed)) {
        failed = result;
    }
}

CampaignResult run_campaign(const CampaignSettings& settings, const Crew& crew, Output& progress) {
    return Campaign(settings, crew, progress).run();
}

std::string fault_list() {
    constexpr std::size_t column = 30;
    std::string text;
    for (const auto& facts : simulation::all_faults()) {
        std::string line(facts.name);
        line.resize(column, ' ');
        line += name_of(facts.kind);
        line.resize(column + 12, ' ');
        for (const std::uint8_t row : facts.rows()) {
            line += " " + std::to_string(row);
        }
        text += line + "\n";
    }
    text += "\nRows left out:\n";
    for (const auto& left_out : simulation::rows_left_out()) {
        text += std::to_string(left_out.row) + ": " + std::string(left_out.why) + "\n";
    }
    return text;
}

simulation::FaultSet never_fired(const CampaignResult& result) {
    simulation::FaultSet faults;
    for (std::size_t i = 0; i < result.tallies.size(); ++i) {
        faults.set(i, result.faults.test(i) && result.tallies[i].fired == 0);
    }
    return faults;
}

std::string report(const CampaignResult& result) {
    const auto spent = static_cast<std::uint64_t>(std::max<std::int64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(result.time).count(), 1));
    const auto lived = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(result.virtual_time).count());
    std::string text = seeds_in_words(result.runs) + " in " + std::to_string(spent / 1000) + "." +
                       std::to_string(spent % 1000 / 100) + " s";
    if (result.time >= long_enough) {
        text += ": " + in_words(result.runs * 1000 / spent, "seeds per second, ") +
                in_words(lived / spent, "virtual seconds per second");
    }
    text += "\n";
    std::uint64_t fired = 0;
    for (std::size_t kind = 0; kind < simulation::fault_class_count; ++kind) {
        std::uint64_t of_kind = 0;
        for (const auto& facts : simulation::all_faults()) {
            if (static_cast<std::size_t>(facts.kind) == kind) {
                of_kind += result.tallies[static_cast<std::size_t>(facts.fault)].fired;
            }
        }
        fired += of_kind;
        text += "  " + std::string(name_of(static_cast<simulation::FaultClass>(kind))) + ": " +
                in_words(of_kind, "faults\n");
    }
    const simulation::FaultSet missing = never_fired(result);
    text += in_words(fired, "faults in all, ") +
            in_words(fired / std::max<std::uint64_t>(result.runs, 1), "a seed; ") +
            in_words(result.faults.count() - missing.count(), "of ") +
            in_words(result.faults.count(), "kinds of faults fired\n");
    if (missing.any() && missing != result.faults) {
        text += "never fired: " + simulation::list_of(missing) + "\n";
    }
    return text;
}

} // namespace caesura
