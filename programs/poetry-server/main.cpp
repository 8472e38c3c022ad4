#include "common/run_program.hpp"
#include "common/text.hpp"
#include "poetry-server/service.hpp"

namespace caesura {

namespace {

int complain_about(const std::string& what, const Failure& failure, std::string_view right = "") {
    complain("poetry-server: " + what + ": " + advise(failure, right));
    return failed_at_run_time;
}

// What the process that holds a pid file has written there.
std::string number_in(const std::string& pid_file) {
    constexpr std::uint64_t longest = 20;
    const auto file = this_host().open_file(pid_file);
    std::string text(file ? std::min((*file)->size(), longest) : 0, '\0');
    if (!file || (*file)->read(0, std::as_writable_bytes(std::span(text)))) {
        return "of unknown number";
    }
    return printable(text.substr(0, text.find('\n')));
}

int complain_about_pid_file(const std::string& path, const Failure& failure) {
    const std::string what = "--pid-file " + printable(path);
    if (failure.error == Error::already_in_progress) {
        complain("poetry-server: " + what + ": process " + number_in(path) +
                 " runs and holds it; end that, or give another --pid-file");
        return failed_at_run_time;
    }
    if (failure.error == Error::already_exists) {
        complain("poetry-server: " + what +
                 ": that file is no pid file; give another --pid-file, or remove it");
        return failed_at_run_time;
    }
    return complain_about(what, failure, "give a file that can be made");
}

int serve(Settings settings) {
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
        return settings.log_file ? complain_about("--log-file " + printable(*settings.log_file),
                                                  sink.failure(), "give a file that can be written")
                                 : complain_about("cannot log to standard error", sink.failure());
    }
    auto signals = this_host().watch_signals();
    if (!signals) {
        return complain_about("cannot watch for signals", signals.failure());
    }
    UnsentPool pool(settings.unsent_total);
    settings.connection.unsent_pool = &pool;
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
            return complain_about_pid_file(*settings.pid_file, claimed.failure());
        }
        pid_file = std::move(*claimed);
    }
    if (const Failure failure = service.find_room()) {
        return complain_about("cannot serve a single client", failure);
    }
    // Where there is no stdout, as in a service, nobody is to be told.
    if (this_host().had_standard_output() && !print("poetry-server", service.announcement())) {
        return failed_at_run_time;
    }
    if (detachment) {
        detachment->ready();
    }
    service.run(**signals);
    return done;
}

} // namespace

} // namespace caesura

int main(int count, char** values) {
    return caesura::run_program<caesura::Settings>("poetry-server", count, values, caesura::serve);
}
