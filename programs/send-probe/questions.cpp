#include "send-probe/questions.hpp"

#include "send-probe/fit.hpp"
#include "send-probe/report/units.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>

namespace caesura::probe {

namespace {

// What was found; none: why not is said beside the question.
using Found = std::optional<std::string>;

std::string bytes(std::int64_t count) {
    return grouped(count) + " bytes";
}

std::string span_text(std::int64_t least, std::int64_t most) {
    return least == most ? bytes(most) : grouped(least) + " to " + bytes(most);
}

// The rows of a table that are as wanted, not more than can be read; none when there is no such
// table.
std::vector<const Row*> rows_where(const Table* table,
                                   const std::function<bool(const Row& row)>& is_wanted) {
    constexpr std::size_t most = 256;
    std::vector<const Row*> rows;
    if (table != nullptr) {
        for (const Row& row : table->rows) {
            if (rows.size() < most && is_wanted(row)) {
                rows.push_back(&row);
            }
        }
    }
    return rows;
}

// Of a sweep: without a budget, and with that send buffer.
std::vector<const Row*> plain_sweep(const Document& document, std::string_view send_buffer) {
    const Table* const sweep = document.find("sweep");
    return rows_where(sweep, [&](const Row& row) {
        return figure_at(*sweep, row, "budget") == 0 &&
               shown_at(*sweep, row, "sndbuf") == send_buffer &&
               shown_at(*sweep, row, "rcvbuf") == "unset";
    });
}

Found without_send_buffer(const Document& document) {
    auto rows = plain_sweep(document, "0");
    const Table* const table = document.find("sweep");
    std::erase_if(rows,
                  [table](const Row* row) { return !shown_at(*table, *row, "note").empty(); });
    if (rows.empty()) {
        return std::nullopt;
    }
    const Table& sweep = *table;
    std::int64_t least = INT64_MAX;
    std::int64_t most = 0;
    for (const Row* const row : rows) {
        const std::int64_t taken = figure_at(sweep, *row, "taken").value_or(0);
        least = std::min(least, taken);
        most = std::max(most, taken);
    }
    const Row& last = *rows.back();
    const std::string said = shown_at(sweep, last, "error");
    return (most == 0
                ? "Nothing is taken, whatever the size of the write"
                : "It takes " + span_text(least, most) + " in all, by the size of the write") +
           (said.empty() ? "" : "; then: " + said) + ". The system says that the buffer is " +
           cell_text(value_at(sweep, last, "sndbuf_said")) + " B.";
}

Found second_verdict(const Document& document) {
    const Table* const second = document.find("second");
    return second == nullptr ? std::nullopt : Found(judge_second(*second) + ".");
}

Found what_the_limit_follows(const Document& document) {
    const Found verdict = second_verdict(document);
    return verdict && verdict->compare(0, 11, "H2 survives") == 0
               ? Found("The ideal backlog alone: small first sends were refused while memory was "
                       "short, unless their buffer was set.")
               : std::nullopt;
}

Found which_counter_rises(const Document& document) {
    constexpr std::int64_t much = 8 << 20;
    const Table* const sweep = document.find("sweep");
    const Row* largest = nullptr;
    for (const Row* const row : plain_sweep(document, "unset")) {
        const std::int64_t first = figure_at(*sweep, *row, "first").value_or(0);
        if (first >= much &&
            (largest == nullptr || first > figure_at(*sweep, *largest, "first").value_or(0))) {
            largest = row;
        }
    }
    if (largest == nullptr) {
        return std::nullopt;
    }
    std::string text;
    for (const char* const counter :
         {"kernel_pool", "available", "tcp_memory", "process_own", "process_resident"}) {
        if (const auto moved = figure_at(*sweep, *largest, counter)) {
            text += (text.empty() ? "" : ", ") + std::string(counter) + " by " + grouped(*moved);
        }
    }
    return text.empty() ? std::nullopt
                        : Found("When one send of " +
                                bytes(figure_at(*sweep, *largest, "first").value_or(0)) +
                                " had been taken, these had moved: " + text + " bytes.");
}

Found small_sends(const Document& document) {
    constexpr std::int64_t small = 4096;
    std::int64_t least = INT64_MAX;
    std::int64_t most = 0;
    const Table* const sweep = document.find("sweep");
    for (const Row* const row : plain_sweep(document, "unset")) {
        const auto taken = figure_at(*sweep, *row, "taken");
        if (taken && figure_at(*sweep, *row, "write").value_or(small + 1) <= small &&
            shown_at(*sweep, *row, "note").empty()) {
            least = std::min(least, *taken);
            most = std::max(most, *taken);
        }
    }
    return most == 0
               ? std::nullopt
               : Found("On loopback " + span_text(least, most) + " with writes of up to 4 KiB.");
}

Found hang_up_stays(const Document& document) {
    const Table* const poll = document.find("poll");
    std::string text;
    for (const Row* const row : rows_where(poll, [&](const Row& one) {
             return shown_at(*poll, one, "situation") == "peer finished, end was read";
         })) {
        text += (text.empty() ? "" : "; ") + shown_at(*poll, *row, "poller") + " asked for " +
                shown_at(*poll, *row, "interest") + ": " + shown_at(*poll, *row, "reported");
    }
    return text.empty() ? std::nullopt : Found("After the end was read: " + text + ".");
}

std::string close_text(const Table& close, const Row& row) {
    return shown_at(close, row, "load") + ", read " + shown_at(close, row, "reads") + ": " +
           cell_text(value_at(close, row, "all_delivered")) + " of " +
           cell_text(value_at(close, row, "rounds")) + " whole, then " +
           shown_at(close, row, "reader_saw");
}

Found outcomes_of(const Document& document, const char* ending) {
    const Table* const close = document.find("close");
    std::string text;
    for (const Row* const row : rows_where(
             close, [&](const Row& one) { return shown_at(*close, one, "ending") == ending; })) {
        text += (text.empty() ? "" : "; ") + close_text(*close, *row);
    }
    return text.empty() ? std::nullopt : Found(text + ".");
}

Found written_then_closed(const Document& document) {
    return outcomes_of(document, "close");
}

Found closed_then_exited(const Document& document) {
    return outcomes_of(document, "close, exit");
}

Found nothing_here(const Document&) {
    return std::nullopt;
}

struct Question {
    std::string_view text;
    Found (*look)(const Document& document);
    std::string_view why_not;
};

constexpr Question questions[] = {
    {"What does a non-blocking send do with SO_SNDBUF 0?", without_send_buffer,
     "no row of a sweep with --sndbuf 0 that was not cut short"},
    {"Does the limit follow the ideal send backlog alone, or the larger of it and the default?",
     what_the_limit_follows,
     "nothing made the ideal backlog fall below the default; that takes a shortage of memory, and "
     "a larger --total-limit"},
    {"A second client is refused: by memory for sends that is used up (H1), or by an ideal backlog "
     "that is throttled (H2)?",
     second_verdict, "no table `second`"},
    {"Which counter rises when one huge send is taken?", which_counter_rises,
     "no single send of 8 MiB or more was taken whole, or the system tells of no counter"},
    {"How much is taken in all with small sends?", small_sends,
     "no row of a sweep with small writes, buffers unset, that was not cut short"},
    {"Does a hang-up stay after the end was read?", hang_up_stays, "no table `poll`"},
    {"What does WSAPoll report of a UDP socket that is in a state of reset?", nothing_here,
     "UDP is not probed"},
    {"Is what was written lost on loopback when its sender closes at once?", written_then_closed,
     "no table `close`"},
    {"Is a large hoard delivered when its sender closes and its process exits?", closed_then_exited,
     "no table `close` with an exit"},
    {"Does WSAPoll wait when it is given an invalid handle and time?", nothing_here,
     "`poll` says what is reported of a handle that was closed, not after how long"},
};

} // namespace

std::vector<Answer> answers_of(const Document& document) {
    std::vector<Answer> answers;
    for (const Question& question : questions) {
        const Found found = question.look(document);
        answers.push_back(
            {question.text, found.has_value(),
             found ? *found : "not answered by this file: " + std::string(question.why_not)});
    }
    return answers;
}

std::string answers_text(const Document& document) {
    std::string text = "open questions about Windows, as this system answers them\n";
    std::size_t number = 0;
    for (const Answer& answer : answers_of(document)) {
        text += std::to_string(++number) + ". " + std::string(answer.question) + "\n   " +
                answer.text + "\n";
    }
    return text;
}

} // namespace caesura::probe
