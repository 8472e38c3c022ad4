#include "send-probe/all.hpp"

#include "common/console.hpp"
#include "common/progress_line.hpp"
#include "common/text.hpp"
#include "send-probe/close.hpp"
#include "send-probe/fingerprint.hpp"
#include "send-probe/folder.hpp"
#include "send-probe/format.hpp"
#include "send-probe/poll.hpp"
#include "send-probe/questions.hpp"
#include "send-probe/rearm.hpp"
#include "send-probe/report/page.hpp"
#include "send-probe/second.hpp"
#include "send-probe/sweep.hpp"

#include <caesura/host.hpp>

#include <array>
#include <exception>

namespace caesura::probe {

namespace {

struct Probe {
    std::string_view name;
    std::vector<Table> (*run)(const Run& run);
};

constexpr std::array probes = {
    Probe{"sweep", [](const Run& run) { return std::vector{sweep(run)}; }},
    Probe{"rearm", [](const Run& run) { return std::vector{rearm(run)}; }},
    Probe{"poll", [](const Run& run) { return std::vector{poll(run)}; }},
    Probe{"second", [](const Run& run) { return std::vector{second(run)}; }},
    Probe{"close", [](const Run& run) { return close(run); }}};

class Journal {
public:
    explicit Journal(std::unique_ptr<Output> output) : output_(std::move(output)) {}

    void add(const std::string& line) {
        const Instant now = this_system().clock().now();
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_);
        const std::string whole = std::to_string(since.count()) + " ms  " + line + "\n";
        const Failure failure = output_->write(as_slice(whole));
        if (failure && is_whole_) {
            is_whole_ = false;
            complain("send-probe: log.txt: " + describe(failure));
        }
    }
    bool is_whole() const { return is_whole_; }

private:
    std::unique_ptr<Output> output_;
    bool is_whole_ = true;
    Instant start_ = this_system().clock().now();
};

// Of what was finished before somebody asked for the end.
std::string kept_text(const Document& document, const std::string& place) {
    std::string names;
    for (const Table& table : document.tables) {
        names += (names.empty() ? "" : ", ") + table.name;
    }
    return names.empty() ? "no probe was finished; log.txt is in " + place
                         : "results.json and results.txt have what was finished, " + names +
                               ", and are in " + place;
}

} // namespace

int run_all(const Settings& settings, const Grounds& grounds, Interruption& interruption) {
    const auto folder = Folder::open(settings.out);
    if (!folder) {
        return 1;
    }
    const std::string log_path = folder->path_of("log.txt");
    auto log = this_host().open_output(log_path, OutputMode::replace);
    if (!log) {
        complain("send-probe: " + printable(log_path) + ": " + describe(log.failure()));
        return 1;
    }
    const std::string place = printable(folder->path(), 4096);
    complain("send-probe: its files go to " + place);
    Journal journal(std::move(*log));
    ProgressLine line(this_host().standard_error());
    const Run run{settings, grounds,
                  [&](std::size_t done, std::size_t of, const std::string& what) {
                      line.show(done, of, what);
                      journal.add(what);
                  },
                  &interruption};
    Document document{fingerprint(settings, grounds.remote()), {}};
    bool is_whole = true;
    for (const Probe& probe : probes) {
        line.clear();
        complain("send-probe: " + std::string(probe.name) + " ...");
        try {
            for (Table& table : probe.run(run)) {
                document.tables.push_back(std::move(table));
            }
        } catch (const Interrupted&) {
            line.clear();
            journal.add("interrupted");
            complain("send-probe: interrupted; " + kept_text(document, place));
            return 1;
        } catch (const std::exception& exception) {
            is_whole = false;
            line.clear();
            journal.add(std::string(probe.name) + " failed: " + exception.what());
            complain("send-probe: " + std::string(probe.name) + ": " + exception.what());
        }
        // After each, so that what was seen is kept when a later one goes wrong.
        is_whole = folder->write("results.json", format_json(document)) && is_whole;
        is_whole = folder->write("results.txt",
                                 format_text(document.summary()) + "\n" + answers_text(document)) &&
                   is_whole;
    }
    line.clear();
    complain("send-probe: report ...");
    const std::string page = page_of({{{}, document}}, settings.tolerance);
    is_whole = folder->write("report.html", page) && is_whole;
    journal.add(is_whole ? "done" : "done, but not all of it");
    is_whole = journal.is_whole() && is_whole;
    complain(is_whole
                 ? "send-probe: results.json, results.txt, report.html and log.txt are in " + place
                 : "send-probe: not all went well, as said above; what there is, is in " + place);
    return is_whole ? 0 : 1;
}

} // namespace caesura::probe
