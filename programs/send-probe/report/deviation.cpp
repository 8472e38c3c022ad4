#include "send-probe/report/deviation.hpp"

#include "send-probe/compare.hpp"
#include "send-probe/report/units.hpp"

#include <algorithm>
#include <functional>

namespace caesura::probe {

namespace {

bool begins_with(const std::string& text, std::string_view start) {
    return text.compare(0, start.size(), start) == 0;
}

bool was_cut(const Table& table, const Row& row) {
    const std::string note = shown_at(table, row, "note");
    return begins_with(note, "cut") || begins_with(note, "failed") ||
           begins_with(shown_at(table, row, "error"), "cut");
}

Table uncut(Table table) {
    std::erase_if(table.rows, [&table](const Row& row) { return was_cut(table, row); });
    return table;
}

bool is_predicted(const std::string& table) {
    return table != "close_rounds";
}

} // namespace

Judgement judge(const Document& observed, const Document& predicted,
                const simulation::Preset& preset, std::uint64_t tolerance) {
    Judgement judgement;
    for (const Table& table : observed.tables) {
        const Table* const twin = predicted.find(table.name);
        if (twin == nullptr || !is_predicted(table.name)) {
            continue;
        }
        const Table seen = uncut(table);
        const TableDifference difference = differing_values(seen, uncut(*twin), tolerance);
        judgement.compared += difference.pairs;
        judgement.left_out += table.rows.size() - difference.pairs;
        for (const ValueDifference& value : difference.values) {
            judgement.deviations.push_back({table.name, value.key, value.column,
                                            cell_text(value.value), cell_text(value.twin),
                                            &rule_of(preset, seen, *value.one, value.column)});
        }
    }
    std::stable_sort(
        judgement.deviations.begin(), judgement.deviations.end(),
        [](const Deviation& a, const Deviation& b) { return std::less<>()(a.rule, b.rule); });
    return judgement;
}

} // namespace caesura::probe
