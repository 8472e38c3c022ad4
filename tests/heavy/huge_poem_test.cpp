#include "programs/programs.hpp"
#include "programs/stamped_poem.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

// Beyond what a signed and an unsigned 32-bit number count.
TEST_CASE("a poem of more than 2 or 4 GiB arrives whole, each byte in its place") {
    for (const std::uint64_t gibibytes : {2u, 4u}) {
        CAPTURE(gibibytes);
        const TemporaryFolder folder;
        const StampedPoem poem(folder.at("poem"), gibibytes * 1024);
        Server server({poem.path()});
        Connection reader = connect_to(server.at());
        poem.check_all_of(reader);
        reader.close();
        CHECK(server.end() == exited(0));
        CHECK(lines_with(server.log(), std::to_string(poem.size()) + " bytes in").size() == 1);
    }
}

TEST_CASE("get-poetry fetches more than 2 and 4 GiB, and counts them right") {
    for (const std::uint64_t gibibytes : {2u, 4u}) {
        CAPTURE(gibibytes);
        const TemporaryFolder folder;
        const StampedPoem poem(folder.at("poem"), gibibytes * 1024);
        const Server server({poem.path()});
        ChildOptions options;
        options.output = Plug::null_device;
        Child child = Child::start(get_poetry({server.target()}), options);
        CHECK(child.wait(std::chrono::minutes(5)) == exited(0));
        CHECK(contains(child.read_all(Stream::error),
                       ": " + std::to_string(poem.size()) + " bytes of poetry"));
    }
}
