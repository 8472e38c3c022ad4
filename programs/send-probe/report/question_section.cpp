#include "send-probe/questions.hpp"
#include "send-probe/report/grid.hpp"
#include "send-probe/report/sections.hpp"

#include "common/text.hpp"

#include <algorithm>

namespace caesura::probe {

Section question_section(const std::vector<Subject>& subjects) {
    constexpr std::size_t longest = 4000;
    Section section{"questions", "Open questions about Windows", {}};
    const bool has_windows = std::any_of(subjects.begin(), subjects.end(), [](const Subject& one) {
        return one.origin == Origin::windows;
    });
    section.body += paragraph(
        has_windows
            ? "Only what was seen on Windows itself settles them; the others stand beside it."
            : "None of these files is of Windows itself: what they answer settles nothing about "
              "Windows. A file of send-probe all from a Windows machine would.");
    std::vector<std::vector<Answer>> answers;
    for (const Subject& subject : subjects) {
        answers.push_back(answers_of(subject.document));
    }
    for (std::size_t i = 0; !answers.empty() && i < answers.front().size(); ++i) {
        Html items;
        for (std::size_t who = 0; who < subjects.size(); ++who) {
            const Answer& answer = answers[who][i];
            items += element("dt", {},
                             subjects[who].name + " (" +
                                 std::string(name_of(subjects[who].origin)) + ")");
            items += element("dd", {{"class", answer.is_answered ? "answered" : "open"}},
                             printable(answer.text, longest));
        }
        section.body +=
            element("h3", {},
                    std::to_string(i + 1) + ". " + std::string(answers.front()[i].question)) +
            element("dl", {}, items);
    }
    return section;
}

} // namespace caesura::probe
