#include "common/console.hpp"
#include "common/text.hpp"
#include "poetry-server/service.hpp"

#include <exception>

namespace caesura {

namespace {

enum Status { done = 0, failed_at_run_time = 1, wrong_command_line = 2 };

int complain_about(const std::string& what, const Failure& failure) {
    complain("poetry-server: " + what + ": " + describe(failure));
    return failed_at_run_time;
}

int serve(const Settings& settings) {
    std::unique_ptr<Detachment> detachment; // first of all: it must come before any thread
    if (settings.detached) {
        auto detached = this_host().detach();
        if (!detached) {
            return complain_about("--daemon", detached.failure());
        }
        detachment = std::move(*detached);
    }
    auto sink = open_log(settings);
    if (!sink) {
        return complain_about(settings.log_file ? "--log-file " + printable(*settings.log_file)
                                                : "cannot log to standard error",
                              sink.failure());
    }
    auto signals = this_host().watch_signals();
    if (!signals) {
        return complain_about("cannot watch for signals", signals.failure());
    }
    Reactor reactor(this_system(), this_system().make_poller(settings.poller));
    Log log(reactor, settings.log_level, std::move(*sink));
    Service service(reactor, log, settings);
    if (!service.open()) {
        return failed_at_run_time;
    }
    std::unique_ptr<PidFile> pid_file;
    if (settings.pid_file) {
        auto claimed = this_host().claim_pid_file(*settings.pid_file);
        if (!claimed) {
            return complain_about("--pid-file " + printable(*settings.pid_file), claimed.failure());
        }
        pid_file = std::move(*claimed);
    }
    if (!print("poetry-server", service.announcement())) {
        return failed_at_run_time;
    }
    if (detachment) {
        detachment->ready();
    }
    service.run(**signals);
    return done;
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
        return serve(settings);
    case Options::Asked::help:
        return print("poetry-server", options.help()) ? done : failed_at_run_time;
    case Options::Asked::version:
        return print("poetry-server", options.version()) ? done : failed_at_run_time;
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
        caesura::complain(std::string("poetry-server: ") + exception.what());
        return caesura::failed_at_run_time;
    }
}
