#include "send-probe/json.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace caesura::probe;

namespace {

bool is_refused(const std::string& text) {
    return std::holds_alternative<JsonMistake>(parse_json(text));
}

template <class Kind>
Kind value_of(const std::string& text) {
    auto parsed = parse_json(text);
    REQUIRE(std::holds_alternative<Json>(parsed));
    auto& value = std::get<Json>(parsed).value;
    REQUIRE(std::holds_alternative<Kind>(value));
    return std::get<Kind>(value);
}

} // namespace

TEST_CASE("JSON: whole numbers of 64 bits, and no others") {
    CHECK(value_of<std::int64_t>("0") == 0);
    CHECK(value_of<std::int64_t>(" -12 ") == -12);
    CHECK(value_of<std::int64_t>("9223372036854775807") == INT64_MAX);
    CHECK(value_of<std::int64_t>("-9223372036854775808") == INT64_MIN);
    for (const char* const wrong : {"01", "-01", "1.0", "1e3", "1E3", "+1", "-", "0x1", ".5",
                                    "9223372036854775808", "-9223372036854775809", "NaN"}) {
        CHECK_MESSAGE(is_refused(wrong), wrong);
    }
}

TEST_CASE("JSON: texts with every escape") {
    CHECK(value_of<std::string>(R"("a\"\\\/\b\f\n\r\t")") == "a\"\\/\b\f\n\r\t");
    CHECK(value_of<std::string>(R"("\u0041\u00e9\u20ac\ud83d\ude00")") ==
          "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    for (const char* const wrong :
         {"\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ude00\"",
          "\"\\ud83d\\u0041\"", "\"a\nb\"", "'a'"}) {
        CHECK_MESSAGE(is_refused(wrong), wrong);
    }
}

TEST_CASE("JSON: lists and objects, in the order written") {
    const auto list = value_of<JsonList>("[1, [], {\"a\": null}, true, false]");
    CHECK(list.size() == 5);
    const auto object = value_of<JsonObject>(R"({"b": 1, "a": 2})");
    REQUIRE(object.size() == 2);
    CHECK(object[0].first == "b");
    for (const char* const wrong :
         {"", " ", "[", "[1", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"}", "{\"a\":1,}", "{a:1}",
          R"({"a":1,"a":2})", "[] []", "nul", "// no\n1", "[1]x"}) {
        CHECK_MESSAGE(is_refused(wrong), wrong);
    }
}

TEST_CASE("JSON: a mistake is told with its line") {
    const auto parsed = parse_json("[1,\n2,\n x]");
    REQUIRE(std::holds_alternative<JsonMistake>(parsed));
    CHECK(std::get<JsonMistake>(parsed).line == 3);
}

TEST_CASE("JSON: neither depth nor length can use up anything") {
    CHECK(is_refused(std::string(100'000, '[')));
    CHECK(is_refused(std::string(json_depth_max + 2, '[') + std::string(json_depth_max + 2, ']')));
    CHECK_FALSE(is_refused(std::string(json_depth_max, '[') + std::string(json_depth_max, ']')));
    CHECK(is_refused(std::string(json_size_max + 1, ' ') + "1"));
}

TEST_CASE("JSON: of any start of a good text, none is good, and none is read beyond its end") {
    const std::string good = R"({"a": [1, -2, "x\u00e9\n", null, true], "b": {}})";
    CHECK_FALSE(is_refused(good));
    for (std::size_t length = 0; length < good.size(); ++length) {
        CHECK_MESSAGE(is_refused(good.substr(0, length)), length);
    }
}
