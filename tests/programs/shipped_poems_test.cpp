#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("the poems of this project are served and fetched, all at once, as they are") {
    Words paths;
    for (const auto& entry : std::filesystem::directory_iterator(standard_path(CAESURA_POEMS))) {
        const std::u8string path = entry.path().u8string();
        paths.emplace_back(path.begin(), path.end());
    }
    std::sort(paths.begin(), paths.end());
    REQUIRE(paths.size() >= 3);
    Server server(paths);
    Words targets;
    std::string expected;
    std::size_t longest = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        targets.push_back(server.target(i));
        expected += content_of(paths[i]);
        longest = std::max(longest, content_of(paths[i]).size());
    }
    CHECK(longest > 3000);
    const Ran ran = run(get_poetry(targets));
    CHECK(ran.exit == exited(0));
    CHECK(ran.output == expected);
    CHECK(server.end() == exited(0));
    for (const std::string& path : paths) {
        CHECK(lines_with(server.log(), " left: " + path + ", ").size() == 1);
    }
    CHECK(lines_with(server.log(), ", finished").size() == paths.size());
}
