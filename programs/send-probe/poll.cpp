#include "send-probe/poll.hpp"

#include "send-probe/scene.hpp"

namespace caesura::probe {

namespace {

std::string interest_text(Interest interest) {
    const std::string reading = has(interest, Interest::read) ? "read" : "";
    const std::string writing = has(interest, Interest::write) ? "write" : "";
    const std::string joint = reading.empty() || writing.empty() ? "" : "+";
    const std::string text = reading + joint + writing;
    return has(interest, Interest::connect) ? "connect" : text.empty() ? "nothing" : text;
}

std::string told_text(unsigned told) {
    std::string text;
    const auto add = [&](unsigned one, const char* word) {
        if ((told & one) != 0) {
            text += (text.empty() ? "" : "+") + std::string(word);
        }
    };
    add(told_readable, "readable");
    add(told_writable, "writable");
    add(told_error, "error");
    add(told_invalid, "invalid");
    return text.empty() ? "nothing" : text;
}

std::string expected_text(const Situation& situation) {
    const std::string must = told_text(situation.must);
    return situation.may == 0 ? must : must + " (or " + told_text(situation.may) + ")";
}

unsigned told_by(const Ready& ready) {
    return (ready.readable ? unsigned{told_readable} : 0U) |
           (ready.writable ? unsigned{told_writable} : 0U) |
           (ready.error ? unsigned{told_error} : 0U) |
           (ready.invalid ? unsigned{told_invalid} : 0U);
}

bool is_expected(const Situation& situation, unsigned told) {
    return (told & situation.must) == situation.must &&
           (told & ~(situation.must | situation.may)) == 0;
}

// What the system's own poll says where one can look at it, by its bits.
std::string bits_text(const Site& site, Socket socket) {
    if (site.machine() == nullptr) {
        return {};
    }
    const simulation::PollBits bits = site.machine()->poll_bits(socket);
    std::string text;
    const auto add = [&](bool bit, const char* word) {
        if (bit) {
            text += (text.empty() ? "" : " ") + std::string(word);
        }
    };
    add(bits.in, "IN");
    add(bits.out, "OUT");
    add(bits.error, "ERR");
    add(bits.hang_up, "HUP");
    add(bits.invalid, "NVAL");
    return text.empty() ? "none" : text;
}

Row observe(const Run& run, const Situation& situation, std::string_view poller) {
    const Site site = run.grounds.site();
    Bench bench(site.system(), poller, run.interruption);
    Scene scene(bench, run.total_limit());
    situation.stage(scene);
    // What is to come comes soon; what is not to come would have come by then.
    const bool is_awaited = (situation.must | situation.may) != 0;
    const Duration limit =
        is_awaited ? std::max(run.settings.patience, run.settings.settle) : run.settings.settle;
    const unsigned told = told_by(bench.wait(scene.watched, situation.interest, limit));
    return {std::string(situation.name),
            interest_text(situation.interest),
            std::string(poller),
            expected_text(situation),
            told_text(told),
            bits_text(site, scene.watched),
            scene.is_cut                   ? "cut: total limit"
            : is_expected(situation, told) ? "as expected"
                                           : "DIFFERS"};
}

} // namespace

Table poll(const Run& run) {
    Table table{"poll",
                "what each back-end reports, beside what the library's contract has it report" +
                    std::string(run.grounds.remote() == nullptr ? "" : "; of this machine alone"),
                {{"situation", "", Role::key},
                 {"interest", "", Role::key},
                 {"poller", "", Role::key},
                 {"expected", "", Role::noisy},
                 {"reported", "", Role::text},
                 {"system_says", "", Role::noisy},
                 {"verdict", "", Role::text}},
                {}};
    const Site site = run.grounds.site();
    const auto pollers = site.system().poller_names();
    for (const std::string_view poller : pollers) {
        for (const Situation& situation : situations()) {
            run.progress(table.rows.size(), pollers.size() * situations().size(),
                         "poll: " + std::string(poller) + ", " + std::string(situation.name));
            table.rows.push_back(observe(run, situation, poller));
        }
    }
    return table;
}

} // namespace caesura::probe
