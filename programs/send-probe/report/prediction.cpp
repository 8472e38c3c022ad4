#include "send-probe/report/prediction.hpp"

#include "send-probe/close.hpp"
#include "send-probe/poll.hpp"
#include "send-probe/rearm.hpp"
#include "send-probe/second.hpp"
#include "send-probe/sweep.hpp"

#include <algorithm>
#include <iterator>

namespace caesura::probe {

namespace {

constexpr std::int64_t largest_write = std::int64_t{64} << 20;
constexpr std::size_t most_choices = 64;

// The values of a key, each once.
std::vector<Value> choices(const Table& table, std::string_view column) {
    std::vector<Value> found;
    for (const Row& row : table.rows) {
        const Value& value = value_at(table, row, column);
        if (found.size() < most_choices &&
            std::find(found.begin(), found.end(), value) == found.end()) {
            found.push_back(value);
        }
    }
    return found;
}

using Buffers = std::vector<std::optional<int>>;

Buffers buffers_of(const Table& table, std::string_view column) {
    Buffers buffers;
    for (const Value& value : choices(table, column)) {
        const auto bytes = parse_number(text_of(value), std::uint64_t{1} << 30);
        if (bytes || text_of(value) == "unset") {
            buffers.push_back(bytes ? std::optional(static_cast<int>(*bytes)) : std::nullopt);
        }
    }
    return buffers.empty() ? Buffers{std::nullopt} : buffers;
}

void read_reader(const Table& table, Settings& settings) {
    constexpr std::string_view slow = "slow:";
    const auto readers = choices(table, "reader");
    const std::string reader = readers.empty() ? std::string() : text_of(readers.front());
    if (reader == "stalled") {
        settings.reader = ReaderKind::stalled;
    } else if (reader.substr(0, slow.size()) == slow) {
        const auto rate = parse_number(std::string_view(reader).substr(slow.size()), INT64_MAX);
        settings.reader = rate.value_or(0) > 0 ? ReaderKind::slow : ReaderKind::resumes;
        settings.rate = rate.value_or(0);
    }
}

Settings settings_like(const Table& table) {
    Settings settings;
    settings.write_sizes.clear();
    for (const Value& value : choices(table, "write")) {
        const auto* const size = std::get_if<std::int64_t>(&value);
        if (size != nullptr && *size > 0 && *size <= largest_write) {
            settings.write_sizes.push_back(static_cast<std::uint64_t>(*size));
        }
    }
    settings.send_buffers = buffers_of(table, "sndbuf");
    settings.receive_buffers = buffers_of(table, "rcvbuf");
    const auto budgets = choices(table, "budget");
    settings.budget = std::any_of(budgets.begin(), budgets.end(),
                                  [](const Value& value) { return text_of(value) != "0"; });
    read_reader(table, settings);
    settings.total_limit = std::uint64_t{256} << 20;
    settings.most_calls = std::uint64_t{1} << 16;
    settings.rounds = 3;
    return settings;
}

using Probe = Table (*)(const Run& run);

Probe probe_of(std::string_view table) {
    return table == "sweep"    ? sweep
           : table == "rearm"  ? rearm
           : table == "poll"   ? poll
           : table == "second" ? second
           : table == "close"  ? [](const Run& run) { return close(run).front(); }
                               : Probe{nullptr};
}

} // namespace

Document predict(const simulation::Preset& preset, const Document& like) {
    const Grounds grounds(preset);
    Document document{{{"system", "simulated " + std::string(preset.name)}}, {}};
    for (const Table& table : like.tables) {
        if (const Probe probe = probe_of(table.name)) {
            const Settings settings = settings_like(table);
            const auto silent = [](std::size_t, std::size_t, const std::string&) {};
            document.tables.push_back(probe({settings, grounds, silent}));
        }
    }
    return document;
}

Prediction prediction_for(const Subject& subject, const std::vector<Subject>& subjects) {
    Prediction prediction;
    Document asked;
    std::string name;
    for (const Table& table : subject.document.tables) {
        const Table* found = nullptr;
        for (const Subject& other : subjects) {
            const bool is_it = other.origin == Origin::simulated && other.preset &&
                               other.preset->name == subject.preset->name;
            if (is_it && found == nullptr && other.document.find(table.name) != nullptr) {
                found = other.document.find(table.name);
                name = other.name;
            }
        }
        if (found != nullptr) {
            prediction.document.tables.push_back(*found);
        } else {
            asked.tables.push_back(table);
        }
    }
    Document own = predict(*subject.preset, asked);
    if (!own.tables.empty()) {
        name += (name.empty() ? "" : " and ") + std::string("the simulator, asked just now");
    }
    std::move(own.tables.begin(), own.tables.end(), std::back_inserter(prediction.document.tables));
    prediction.from = "the simulated " + std::string(subject.preset->name) + ", by " +
                      (name.empty() ? "nothing that was probed" : name);
    return prediction;
}

} // namespace caesura::probe
