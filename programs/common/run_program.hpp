#pragma once

#include "common/console.hpp"
#include "common/options.hpp"

#include <caesura/host.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace caesura {

// The exit statuses of every program.
inline constexpr int done = 0;
inline constexpr int failed_at_run_time = 1;
inline constexpr int wrong_command_line = 2;

/// What every program's main does: makes the process ready, reads the command line into `Settings`
/// by way of make_options and finish, which stand beside them, and does the work, or says what else
/// was asked for. Returns the exit status; an exception is told in one line.
template <class Settings, class Work>
int run_program(std::string_view program, int count, char** values, const Work& work) {
    try {
        this_host().prepare_process();
        Settings settings;
        Options options = make_options(settings);
        Options::Asked asked = options.parse(this_host().arguments(count, values));
        if (asked == Options::Asked::run) {
            asked = finish(options, settings);
        }
        switch (asked) {
        case Options::Asked::run:
            return work(settings);
        case Options::Asked::help:
            return print(program, options.help()) ? done : failed_at_run_time;
        case Options::Asked::version:
            return print(program, options.version()) ? done : failed_at_run_time;
        case Options::Asked::nothing_sensible:
            complain(options.mistake());
            return wrong_command_line;
        }
        return done;
    } catch (const std::exception& exception) {
        complain(std::string(program) + ": " + exception.what());
        return failed_at_run_time;
    }
}

} // namespace caesura
