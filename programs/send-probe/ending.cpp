#include "send-probe/ending.hpp"

#include "send-probe/fill.hpp"

#include <algorithm>
#include <array>

namespace caesura::probe {

namespace {

constexpr std::array manners = {Manner::close,    Manner::shut_and_close, Manner::abort,
                                Manner::linger,   Manner::unread_input,   Manner::exit_closed,
                                Manner::exit_open};

std::uint64_t hand_over(Bench& bench, Socket sender, const Run& run, const Load& what) {
    FillLimits limits;
    limits.bytes = std::min(what.total, run.total_limit());
    return fill(bench, sender, what.write_size, limits, Duration::zero()).bytes;
}

void say_something(Bench& bench, const Channel& link) {
    link.reader->say(100);
    // Until it has come, it is not unread.
    bench.wait(link.sender.get(), Interest::read, std::chrono::seconds(5));
}

// What the call says, and how long it takes. What it leaves open is dropped.
void close_lingering(Bench& bench, SocketOwner& sender, Round& round) {
    const Instant start = bench.now();
    const Socket socket = sender.get();
    round.closing = bench.sockets().close_lingering(socket, std::chrono::seconds(1));
    round.closing_took = bench.now() - start;
    if (round.closing) {
        sender.abort();
    } else {
        static_cast<void>(sender.release());
    }
}

// Within this process.
Round end_by_call(const Run& run, const Trial& trial, std::uint64_t seed) {
    const Site site = run.grounds.site(seed);
    Bench bench(site.system(), run.settings.poller, run.interruption);
    Channel link = make_channel(run.grounds, bench);
    Round round;
    round.taken = hand_over(bench, link.sender.get(), run, trial.load);
    if (trial.manner == Manner::unread_input) {
        say_something(bench, link);
    }
    if (trial.manner == Manner::shut_and_close) {
        must(bench.sockets().shut_writes(link.sender.get()), "cannot shut the write side");
    }
    if (trial.manner == Manner::abort) {
        link.sender.abort();
    } else if (trial.manner == Manner::linger) {
        close_lingering(bench, link.sender, round);
    } else {
        link.sender.close();
    }
    round.heard = link.reader->hear_out(trial.reads, run.settings.patience);
    link.reader->leave();
    return round;
}

// A simulated process, with the reader on another machine.
Round end_by_simulated_exit(const Run& run, const Trial& trial, std::uint64_t seed) {
    const Site site = run.grounds.site(seed);
    Bench bench(site.system(), run.settings.poller, run.interruption);
    Bench far(site.far_system(), run.settings.poller, run.interruption);
    Link link = make_link(bench, far, site.far_address(), {});
    const std::uint64_t taken = hand_over(bench, link.sender.get(), run, trial.load);
    static_cast<void>(link.sender.release()); // the exit takes care of it
    site.machine()->exit(trial.manner == Manner::exit_closed ? simulation::Exit::after_closing
                                                             : simulation::Exit::without_closing);
    return {taken,
            LocalReader(far, std::move(link.reader)).hear_out(trial.reads, run.settings.patience),
            {},
            {}};
}

// A process of our own.
Round end_by_exit(const Run& run, const Trial& trial) {
    Bench bench(this_system(), run.settings.poller, run.interruption);
    ExitChild child(bench, trial.manner == Manner::exit_closed, run.grounds.remote());
    const std::uint64_t taken = child.load(trial.load, run.total_limit());
    child.let_go();
    const Heard heard = child.reader().hear_out(trial.reads, run.settings.patience);
    child.reader().leave();
    return {taken, heard, {}, {}};
}

} // namespace

std::string_view name_of(Manner manner) {
    switch (manner) {
    case Manner::close:
        return "close";
    case Manner::shut_and_close:
        return "shutdown, close";
    case Manner::abort:
        return "abort (linger 0)";
    case Manner::linger:
        return "close, linger 1 s";
    case Manner::unread_input:
        return "close, unread input";
    case Manner::exit_closed:
        return "close, exit";
    case Manner::exit_open:
        break;
    }
    return "exit";
}

bool is_exit(Manner manner) {
    return manner == Manner::exit_closed || manner == Manner::exit_open;
}

std::vector<Trial> all_trials() {
    std::vector<Trial> trials;
    for (const Manner manner : manners) {
        for (const Load& load : loads) {
            if (!is_exit(manner) && manner != Manner::linger) {
                trials.push_back({manner, load, Reads::at_once});
            }
            trials.push_back({manner, load, Reads::late});
        }
    }
    return trials;
}

Round end(const Run& run, const Trial& trial, std::uint64_t seed) {
    if (!is_exit(trial.manner)) {
        return end_by_call(run, trial, seed);
    }
    return run.grounds.is_simulated() ? end_by_simulated_exit(run, trial, seed)
                                      : end_by_exit(run, trial);
}

} // namespace caesura::probe
