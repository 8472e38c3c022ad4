#include "send-probe/close.hpp"

#include "send-probe/ending.hpp"

#include <algorithm>
#include <map>

namespace caesura::probe {

namespace {

struct Summary {
    std::uint64_t rounds = 0;
    std::uint64_t whole = 0;
    std::uint64_t least = ~std::uint64_t{0};
    std::uint64_t most = 0;
    std::uint64_t taken = 0; // in the last round
    std::map<std::string, std::uint64_t> ends;
    Failure closing; // what the last closing call said

    void add(const Round& round) {
        ++rounds;
        taken = round.taken;
        closing = round.closing;
        whole += round.heard.bytes == round.taken ? 1 : 0;
        least = std::min(least, round.heard.bytes);
        most = std::max(most, round.heard.bytes);
        ++ends[round.heard.end];
    }
    // Which ends there were, without how often: races differ from run to run.
    std::string ends_text() const {
        std::string text;
        for (const auto& [end, times] : ends) {
            text += (text.empty() ? "" : ", ") + end;
        }
        return text;
    }
    std::uint64_t cut_off() const {
        const auto fin = ends.find("fin");
        return rounds - (fin == ends.end() ? 0 : fin->second);
    }
};

Table rounds_table() {
    return {"close_rounds",
            "every round of close",
            {{"ending", "", Role::key},
             {"load", "", Role::key},
             {"reads", "", Role::key},
             {"round", "", Role::key},
             {"taken", "B", Role::noisy},
             {"delivered", "B", Role::noisy},
             {"reader_saw", "", Role::noisy},
             {"native", "", Role::noisy},
             {"call_took", "us", Role::noisy}},
            {}};
}

Table summary_table() {
    return {"close",
            "what becomes of bytes taken when their sender goes, and what the reader sees",
            {{"ending", "", Role::key},
             {"load", "", Role::key},
             {"reads", "", Role::key},
             {"rounds", "", Role::noisy},
             {"taken", "B", Role::noisy},
             {"all_delivered", "rounds", Role::noisy},
             {"least", "B delivered", Role::noisy},
             {"most", "B delivered", Role::noisy},
             {"no_fin", "rounds", Role::noisy},
             {"delivers", "", Role::text},
             {"reader_saw", "", Role::text}},
            {}};
}

// Whether more would have been handed over without the total limit.
bool is_cut(const Load& load, std::uint64_t taken, std::uint64_t limit) {
    return load.total > limit && taken + load.write_size > limit;
}

std::string delivers_text(const Summary& summary, bool is_cut) {
    if (summary.closing) {
        return summary.closing.error == Error::operation_not_supported
                   ? "not simulated"
                   : "not closed: " + std::string(name_of(summary.closing.error));
    }
    return is_cut                            ? "cut: total limit"
           : summary.taken == 0              ? "nothing was taken"
           : summary.whole == summary.rounds ? "all"
           : summary.whole == 0              ? "not all"
                                             : "sometimes";
}

std::int64_t microseconds_of(Duration time) {
    return round_up<std::chrono::microseconds>(time, INT64_MAX);
}

// Fewer rounds of what takes long: a process each, or a second each.
std::uint64_t rounds_of(const Run& run, Manner manner) {
    constexpr std::uint64_t most_seconds = 3;
    if (run.grounds.is_simulated()) {
        return run.settings.rounds;
    }
    return manner == Manner::linger ? std::min(run.settings.rounds, most_seconds)
           : is_exit(manner)        ? std::min(run.settings.rounds, run.settings.exit_rounds)
                                    : run.settings.rounds;
}

void probe_one(const Run& run, const Trial& trial, std::uint64_t rounds,
               std::vector<Table>& tables) {
    const Row key{std::string(name_of(trial.manner)), std::string(trial.load.name),
                  trial.reads == Reads::late ? "late" : "at once"};
    Summary summary;
    for (std::uint64_t i = 1; i <= rounds; ++i) {
        const Round round = end(run, trial, i);
        summary.add(round);
        Row row = key;
        row.insert(row.end(),
                   {number(i), number(round.taken), number(round.heard.bytes), round.heard.end,
                    number(round.heard.native),
                    number(round.closing_took ? std::optional(microseconds_of(*round.closing_took))
                                              : std::nullopt)});
        tables[1].rows.push_back(std::move(row));
    }
    Row row = key;
    row.insert(row.end(),
               {number(rounds), number(summary.taken), number(summary.whole), number(summary.least),
                number(summary.most), number(summary.cut_off()),
                delivers_text(summary, is_cut(trial.load, summary.taken, run.total_limit())),
                summary.ends_text()});
    tables[0].rows.push_back(std::move(row));
}

} // namespace

std::vector<Table> close(const Run& run) {
    std::vector<Table> tables{summary_table(), rounds_table()};
    const std::vector<Trial> trials = all_trials();
    std::size_t done = 0;
    for (const Trial& trial : trials) {
        run.progress(done++, trials.size(),
                     "close: " + std::string(name_of(trial.manner)) + " with " +
                         std::string(trial.load.name));
        const std::uint64_t rounds = rounds_of(run, trial.manner);
        if (rounds > 0) {
            probe_one(run, trial, rounds, tables);
        }
    }
    return tables;
}

} // namespace caesura::probe
