#include "send-probe/report/page.hpp"

#include "send-probe/report/sections.hpp"
#include "send-probe/report/style.hpp"

#include <caesura/version.hpp>

namespace caesura::probe {

namespace {

constexpr std::string_view title = "What send buffers take, and what becomes of it";

Html head() {
    return element("head", {},
                   lone_element("meta", {{"charset", "utf-8"}}) +
                       lone_element("meta", {{"name", "viewport"},
                                             {"content", "width=device-width, initial-scale=1"}}) +
                       lone_element("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
                       element("title", {}, title) + element("style", {}, Html::ours(style_sheet)));
}

Html opening(const std::vector<Subject>& subjects, const std::vector<Section>& sections) {
    Html names;
    for (const Subject& subject : subjects) {
        names += element("li", {},
                         element("strong", {}, subject.name) + ", " +
                             std::string(name_of(subject.origin)));
    }
    Html links;
    for (const Section& section : sections) {
        links += element("li", {},
                         element("a", {{"href", "#" + std::string(section.id)}}, section.title));
    }
    return element(
        "header", {},
        element("h1", {}, title) +
            paragraph("A report by send-probe " + std::string(version) + ", of these systems:") +
            element("ul", {}, names) +
            element("nav", {{"aria-label", "Sections"}}, element("ul", {}, links)));
}

} // namespace

std::string page_of(std::vector<Source> sources, std::uint64_t tolerance) {
    const std::vector<Subject> subjects = subjects_of(std::move(sources));
    const std::vector<Section> sections{
        fingerprint_section(subjects), acceptance_section(subjects),
        rearm_section(subjects),       memory_section(subjects),
        close_section(subjects),       poll_section(subjects),
        second_section(subjects),      model_section(subjects, tolerance),
        question_section(subjects)};
    Html body = opening(subjects, sections);
    Html all;
    for (const Section& section : sections) {
        all += element("section", {{"id", std::string(section.id)}},
                       element("h2", {}, section.title) + section.body);
        all += Html::ours("\n");
    }
    body += element("main", {}, all);
    return "<!DOCTYPE html>\n" +
           element("html", {{"lang", "en"}}, head() + element("body", {}, body)).markup() + "\n";
}

} // namespace caesura::probe
