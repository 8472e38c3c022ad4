#include "common/console.hpp"
#include "common/text.hpp"
#include "get-poetry/fetch.hpp"

#include <caesura/host.hpp>
#include <caesura/system.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <set>

namespace caesura {

namespace {

enum Status { done = 0, failed_at_run_time = 1, wrong_command_line = 2 };

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
    std::filesystem::create_directories(
        std::filesystem::path(std::u8string(directory.begin(), directory.end())), error);
    if (error) {
        complain("get-poetry: --output " + printable(directory) + ": " + error.message());
    }
    return !error;
}

std::unique_ptr<Progress> make_progress(Reactor& reactor, const Settings& settings) {
    std::vector<std::string> sources;
    for (const Target& target : settings.targets) {
        sources.push_back(printable(to_string(target)));
    }
    // Where the poems go to the same terminal a display in place would be torn by them, and so it
    // would by lines that have scrolled out of reach: a terminal has 24 of them or more.
    constexpr std::size_t most_lines = 20;
    const bool alone = settings.output || !this_host().standard_output().is_terminal();
    return alone && sources.size() <= most_lines && this_host().standard_error().obeys_controls()
               ? make_progress_display(reactor, std::move(sources))
               : make_progress_log(reactor, std::move(sources));
}

int fetch(const Settings& settings) {
    if (settings.output && !make_directory(*settings.output)) {
        return failed_at_run_time;
    }
    const auto collection = settings.output
                                ? make_bookshelf(paths_in(*settings.output, settings.targets))
                                : make_anthology(settings.targets.size());
    // Fetching many poems at once may need all the descriptors there are.
    static_cast<void>(this_host().most_sockets());
    Reactor reactor(this_system(), this_system().make_poller(settings.poller));
    const auto progress = make_progress(reactor, settings);
    return Fetch(reactor, settings, *collection, *progress).run() ? done : failed_at_run_time;
}

int run(int count, char** values) {
    this_host().prepare_process();
    Settings settings;
    Options options = make_options(settings);
    Options::Asked asked = options.parse(this_host().arguments(count, values));
    if (asked == Options::Asked::run) {
        asked = finish(options, settings);
    }
    switch (asked) {
    case Options::Asked::run:
        return fetch(settings);
    case Options::Asked::help:
        return print("get-poetry", options.help()) ? done : failed_at_run_time;
    case Options::Asked::version:
        return print("get-poetry", options.version()) ? done : failed_at_run_time;
    case Options::Asked::nothing_sensible:
        complain(options.mistake());
        return wrong_command_line;
    }
    return done;
}

} // namespace

} // namespace caesura

int main(int count, char** values) {
    try {
        return caesura::run(count, values);
    } catch (const std::exception& exception) {
        caesura::complain(std::string("get-poetry: ") + exception.what());
        return caesura::failed_at_run_time;
    }
}
