#include "simulate/run.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace caesura;

namespace {

std::string content(const std::string& path) {
    const auto file = this_host().open_file(path);
    REQUIRE(file);
    std::string text(static_cast<std::size_t>((*file)->size()), '\0');
    REQUIRE_FALSE((*file)->read(0, std::as_writable_bytes(std::span(text))));
    return text;
}

} // namespace

TEST_CASE("what happens in a simulated world follows from its seed alone, in every build") {
    std::istringstream lines(content(CAESURA_TRACE_HASHES));
    std::uint64_t seed = 0;
    std::string hash;
    std::size_t count = 0;
    std::size_t different = 0;
    while (lines >> seed >> hash) {
        ++count;
        const RunResult result = run_plan(make_plan(seed, {}));
        const bool same = result.hash == std::stoull(hash, nullptr, 16);
        different += same ? 0 : 1;
    }
    CHECK(count == 100);
    CHECK_MESSAGE(different == 0,
                  "if the library, the simulator or the campaign was changed on purpose, renew the "
                  "list: caesura-simulate --hashes --seeds 0..99 >tests/simulate/trace_hashes.txt");
}
