#include "send-probe/commands.hpp"
#include "send-probe/settings.hpp"

#include "common/console.hpp"

#include <caesura/host.hpp>

#include <exception>
#include <string>

namespace caesura::probe {

namespace {

constexpr int done = 0;
constexpr int failed_at_run_time = 1;
constexpr int wrong_command_line = 2;

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
        return carry_out(settings);
    case Options::Asked::help:
        return print("send-probe", options.help()) ? done : failed_at_run_time;
    case Options::Asked::version:
        return print("send-probe", options.version()) ? done : failed_at_run_time;
    case Options::Asked::nothing_sensible:
        complain(options.mistake());
        return wrong_command_line;
    }
    return done;
}

} // namespace

} // namespace caesura::probe

int main(int count, char** values) {
    try {
        return caesura::probe::run(count, values);
    } catch (const std::exception& exception) {
        caesura::complain(std::string("send-probe: ") + exception.what());
        return 1;
    }
}
