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

    void add(const Round& round) {
        ++rounds;
        taken = round.taken;
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
             {"native", "", Role::noisy}},
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

std::string delivers_text(const Summary& summary) {
    return summary.taken == 0                ? "nothing was taken"
           : summary.whole == summary.rounds ? "all"
           : summary.whole == 0              ? "not all"
                                             : "sometimes";
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
        row.insert(row.end(), {number(i), number(round.taken), number(round.heard.bytes),
                               round.heard.end, number(round.heard.native)});
        tables[1].rows.push_back(std::move(row));
    }
    Row row = key;
    row.insert(row.end(), {number(rounds), number(summary.taken), number(summary.whole),
                           number(summary.least), number(summary.most), number(summary.cut_off()),
                           delivers_text(summary), summary.ends_text()});
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
        const bool has_process = is_exit(trial.manner) && !run.grounds.is_simulated();
        const std::uint64_t rounds = has_process
                                         ? std::min(run.settings.rounds, run.settings.exit_rounds)
                                         : run.settings.rounds;
        if (rounds > 0) {
            probe_one(run, trial, rounds, tables);
        }
    }
    return tables;
}

} // namespace caesura::probe
