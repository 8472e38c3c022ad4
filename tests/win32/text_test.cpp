#include "win32/text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace caesura;

namespace {

const std::string words = "G\xc3\xb6ttin \xe8\xa9\xa9 \xf0\x9f\x93\x9c";
const std::wstring wide_words = L"G\u00f6ttin \u8a69 \U0001F4DC";

std::wstring path_of(const std::string& path) {
    const auto wide = wide_path(path);
    REQUIRE_MESSAGE(wide, describe(wide.failure()));
    return *wide;
}

} // namespace

TEST_CASE("text goes to Windows' form and back unharmed") {
    CHECK((wide_of(words) == wide_words));
    CHECK(utf8_of(wide_words) == words);
    CHECK(wide_of("").empty());
    CHECK(utf8_of(L"").empty());
}

TEST_CASE("what is no text becomes the sign for that") {
    CHECK((wide_of("a\xff"
                   "b") == L"a\ufffdb"));
    const wchar_t half_a_pair[] = {L'a', wchar_t{0xd83d}, L'b'};
    CHECK(utf8_of({half_a_pair, 3}) == "a\xef\xbf\xbd"
                                       "b");
}

TEST_CASE("a short path is made full, and a long one gets the prefix that lifts the limit") {
    CHECK((path_of("C:/poems/ode.txt") == LR"(C:\poems\ode.txt)"));
    CHECK((path_of("C:/poems/../ode.txt") == LR"(C:\ode.txt)"));
    const std::string deep(300, 'd');
    const std::wstring wide_deep(300, L'd');
    CHECK((path_of("C:/" + deep + "/ode.txt") == LR"(\\?\C:\)" + wide_deep + LR"(\ode.txt)"));
    CHECK((path_of(R"(\\server\share\)" + deep) == LR"(\\?\UNC\server\share\)" + wide_deep));
    CHECK((path_of(R"(\\?\C:\)" + deep) == LR"(\\?\C:\)" + wide_deep));
}

TEST_CASE("what is no path is refused before Windows sees it") {
    CHECK(wide_path("").error() == Error::not_found);
    CHECK(wide_path("a\xff").error() == Error::invalid_argument);
    CHECK(wide_path(std::string("a\0b", 3)).error() == Error::invalid_argument);
}
