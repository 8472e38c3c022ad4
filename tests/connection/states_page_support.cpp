#include "connection/states_page.hpp"

#include "connection/every.hpp"
#include "connection/state.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::testing {
namespace {

constexpr std::string_view introduction =
    R"(# The states of a connection

This page is printed from the table in `src/connection/state.hpp`; a test fails when it is stale.
Change the table, then write the page anew with `print-states > docs/STATES.md`.

)";

constexpr std::string_view explanation =
    R"(
A word in a cell is the next state. A word in **bold** closes the connection, and is how it ended;
a connection ends once. `·` means already there: the event is welcome and changes nothing. `✗` means
illegal: the event cannot happen in this state, it is a mistake of whoever tells it, and it changes
nothing either. After the end nothing is illegal, because what was under way may still come in.

)";

using Row = std::vector<std::string>;

// Columns on a screen: the bytes that start a character of UTF-8.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

std::string in_code(std::string_view word) {
    return "`" + std::string(word) + "`";
}
std::string in_bold(std::string_view word) {
    return "**" + std::string(word) + "**";
}

// Padded, so that it reads as a table where nothing renders it.
std::string table_of(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 3);
    for (const Row& row : rows) {
        for (std::size_t i = 0; i != row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    const auto print = [&widths](const Row& row) {
        std::string line;
        for (std::size_t i = 0; i != row.size(); ++i) {
            line += "| " + row[i] + std::string(widths[i] - width_of(row[i]) + 1, ' ');
        }
        return line + "|\n";
    };
    Row rule;
    for (const std::size_t width : widths) {
        rule.emplace_back(width, '-');
    }
    std::string text = print(rows.front()) + print(rule);
    for (std::size_t i = 1; i != rows.size(); ++i) {
        text += print(rows[i]);
    }
    return text;
}

std::string_view word_for(Reading reading) {
    switch (reading) {
    case Reading::delivering:
        return "delivered";
    case Reading::discarding:
        return "discarded";
    case Reading::no:
        break;
    }
    return "none";
}

std::string_view word_for(Writing writing) {
    switch (writing) {
    case Writing::accepting:
        return "accepted";
    case Writing::flushing:
        return "flushed";
    case Writing::over:
        return "over";
    case Writing::no:
        break;
    }
    return "none";
}

std::string states() {
    std::vector<Row> rows{{"state", "what is true", "input is", "output is"}};
    for (const State state : every_state()) {
        rows.push_back({in_code(name_of(state)), std::string(sentence_of(state)),
                        std::string(word_for(reading(state))),
                        std::string(word_for(writing(state)))});
    }
    return "## What is true in each state\n\n" + table_of(rows);
}

std::string events() {
    std::vector<Row> rows{{"event", "what has happened"}};
    for (const Event event : every_event()) {
        rows.push_back({in_code(name_of(event)), std::string(sentence_of(event))});
    }
    return "\n## What can happen\n\n" + table_of(rows);
}

std::string cell_of(const Step& step) {
    switch (step.verdict) {
    case Verdict::illegal:
        return "✗";
    case Verdict::already_there:
        return "·";
    case Verdict::moves:
        break;
    }
    return step.ending ? in_bold(describe(*step.ending)) : std::string(name_of(step.next));
}

// Events down, states across: that way round it is the narrower.
std::string matrix() {
    Row head{""};
    for (const State state : every_state()) {
        head.push_back(in_code(name_of(state)));
    }
    std::vector<Row> rows{head};
    for (const Event event : every_event()) {
        Row row{in_code(name_of(event))};
        for (const State state : every_state()) {
            row.push_back(cell_of(step(state, event)));
        }
        rows.push_back(row);
    }
    return "\n## What happens then\n" + std::string(explanation) + table_of(rows);
}

std::vector<State> moves_from(Event event) {
    std::vector<State> from;
    for (const State state : every_state()) {
        if (step(state, event).verdict == Verdict::moves) {
            from.push_back(state);
        }
    }
    return from;
}

// The ending of an event that closes wherever it moves, in several states: such arrows would hide
// all others in the picture.
std::optional<Ending> closes_everywhere(Event event) {
    const std::vector<State> from = moves_from(event);
    const std::optional<Ending> ending = step(from.front(), event).ending;
    const bool same = std::all_of(from.begin(), from.end(),
                                  [&](State state) { return step(state, event).ending == ending; });
    return same && from.size() > 1 ? ending : std::nullopt;
}

std::string arrows() {
    std::map<std::pair<State, State>, std::string> labels;
    for (const State state : every_state()) {
        for (const Event event : every_event()) {
            const Step taken = step(state, event);
            if (taken.verdict != Verdict::moves || closes_everywhere(event)) {
                continue;
            }
            std::string& label = labels[{state, taken.next}];
            label += (label.empty() ? "" : ", ") + std::string(name_of(event));
            if (taken.ending) {
                label += " (" + std::string(describe(*taken.ending)) + ")";
            }
        }
    }
    std::string text;
    for (const auto& [ends, label] : labels) {
        text += "    " + std::string(name_of(ends.first)) + " --> " +
                std::string(name_of(ends.second)) + ": " + label + "\n";
    }
    return text;
}

std::string not_drawn() {
    std::string text;
    for (const Event event : every_event()) {
        const std::optional<Ending> ending = closes_everywhere(event);
        if (!ending) {
            continue;
        }
        text += "- " + in_code(name_of(event)) + " closes as " + in_bold(describe(*ending));
        for (const State state : every_state()) {
            if (state != State::closed && step(state, event).verdict != Verdict::moves) {
                text += ", but not from " + in_code(name_of(state));
            }
        }
        text += ".\n";
    }
    return text;
}

std::string picture() {
    return "\n## The picture\n\nNot drawn is what cuts a connection off from wherever it is:\n\n" +
           not_drawn() + "\n```mermaid\nstateDiagram-v2\n    [*] --> " +
           std::string(name_of(State::connecting)) + ": we connect\n    [*] --> " +
           std::string(name_of(State::open)) + ": a listener accepts\n" + arrows() + "    " +
           std::string(name_of(State::closed)) + " --> [*]\n```\n";
}

} // namespace

std::string states_page() {
    return std::string(introduction) + states() + events() + matrix() + picture();
}

} // namespace caesura::testing
