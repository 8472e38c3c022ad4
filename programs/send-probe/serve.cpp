#include "send-probe/serve.hpp"

#include "common/console.hpp"
#include "common/log.hpp"
#include "send-probe/reception.hpp"

#include <caesura/host.hpp>

namespace caesura::probe {

namespace {

constexpr int done = 0;
constexpr int failed = 1;

int complain_about(const std::string& what, const Failure& failure, std::string_view right = "") {
    complain("send-probe: " + what + ": " + advise(failure, right));
    return failed;
}

} // namespace

int run_serve(const Settings& settings) {
    // The host's streams live for ever.
    auto sink = make_log_sink({std::shared_ptr<void>(), &this_host().standard_error()});
    if (!sink) {
        return complain_about("cannot log to standard error", sink.failure());
    }
    const auto signals = this_host().watch_signals();
    if (!signals) {
        return complain_about("cannot watch for signals", signals.failure());
    }
    Reactor reactor(this_system(), this_system().make_poller(settings.poller));
    reactor.set_cooling(false); // it would make a reader late
    auto listener = reactor.sockets().listen(settings.listen, 0);
    const auto here =
        listener ? reactor.sockets().local(listener->get()) : Result<Endpoint>(listener.failure());
    if (!here) {
        return complain_about("cannot listen on " + to_string(settings.listen), here.failure(),
                              "give another --port or --listen");
    }
    Log log(reactor, LogLevel::info, std::move(*sink));
    Reception reception(reactor, log, std::move(*listener), settings.idle);
    if (!print("send-probe", "listening on " + to_string(*here) + "\n")) {
        return failed;
    }
    const auto watch = reactor.watch((*signals)->socket(), Interest::read, [&](const Ready&) {
        for (const Signal signal : (*signals)->take()) {
            if (signal == Signal::interrupt || signal == Signal::terminate) {
                reactor.stop();
            }
        }
    });
    reactor.run();
    reactor.unwatch(*watch);
    return reception.is_open() ? done : failed;
}

} // namespace caesura::probe
