#include "common/run_program.hpp"
#include "common/standard_path.hpp"
#include "common/text.hpp"
#include "get-poetry/fetch.hpp"

#include <caesura/host.hpp>
#include <caesura/system.hpp>

#include <algorithm>
#include <set>

namespace caesura {

namespace {

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

// A name for each, different from all others even where a file system does not tell cases apart.
std::vector<std::string> paths_in(const std::string& directory,
                                  const std::vector<Target>& targets) {
    std::set<std::string> taken;
    std::vector<std::string> paths;
    for (const Target& target : targets) {
        const std::string stem = file_stem(target);
        std::string name = stem;
        for (int i = 2; !taken.insert(lower_case(name)).second; ++i) {
            name = stem + "-" + std::to_string(i);
        }
        paths.push_back(directory + "/" + name + ".txt");
    }
    return paths;
}

bool make_directory(const std::string& directory) {
    std::error_code error;
    std::filesystem::create_directories(standard_path(directory), error);
    if (error) {
        complain("get-poetry: --output " + printable(directory) + ": " + error.message());
    }
    return !error;
}

// A display in place takes a row for each task and one for the cursor.
bool has_rows_for(std::size_t tasks, Output& terminal) {
    constexpr std::size_t usual_rows = 24;
    const std::size_t rows = terminal.rows();
    return tasks < (rows == 0 ? usual_rows : rows);
}

Result<std::unique_ptr<Progress>> make_progress(Reactor& reactor, const Settings& settings,
                                                Collection& poems) {
    Output& error = this_host().standard_error();
    // Two terminals are taken for one: who has two different ones loses nothing but some lines.
    if (!settings.output && this_host().standard_output().is_terminal() && error.is_terminal()) {
        return make_progress_margin(poems);
    }
    std::vector<std::string> sources;
    for (const Target& target : settings.targets) {
        sources.push_back(printable(to_string(target)));
    }
    // The host's streams live for ever.
    auto sink = make_log_sink({std::shared_ptr<void>(), &error});
    if (!sink) {
        return sink.failure();
    }
    return has_rows_for(sources.size(), error) && error.obeys_controls()
               ? make_progress_display(reactor, std::move(*sink), std::move(sources))
               : make_progress_log(reactor, std::move(*sink), std::move(sources));
}

int fetch(const Settings& settings) {
    if (settings.output && !make_directory(*settings.output)) {
        return failed_at_run_time;
    }
    if (!settings.output && !this_host().had_standard_output()) {
        complain("get-poetry: stdout is closed; open it, or give --output DIR");
        return failed_at_run_time;
    }
    const auto collection = settings.output
                                ? make_bookshelf(paths_in(*settings.output, settings.targets))
                                : make_anthology(settings.targets.size());
    // Fetching many poems at once may need all the descriptors there are.
    static_cast<void>(this_host().most_sockets());
    Reactor reactor(this_system(), this_system().make_poller(settings.poller));
    const auto progress = make_progress(reactor, settings, *collection);
    if (!progress) {
        complain("get-poetry: cannot write to standard error: " + describe(progress.failure()));
        return failed_at_run_time;
    }
    return Fetch(reactor, settings, *collection, **progress).run() ? done : failed_at_run_time;
}

} // namespace

} // namespace caesura

int main(int count, char** values) {
    return caesura::run_program<caesura::Settings>("get-poetry", count, values, caesura::fetch);
}
