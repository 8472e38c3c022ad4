// What a report says of documents, in this process. What any browser makes of the page is for
// report_page.py and ci/look.

#include "send-probe/questions.hpp"
#include "send-probe/report/deviation.hpp"
#include "send-probe/report/page.hpp"
#include "send-probe/report/prediction.hpp"
#include "send-probe/report/rules.hpp"
#include "send-probe/report/subject.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace caesura;
using namespace caesura::probe;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

Table sweep_table(const std::vector<Row>& rows) {
    return {"sweep",
            "a sweep",
            {{"budget", "B", Role::key},
             {"sndbuf", "B", Role::key},
             {"rcvbuf", "B", Role::key},
             {"reader", "", Role::key},
             {"write", "B", Role::key},
             {"taken", "B", Role::figure},
             {"error", "", Role::text},
             {"note", "", Role::text}},
            rows};
}

Row sweep_row(std::int64_t write, Value taken, std::string note = "") {
    return {std::int64_t{0}, "unset",          "unset",       "resumes",
            write,           std::move(taken), "would_block", std::move(note)};
}

Document document_of(std::vector<Fact> facts, std::vector<Table> tables = {}) {
    return {std::move(facts), std::move(tables)};
}

const Document linux_document =
    document_of({{"system", "Linux"}, {"kernel", "6.1"}},
                {sweep_table({sweep_row(1024, std::int64_t{3'919'467}),
                              sweep_row(65'536, std::int64_t{3'919'467}),
                              sweep_row(1 << 20, std::int64_t{3'919'467}),
                              sweep_row(16, std::int64_t{16'000}, "cut: calls")})});

std::string rule_for(const simulation::Preset& preset, const Table& table, const Row& row,
                     std::string_view column) {
    return std::string(rule_of(preset, table, row, column).number);
}

std::string preset_for(std::vector<Fact> facts) {
    const auto subjects = subjects_of({{"", document_of(std::move(facts))}});
    return subjects[0].preset ? std::string(subjects[0].preset->name) : "none";
}

} // namespace

TEST_CASE("subjects are named after their systems, and no two alike") {
    const Document wine = document_of({{"system", "Windows"}, {"wine", "10.0"}});
    const auto subjects = subjects_of({{"a/one.json", linux_document},
                                       {"b/wine.json", wine},
                                       {"two.json", linux_document},
                                       {"c/two.json", linux_document},
                                       {"", {}}});
    REQUIRE(subjects.size() == 5);
    CHECK(subjects[0].name == "Linux 6.1, one.json");
    CHECK(subjects[1].name == "Wine 10.0");
    CHECK(subjects[2].name == "Linux 6.1, two.json");
    CHECK(subjects[3].name == "Linux 6.1, two.json (2)");
    CHECK(subjects[4].name == "a system that is not named");
    CHECK(subjects[0].document == linux_document);
    CHECK(subjects[1].origin == Origin::wine);
}

TEST_CASE("each system has the simulated one beside it that is to be like it") {
    CHECK(preset_for({{"system", "Linux"}}) == "linux");
    CHECK(preset_for({{"system", "FreeBSD"}}) == "bsd");
    CHECK(preset_for({{"system", "SunOS"}}) == "none");
    CHECK(preset_for({{"system", "Windows"}, {"wine", "8.0"}}) == "wine8");
    CHECK(preset_for({{"system", "Windows"}, {"wine", "10.0"}}) == "wine10");
    CHECK(preset_for({{"system", "Windows"}, {"build", "7601"}}) == "winsock-win7");
    CHECK(preset_for({{"system", "Windows"}, {"build", "19045.1"}}) == "winsock-win10");
    CHECK(preset_for({{"system", "simulated bsd"}}) == "bsd");
    CHECK(preset_for({{"system", "simulated by somebody"}}) == "none");
    const auto old = subjects_of({{"", document_of({{"system", "Windows"}, {"build", "17763"}})}});
    CHECK_FALSE(old[0].preset->polls_tell_failed_connect);
}

TEST_CASE("a planted deviation is found, with the rule that it contradicts; cut rows say nothing") {
    const simulation::Preset preset = simulation::linux_6();
    const Document predicted = predict(preset, linux_document);
    REQUIRE(predicted.find("sweep") != nullptr);
    CHECK(predicted.find("sweep")->rows.size() == 4);
    Judgement judgement = judge(linux_document, predicted, preset, 25);
    CHECK(judgement.compared == 3);
    CHECK(judgement.left_out == 1);
    CHECK(judgement.deviations.empty());

    Document planted = linux_document;
    planted.tables[0].rows[1][5] = std::int64_t{65'536'000};
    planted.tables[0].rows[2][6] = "no_buffer_space";
    judgement = judge(planted, predicted, preset, 25);
    REQUIRE(judgement.deviations.size() == 2);
    const auto taken = std::find_if(judgement.deviations.begin(), judgement.deviations.end(),
                                    [](const Deviation& one) { return one.column == "taken"; });
    REQUIRE(taken != judgement.deviations.end());
    CHECK(taken->table == "sweep");
    CHECK(contains(taken->key, "write 65536"));
    CHECK(taken->observed == "65,536,000");
    CHECK(taken->predicted == "3,919,467");
    CHECK(taken->rule->number == "L1");
    CHECK(contains(page_of({{"", planted}}, 25), "Contradicts L1: a send takes what fits"));
    CHECK(judge(planted, predicted, preset, 10'000).deviations.size() == 1);
}

TEST_CASE("every value has its rule: by the table, the row, the column and the system") {
    const Table sweep = sweep_table({});
    const Row big = sweep_row(1 << 20, std::int64_t{1});
    const Row small = sweep_row(64, std::int64_t{1});
    Row set = small;
    set[1] = std::int64_t{8192};
    Row none = small;
    none[1] = std::int64_t{0};
    Row budget = small;
    budget[0] = std::int64_t{65'536};
    const simulation::Preset windows = simulation::winsock_win10();
    CHECK(rule_for(windows, sweep, big, "taken") == "W6, W8");
    CHECK(rule_for(windows, sweep, small, "taken") == "W1, W2");
    CHECK(rule_for(windows, sweep, set, "taken") == "W2");
    CHECK(rule_for(windows, sweep, none, "taken") == "W3 with SO_SNDBUF 0");
    CHECK(rule_for(windows, sweep, budget, "taken") == "the hand-off budget");
    CHECK(rule_for(windows, sweep, small, "error") == "W6");
    CHECK(rule_for(simulation::bsd(), sweep, big, "taken") == "B1, B2");
    CHECK(rule_for(simulation::wine8(), sweep, big, "taken") == "L1");
    CHECK(rule_for(simulation::wine10(), sweep, big, "taken") == "wine10");

    const Table close{"close", "", {{"load", "", Role::key}, {"ending", "", Role::key}}, {}};
    const auto close_rule = [&](const simulation::Preset& preset, const char* ending) {
        return rule_for(preset, close, {"1000 bytes", ending}, "delivers");
    };
    CHECK(close_rule(windows, "close") == "W11");
    CHECK(close_rule(windows, "shutdown, close") == "W11");
    CHECK(close_rule(windows, "abort (linger 0)") == "W12");
    CHECK(close_rule(windows, "close, unread input") == "W13");
    CHECK(close_rule(windows, "close, exit") == "W15, after closing");
    CHECK(close_rule(windows, "exit") == "W15");
    CHECK(close_rule(simulation::linux_6(), "close") == "L5");

    const Table poll{"poll", "", {{"situation", "", Role::key}}, {}};
    CHECK(rule_for(windows, poll, {"peer finished, bytes wait"}, "reported") == "W17");
    CHECK(rule_for(windows, poll, {"idle"}, "reported") == "the library's contract");
    CHECK(rule_for(simulation::wine8(), poll, {"peer finished"}, "reported") == "wine8, wine10");
    const Table second{"second", "", {{"hoard", "", Role::key}}, {}};
    CHECK(rule_for(windows, second, {"hoard"}, "taken") == "W3, W7: H1 or H2");
    CHECK(rule_for(windows, {"another", "", {}, {}}, {}, "x") == "no rule");
}

TEST_CASE("the ten open questions are answered, or it is said why not") {
    auto answers = answers_of({});
    REQUIRE(answers.size() == 10);
    for (const Answer& answer : answers) {
        CHECK_FALSE(answer.is_answered);
        CHECK(contains(answer.text, "not answered by this file: "));
    }
    Document document = linux_document;
    Row none = sweep_row(1024, std::int64_t{0});
    none[1] = std::int64_t{0};
    document.tables[0].rows.push_back(none);
    document.tables.push_back({"poll",
                               "",
                               {{"situation", "", Role::key},
                                {"interest", "", Role::key},
                                {"poller", "", Role::key},
                                {"reported", "", Role::text}},
                               {{"peer finished, end was read", "read", "wsapoll", "readable"}}});
    document.tables.push_back({"close",
                               "",
                               {{"ending", "", Role::key},
                                {"load", "", Role::key},
                                {"reads", "", Role::key},
                                {"rounds", "", Role::noisy},
                                {"all_delivered", "", Role::noisy},
                                {"reader_saw", "", Role::text}},
                               {{"close", "1000 bytes", "late", std::int64_t{50}, std::int64_t{32},
                                 "connection_reset, fin"}}});
    answers = answers_of(document);
    CHECK(contains(answers[0].text, "Nothing is taken"));
    CHECK(answers[4].text == "On loopback 3,919,467 bytes with writes of up to 4 KiB.");
    CHECK(contains(answers[5].text, "wsapoll asked for read: readable"));
    CHECK(contains(answers[7].text, "read late: 32 of 50 whole, then connection_reset, fin"));
    CHECK_FALSE(answers[6].is_answered);
    CHECK(contains(answers_text(document), "10. Does WSAPoll wait"));
}

TEST_CASE("a page has every section, says what is missing, and needs nothing from elsewhere") {
    const std::string page = page_of({{"", linux_document}}, 25);
    for (const char* const id : {"fingerprints", "acceptance", "rearm", "memory", "close", "poll",
                                 "second", "model", "questions"}) {
        CHECK_MESSAGE(contains(page, "<section id=\"" + std::string(id) + "\">"), id);
    }
    CHECK(contains(page, "No table close: Linux 6.1."));
    CHECK_FALSE(contains(page, "No table sweep"));
    CHECK_FALSE(contains(page, "<script"));
    CHECK_FALSE(contains(page, "://"));
    CHECK_FALSE(contains(page, "url("));
}

TEST_CASE("how much must be read until there is room is drawn by the send buffer, unset first") {
    const auto rearm = [](const char* buffer, std::int64_t write, Value read) {
        return Row{std::int64_t{0}, buffer, write, std::int64_t{90}, std::move(read), ""};
    };
    Document document = document_of({{"system", "Linux"}});
    document.tables.push_back(
        {"rearm",
         "",
         {{"budget", "B", Role::key},
          {"sndbuf", "B", Role::key},
          {"write", "B", Role::key},
          {"taken", "B", Role::figure},
          {"read", "B", Role::noisy},
          {"note", "", Role::text}},
         {rearm("65536", 1000, std::int64_t{40}), rearm("8192", 1000, std::int64_t{20}),
          rearm("unset", 1000, std::int64_t{80}), rearm("much", 1000, std::int64_t{80}),
          rearm("unset", 1'048'576, Unknown{})}});
    const std::string page = page_of({{"", document}}, 25);
    const std::size_t start = page.find("<section id=\"rearm\">");
    REQUIRE(start != std::string::npos);
    const std::string section = page.substr(start, page.find("</section>", start) - start);
    CHECK(contains(section, "by the send buffer, writes of 1,000 B</title>"));
    CHECK_FALSE(contains(section, "writes of 1 MiB</title>")); // no point to be drawn
    const std::size_t unset = section.find(">unset</text>");
    const std::size_t small = section.find(">8 KiB</text>");
    const std::size_t large = section.find(">64 KiB</text>");
    CHECK(unset < small);
    CHECK(small < large);
    CHECK(large != std::string::npos);
    CHECK(contains(section, "<polyline"));
    CHECK(contains(section, "80 of 90")); // and what cannot be drawn is in the table
}

TEST_CASE("what is in a file cannot become a part of the page") {
    const std::string nasty = "</style></td><script>alert(1)</script>\" onload=\"x";
    Document document = document_of({{"system", nasty}, {nasty, nasty}}, linux_document.tables);
    document.tables[0].rows[0][1] = nasty;
    document.tables[0].rows[0][7] = nasty;
    const std::string page = page_of({{nasty, document}, {nasty, document}}, 25);
    CHECK_FALSE(contains(page, "<script"));
    CHECK_FALSE(contains(page, "\" onload"));
    CHECK(contains(page, "&lt;script&gt;alert(1)"));
}
