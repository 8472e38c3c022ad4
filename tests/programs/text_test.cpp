#include "common/text.hpp"

#include <doctest/doctest.h>

using namespace caesura;

TEST_CASE("what is fit for a line stays as it is") {
    CHECK(printable("") == "");
    CHECK(printable("poems/ode to joy.txt") == "poems/ode to joy.txt");
    CHECK(printable("L\xc3\xa4uten \xe2\x82\xac \xf0\x9f\x93\x9c") ==
          "L\xc3\xa4uten \xe2\x82\xac \xf0\x9f\x93\x9c");
}

TEST_CASE("a Windows path stays as it is") {
    CHECK(printable(R"(C:\poems\ode.txt)") == R"(C:\poems\ode.txt)");
}

TEST_CASE("control characters never get into a line") {
    CHECK(printable("two\nlines\r\t") == R"(two\x0alines\x0d\x09)");
    CHECK(printable("\x1b[31mred") == R"(\x1b[31mred)");
    CHECK(printable(std::string_view("\0\x7f", 2)) == R"(\x00\x7f)");
    // C1 in its two-byte form, which some terminals obey: CSI; then a no-break space, which is none
    CHECK(printable("\xc2\x9b") == R"(\xc2\x9b)");
    CHECK(printable("\xc2\xa0") == "\xc2\xa0");
}

TEST_CASE("what is no UTF-8 never gets into a line") {
    CHECK(printable("\x80") == R"(\x80)");                         // a second byte first
    CHECK(printable("\xc3") == R"(\xc3)");                         // cut short
    CHECK(printable("\xe2\x82") == R"(\xe2\x82)");                 // likewise
    CHECK(printable("\xc3(") == R"(\xc3()");                       // broken off
    CHECK(printable("\xc0\xaf") == R"(\xc0\xaf)");                 // overlong
    CHECK(printable("\xe0\x80\xaf") == R"(\xe0\x80\xaf)");         // likewise
    CHECK(printable("\xed\xa0\x80") == R"(\xed\xa0\x80)");         // half of a surrogate pair
    CHECK(printable("\xf4\x90\x80\x80") == R"(\xf4\x90\x80\x80)"); // beyond Unicode
    CHECK(printable("\xff") == R"(\xff)");
}

TEST_CASE("a long text is cut, never within a character, and says so") {
    CHECK(printable("12345", 5) == "12345");
    CHECK(printable("123456", 5) == "12345...");
    CHECK(printable("1234\xc3\xa4", 5) == "1234\xc3\xa4");
    CHECK(printable("1234\xc3\xa4...", 5) == "1234\xc3\xa4...");
    CHECK(printable(std::string(1'000'000, 'x')) == std::string(200, 'x') + "...");
    CHECK(printable(std::string(1'000'000, '\n')).size() == 200 * 4 + 3);
}
