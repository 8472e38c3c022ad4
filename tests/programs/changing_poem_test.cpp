#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>
#include <caesura/system.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::size_t long_enough = 8'000'000; // for no system to take at once from slow readers

// Some readers have begun to hear a long poem when this happens to its file.
struct Interrupted {
    TemporaryFolder folder;
    std::string poem = poem_of(long_enough);
    std::string path = folder.write("poem", poem);
    Server server{{path, folder.write("other", "other")}};
    std::vector<Connection> readers;

    Interrupted() {
        for (int i = 0; i < 10; ++i) {
            readers.push_back(connect_to(server.at()));
            REQUIRE((readers.back().read(1000) == poem.substr(0, 1000)));
        }
    }

    // Each hears a beginning of the old poem and no other byte; then an error, unless it heard all.
    // How many met an error.
    int check_readers() {
        int cut_off = 0;
        for (Connection& reader : readers) {
            const Heard rest = reader.read_to_the_end();
            REQUIRE((poem.compare(1000, rest.text.size(), rest.text) == 0));
            REQUIRE((rest.failure || rest.text.size() == poem.size() - 1000));
            cut_off += rest.failure ? 1 : 0;
        }
        return cut_off;
    }

    // The server goes on, with what there is now.
    void check_server(std::string_view now) {
        CHECK(connect_to(server.at(1)).read_all() == "other");
        CHECK((connect_to(server.at()).read_all() == now));
        CHECK(server.end() == exited(0));
    }
};

// Asks again and again until that is what is served.
void await_served(const Server& server, std::string_view poem) {
    Clock& clock = this_system().clock();
    const Instant deadline = clock.now() + patience;
    while (connect_to(server.at()).read_all() != poem) {
        REQUIRE(clock.now() < deadline);
    }
}

} // namespace

// None of the poems here has a NUL where one could be invented, and no two places look alike.

TEST_CASE("a poem that is cut short costs its readers the rest, and invents nothing") {
    Interrupted scene;
    std::filesystem::resize_file(standard_path(scene.path), 1'234'567);
    CHECK(scene.check_readers() > 0);
    scene.check_server(std::string_view(scene.poem).substr(0, 1'234'567));
}

TEST_CASE("a poem that grows costs its readers the rest, and invents nothing") {
    Interrupted scene;
    std::ofstream(standard_path(scene.path), std::ios::binary | std::ios::app) << "and more";
    CHECK(scene.check_readers() > 0);
    scene.check_server(scene.poem + "and more");
}

TEST_CASE("a poem that is written over in place costs its readers the rest, and mixes nothing") {
    Interrupted scene;
    const std::string other(long_enough, 'B');
    {
        std::fstream file(standard_path(scene.path),
                          std::ios::binary | std::ios::in | std::ios::out);
        file.write(other.data(), static_cast<std::streamsize>(other.size()));
    }
    CHECK(scene.check_readers() > 0);
    scene.check_server(other);
}

TEST_CASE("a poem whose name another has taken is served to its readers to the end") {
    Interrupted scene;
    const std::string other = scene.folder.write("new", "the new poem");
    REQUIRE_FALSE(this_host().rename(scene.path, scene.folder.at("old")));
    REQUIRE_FALSE(this_host().rename(other, scene.path));
    CHECK(scene.check_readers() == 0);
    scene.check_server("the new poem");
}

TEST_CASE("who comes after a long poem was changed gets the new one at once") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", poem_of(300'000));
    Server server({path});
    CHECK((connect_to(server.at()).read_all() == poem_of(300'000)));
    folder.write("poem", poem_of(400'000));
    CHECK((connect_to(server.at()).read_all() == poem_of(400'000)));
    folder.write("poem", "short now");
    CHECK(connect_to(server.at()).read_all() == "short now");
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), path + " has changed; read anew").size() == 2);
}

TEST_CASE("a short poem that was changed in place, or replaced, is soon served as it is now") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "first");
    Server server({path});
    CHECK(connect_to(server.at()).read_all() == "first");
    folder.write("poem", "second, longer");
    await_served(server, "second, longer");
    folder.write("new", "third");
    REQUIRE_FALSE(this_host().rename(folder.at("new"), path));
    await_served(server, "third");
    CHECK(server.end() == exited(0));
    CHECK(lines_with(server.log(), path + " has changed; read anew").size() == 2);
}

TEST_CASE("a poem whose file has gone, or became a folder, is served as it last was") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "here to stay");
    const Server server({path});
    std::filesystem::remove(standard_path(path));
    CHECK(connect_to(server.at()).read_all() == "here to stay");
    std::filesystem::create_directory(standard_path(path));
    CHECK(connect_to(server.at()).read_all() == "here to stay");
    std::filesystem::remove(standard_path(path));
    folder.write("poem", "back again");
    await_served(server, "back again");
}
