#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"

#include "common/text.hpp"

#include <algorithm>

namespace caesura::probe {

Section fingerprint_section(const std::vector<Subject>& subjects) {
    std::vector<std::string> names;
    for (const Subject& subject : subjects) {
        for (const Fact& fact : subject.document.fingerprint) {
            if (std::find(names.begin(), names.end(), fact.name) == names.end() &&
                names.size() < 100) {
                names.push_back(fact.name);
            }
        }
    }
    Grid grid("What each system says of itself", 1);
    std::vector<Cell> head{{"", Tone::plain}};
    add_names(head, subjects);
    grid.head(head);
    std::vector<Cell> kinds{{"what it is", Tone::plain}};
    for (const Subject& subject : subjects) {
        kinds.push_back({std::string(name_of(subject.origin))});
    }
    grid.row(kinds);
    for (const std::string& name : names) {
        std::vector<Cell> cells{{name}};
        for (const Subject& subject : subjects) {
            const std::string value = subject.document.fact(name);
            cells.push_back(value.empty() ? no_cell() : Cell{printable(value)});
        }
        grid.row(cells);
    }
    return {"fingerprints", "Where it was seen", grid.html()};
}

} // namespace caesura::probe
