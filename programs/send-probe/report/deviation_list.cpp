#include "send-probe/report/deviation_list.hpp"

#include "send-probe/report/deviation.hpp"
#include "send-probe/report/grid.hpp"

namespace caesura::probe {

namespace {

constexpr std::size_t columns = 5;
constexpr std::size_t most_of_a_rule = 40;

std::string number_of(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

Html table_of(const std::vector<Deviation>& deviations) {
    Grid grid("Deviations from the model", 1);
    grid.head({{"table"}, {"row"}, {"value"}, {"observed"}, {"predicted"}});
    const ModelRule* rule = nullptr;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < deviations.size(); ++i) {
        const Deviation& one = deviations[i];
        if (one.rule != rule) {
            rule = one.rule;
            shown = 0;
            grid.group("Contradicts " + std::string(rule->number) + ": " + std::string(rule->says) +
                           ". Ground: " + std::string(rule->ground) + ".",
                       columns);
        }
        if (++shown <= most_of_a_rule) {
            grid.row({{one.table}, {one.key}, {one.column}, {one.observed}, {one.predicted}});
        }
        const bool is_last = i + 1 == deviations.size() || deviations[i + 1].rule != rule;
        if (is_last && shown > most_of_a_rule) {
            grid.row({{"and " + std::to_string(shown - most_of_a_rule) + " more"},
                      {""},
                      {""},
                      {""},
                      {""}});
        }
    }
    return grid.html();
}

} // namespace

Html deviation_list(const Subject& subject, const Prediction& prediction, std::uint64_t tolerance) {
    const Judgement judgement =
        judge(subject.document, prediction.document, *subject.preset, tolerance);
    const std::string how = "Against " + prediction.from + ": " +
                            number_of(judgement.compared, "row") + " compared, " +
                            std::to_string(judgement.left_out) +
                            " left out that only one of them has or that were cut short. ";
    if (judgement.deviations.empty()) {
        return paragraph(how + "No text differs, and no figure by more than " +
                         std::to_string(tolerance) + " percent.");
    }
    return paragraph(how + number_of(judgement.deviations.size(), "value") +
                     " deviate: a text that is another one, or a figure that is off by more than " +
                     std::to_string(tolerance) + " percent of the smaller one.") +
           table_of(judgement.deviations);
}

} // namespace caesura::probe
