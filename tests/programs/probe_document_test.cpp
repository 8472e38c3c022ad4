#include "send-probe/format.hpp"
#include "send-probe/json_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace caesura::probe;

namespace {

Document sample() {
    return {
        {{"system", "Linux"}, {"quote", R"(a "b" \ c, d)"}},
        {{"one",
          "the first",
          {{"write", "B", Role::key}, {"taken", "B", Role::figure}, {"note", "", Role::text}},
          {{std::int64_t{1}, std::int64_t{-5}, "a, \"b\""}, {"unset", Unknown{}, "caf\xC3\xA9"}}},
         {"two", "empty", {{"time", "us", Role::noisy}}, {}}}};
}

std::string reason_for(const std::string& text) {
    const auto read = read_document(text);
    const auto* const refusal = std::get_if<Refusal>(&read);
    return refusal == nullptr ? "(none)" : refusal->reason;
}

// The sample as JSON, with one thing changed.
std::string with(const std::string& old, const std::string& changed) {
    std::string text = format_json(sample());
    const std::size_t at = text.find(old);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old.size(), changed);
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a document that was written as JSON is read back equal") {
    auto read = read_document(format_json(sample()));
    REQUIRE(std::holds_alternative<Document>(read));
    CHECK(std::get<Document>(read) == sample());
    read = read_document(format_json({}));
    REQUIRE(std::holds_alternative<Document>(read));
    CHECK(std::get<Document>(read) == Document{});
}

TEST_CASE("what is no document of schema 1 is refused, with the reason") {
    CHECK(contains(reason_for("hello"), "line 1"));
    CHECK(contains(reason_for("[]"), "wrong kind"));
    CHECK(contains(reason_for("{}"), "has no schema"));
    CHECK(contains(reason_for(with("caesura-send-probe", "another")), "not of send-probe"));
    CHECK(contains(reason_for(with("\"version\": 1", "\"version\": 2")), "another version"));
    CHECK(contains(reason_for(with("\"version\": 1", "\"version\": \"1\"")), "wrong kind"));
    CHECK(contains(reason_for(with("\"fingerprint\"", "\"x\": 1, \"fingerprint\"")), "a member"));
    CHECK(contains(reason_for(with("\"key\"", "\"lock\"")), "unknown role"));
    CHECK(contains(reason_for(with("[1, -5,", "[-5,")), "another number of values"));
    CHECK(contains(reason_for(with("[1, -5,", "[true, -5,")), "wrong kind"));
    CHECK(contains(reason_for(with("\"two\"", "\"one\"")), "two tables"));
    CHECK(contains(reason_for(with("\"taken\"", "\"write\"")), "two columns"));
    CHECK(contains(reason_for(with("caf\xC3\xA9", "caf\xE9")), "not printable"));
    CHECK(contains(reason_for(with("caf\xC3\xA9", "\\u001b[2J")), "not printable"));
}

TEST_CASE("as CSV each table is a block, and fields are quoted where they must be") {
    CHECK(format_csv(sample()) == "table,name,value\n"
                                  "fingerprint,system,Linux\n"
                                  "fingerprint,quote,\"a \"\"b\"\" \\ c, d\"\n"
                                  "\n"
                                  "table,write (B),taken (B),note\n"
                                  "one,1,-5,\"a, \"\"b\"\"\"\n"
                                  "one,unset,,caf\xC3\xA9\n"
                                  "\n"
                                  "table,time (us)\n");
}

TEST_CASE("as text, columns that nobody knows anything of are named, not shown") {
    const Document document{{},
                            {{"one",
                              "a title",
                              {{"write", "B", Role::key},
                               {"taken", "B", Role::figure},
                               {"unsent", "B", Role::noisy},
                               {"note", "", Role::text}},
                              {{std::int64_t{1}, std::int64_t{200}, Unknown{}, ""},
                               {std::int64_t{16}, Unknown{}, Unknown{}, ""}}}}};
    CHECK(format_text(document) == "one: a title\n"
                                   "write  taken\n"
                                   "    B      B\n"
                                   "    1    200\n"
                                   "   16      ?\n"
                                   "unknown throughout: unsent\n");
}
