#include "send-probe/wire.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace caesura;
using namespace caesura::probe::wire;

namespace {

const std::string token = "0123456789abcdef0123456789abcdef";

std::string reason_for(Kind kind, const std::string& line) {
    const auto read = parse(kind, line);
    const auto* const refusal = std::get_if<Refusal>(&read);
    return refusal == nullptr ? "" : refusal->reason;
}

bool is_taken(Kind kind, const std::string& line) {
    const auto read = parse(kind, line);
    const auto* const message = std::get_if<Message>(&read);
    return message != nullptr && to_line(*message) == line + "\n";
}

// What is said of a link, with the most that each of its numbers may be, and the least.
struct Numbers {
    Kind kind;
    std::string word;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> bounds;
    std::string text = {};

    std::string line(std::size_t changed, const std::string& number) const {
        std::string line = word;
        for (std::size_t i = 0; i < bounds.size(); ++i) {
            line += " " + (i == changed ? number : std::to_string(bounds[i].first));
        }
        return line + text;
    }
};

constexpr std::uint64_t hour = 3'600'000'000;
constexpr std::uint64_t gib = std::uint64_t{1} << 30;
constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

const std::vector<Numbers> with_numbers = {
    {Kind::command, "buffer", {{1, 80}, {0, gib}}},
    {Kind::command, "pace", {{1, 80}, {1, gib}, {0, hour}}},
    {Kind::command, "stop", {{1, 80}}},
    {Kind::command, "hear", {{1, 80}, {0, hour}, {0, hour}}},
    {Kind::command, "say", {{1, 80}, {1, 1000}}},
    {Kind::command, "drop", {{1, 80}}},
    {Kind::answer, "ready", {{1, 80}}},
    {Kind::answer, "buffered", {{1, 80}}},
    {Kind::answer, "read", {{1, 80}, {0, most}}},
    {Kind::answer, "hearing", {{1, 80}, {0, most}}},
    {Kind::answer, "heard", {{1, 80}, {0, most}, {0, 0x7fff'ffff}}, " fin"},
    {Kind::answer, "said", {{1, 80}}},
    {Kind::answer, "dropped", {{1, 80}}}};

} // namespace

TEST_CASE("probe protocol: every number is taken up to its bounds, in one way, and no further") {
    for (const Numbers& one : with_numbers) {
        for (std::size_t i = 0; i < one.bounds.size(); ++i) {
            const auto [least, last] = one.bounds[i];
            CAPTURE(one.line(i, "N"));
            CHECK(is_taken(one.kind, one.line(i, std::to_string(least))));
            CHECK(is_taken(one.kind, one.line(i, std::to_string(last))));
            std::vector<std::string> wrong{std::to_string(last + 1),
                                           "18446744073709551616",
                                           "-1",
                                           "+1",
                                           "01",
                                           "1.0",
                                           "0x1",
                                           "1e3",
                                           "a",
                                           "",
                                           " "};
            if (least > 0) {
                wrong.push_back(std::to_string(least - 1));
            }
            for (const std::string& number : wrong) {
                CHECK_MESSAGE(reason_for(one.kind, one.line(i, number)) != "", number);
            }
        }
        const std::string good = one.line(one.bounds.size(), "");
        CHECK(is_taken(one.kind, good));
        CHECK(reason_for(one.kind, good + " 1") != "");
        CHECK(reason_for(one.kind, good + " ") != "");
        CHECK(reason_for(one.kind, " " + good) == "no such word");
        CHECK(reason_for(one.kind, one.word) != "");
    }
}

TEST_CASE("probe protocol: who opens is asked for the name and the version first") {
    CHECK(is_taken(Kind::opening, "caesura-probe 1 session"));
    CHECK(is_taken(Kind::opening, "caesura-probe 1 link " + token));
    const std::string not_it = "this is caesura-probe, and that was not";
    for (const char* const line : {"", "caesura-probe", "session", "GET / HTTP/1.1", " "}) {
        CHECK(reason_for(Kind::opening, line) == not_it);
    }
    const std::string another = "this is version 1 of caesura-probe, and that was another";
    for (const char* const version : {"2 session", "1", "", "11 session", "-1 session", "1.0 x"}) {
        CHECK(reason_for(Kind::opening, std::string("caesura-probe ") + version) == another);
    }
    for (const std::string& rest : std::vector<std::string>{
             "", "session ", "session 1", "pace 1 1 1", "link", "link ", "LINK " + token}) {
        CHECK(reason_for(Kind::opening, "caesura-probe 1 " + rest) != "");
    }
}

TEST_CASE("probe protocol: a token is 32 digits, and nothing else") {
    for (const std::string& wrong :
         {token.substr(1), token + "0", token.substr(1) + "g", token.substr(1) + "A",
          token.substr(1) + " ", token + " ", token.substr(1) + std::string(1, '\0')}) {
        CHECK(reason_for(Kind::opening, "caesura-probe 1 link " + wrong) != "");
        CHECK(reason_for(Kind::answer, "welcome " + wrong) != "");
    }
    CHECK(is_taken(Kind::answer, "welcome " + token));
}

TEST_CASE("probe protocol: texts are printable, and words are words") {
    CHECK(is_taken(Kind::answer, "fact kernel 6.1.0 caf\xC3\xA9"));
    CHECK(is_taken(Kind::answer, "refused no such word"));
    CHECK(is_taken(Kind::answer, "heard 1 2 104 connection_reset"));
    for (const std::string& wrong : {std::string("\x1b[2J"), std::string("a\r"),
                                     std::string("\xff"), std::string(1, '\0'), std::string()}) {
        CHECK(reason_for(Kind::answer, "fact " + wrong) != "");
        CHECK(reason_for(Kind::answer, "refused " + wrong) != "");
        CHECK(reason_for(Kind::answer, "heard 1 2 104 " + wrong) != "");
    }
    CHECK(reason_for(Kind::answer, "heard 1 2 104 two words") != "");
    CHECK(reason_for(Kind::answer, "heard 1 2 104 " + std::string(41, 'a')) != "");
    CHECK(reason_for(Kind::answer, "fact") != "");
}

TEST_CASE("probe protocol: one side's words are not the other's") {
    CHECK(reason_for(Kind::command, "ready 1") == "no such word");
    CHECK(reason_for(Kind::command, "session") == "no such word");
    CHECK(reason_for(Kind::command, "caesura-probe 1 session") == "no such word");
    CHECK(reason_for(Kind::answer, "drop 1") == "no such word");
    CHECK(reason_for(Kind::command, "") == "no such word");
    CHECK(reason_for(Kind::command, "connect 192.0.2.1 80") == "no such word");
}

TEST_CASE("probe protocol: a line is at most as long as the longest") {
    const std::string fact = "fact ";
    CHECK(is_taken(Kind::answer, fact + std::string(longest_line - fact.size(), 'x')));
    CHECK(reason_for(Kind::answer, fact + std::string(longest_line - fact.size() + 1, 'x')) ==
          "too long a line");
}

namespace {

void feed(Lines& lines, std::string_view text) {
    for (const char c : text) {
        const auto room = lines.room();
        REQUIRE(!room.empty());
        room[0] = static_cast<std::byte>(c);
        lines.take(1);
    }
}

} // namespace

TEST_CASE("probe protocol: lines come out as they are, however they came in") {
    Lines lines;
    CHECK(lines.empty());
    CHECK(!lines.next());
    feed(lines, "one\n\ntwo\nthr");
    CHECK(lines.next() == "one");
    CHECK(lines.next() == "");
    CHECK(lines.next() == "two");
    CHECK(!lines.next());
    CHECK(!lines.empty());
    feed(lines, "ee\n");
    CHECK(lines.next() == "three");
    CHECK(lines.empty());
}

TEST_CASE("probe protocol: of too long a line no more is kept than a longest one has") {
    Lines lines;
    feed(lines, std::string(longest_line, 'x') + "\n");
    CHECK(lines.next() == std::string(longest_line, 'x'));
    feed(lines, std::string(longest_line + 1, 'x'));
    CHECK(!lines.next());
    CHECK(lines.room().empty());
}

TEST_CASE("probe protocol: a time is said in microseconds, rounded up, and at most an hour") {
    CHECK(microseconds(Duration(1)) == 1);
    CHECK(microseconds(std::chrono::seconds(1)) == 1'000'000);
    CHECK(microseconds(std::chrono::hours(2)) == hour);
    CHECK(microseconds(Duration(-5)) == 0);
}
