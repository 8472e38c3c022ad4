#include "connection/states_page.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace {

// From CMake: where the page lies on the machine that built this, and whether that may be another.
const std::string page_path = CAESURA_STATES_PAGE;
constexpr bool cross_built = CAESURA_CROSS_BUILT;

// Without carriage returns, which a checkout on Windows may add.
std::optional<std::string> read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    std::string text{std::istreambuf_iterator<char>(file), {}};
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    return text;
}

} // namespace

TEST_CASE("docs/STATES.md is what the table says") {
    const std::optional<std::string> page = read_text(page_path);
    if (!page && cross_built) {
        MESSAGE("skipped: built on another machine, and there is no " << page_path << " on this");
        return;
    }
    REQUIRE_MESSAGE(page, "cannot read " << page_path);
    const bool fresh = *page == caesura::testing::states_page();
    CHECK_MESSAGE(fresh, "the page is stale: write it anew with `print-states > docs/STATES.md`");
}
