#include "send-probe/watch.hpp"

#include "common/console.hpp"
#include "common/text.hpp"
#include "send-probe/look_up.hpp"
#include "send-probe/spectator.hpp"
#include "send-probe/sweep.hpp"

namespace caesura::probe {

namespace {

// To the first of its addresses that answers.
SocketOwner connect(Bench& bench, const Target& target, const LinkOptions& options,
                    Interruption& interruption) {
    const auto addresses = must(look_up(target, interruption), printable(to_string(target)));
    for (std::size_t i = 0;; ++i) {
        try {
            SocketOwner socket = bench.start_connect(addresses[i], options);
            bench.finish_connect(socket.get());
            return socket;
        } catch (const ProbeFailure& failure) {
            if (i + 1 == addresses.size()) {
                throw ProbeFailure(printable(to_string(target)) + ": " + failure.what());
            }
        }
    }
}

// How it ended: with "fin", or otherwise.
std::string read_to_end(Bench& bench, Socket reader, const Settings& settings) {
    if (settings.reader == ReaderKind::stalled) {
        while (true) {
            bench.pause(blink); // until a signal comes
        }
    }
    const Pace pace = pace_of(settings);
    std::size_t left = pace.portion;
    while (true) {
        // One receive for each report: were there two, the second might end a stream whose error
        // hint nobody has seen.
        const Ready ready = bench.wait(reader, Interest::read, forever);
        const Result<std::size_t> got =
            bench.receive(reader, pace.pause == Duration::zero() ? ~std::size_t{0} : left);
        if (got && *got == 0) {
            return ready.error ? "end with an error hint" : "fin";
        }
        if (!got && got.error() != Error::would_block) {
            return describe(got.failure());
        }
        left -= pace.pause == Duration::zero() || !got ? 0 : *got;
        if (left == 0) {
            bench.pause(pace.pause);
            left = pace.portion;
        }
    }
}

int watch_download(const Settings& settings, Interruption& interruption, Spectator& spectator) {
    Bench bench(this_system(), settings.poller, &interruption);
    bench.show(&spectator);
    spectator.set_title("download from " + printable(to_string(*settings.to)) + ", reader " +
                        reader_text(settings));
    const SocketOwner reader = connect(
        bench, *settings.to, {std::nullopt, settings.receive_buffers.front(), 0}, interruption);
    spectator.join(bench, {Socket::none, reader.get()});
    const std::string end = read_to_end(bench, reader.get(), settings);
    spectator.set_phase("over: " + end);
    spectator.leave();
    return end == "fin" ? 0 : 1;
}

int watch_sweep(const Settings& settings, const Grounds& grounds, Interruption& interruption,
                Spectator& spectator) {
    const Run run{settings, grounds,
                  [&spectator](std::size_t done, std::size_t of, const std::string& what) {
                      spectator.set_title("[" + std::to_string(done + 1) + "/" +
                                          std::to_string(of) + "] " + what);
                  },
                  &interruption, &spectator};
    static_cast<void>(sweep(run));
    return 0;
}

} // namespace

int watch(const Settings& settings, const Grounds& grounds, Interruption& interruption) {
    if (!this_host().had_standard_output()) {
        complain("send-probe: stdout is closed");
        return 1;
    }
    Screen screen(this_host().standard_output());
    try {
        Spectator spectator(screen);
        return settings.to ? watch_download(settings, interruption, spectator)
                           : watch_sweep(settings, grounds, interruption, spectator);
    } catch (const Interrupted&) {
        screen.say("interrupted");
        return 0;
    }
}

} // namespace caesura::probe
