#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <future>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::size_t mb = 1'000'000;

// A poem far too long for the buffers between two ends, which takes no room on the disk.
std::string endless_poem(const TemporaryFolder& folder) {
    const std::string path = folder.write("endless", "");
    std::filesystem::resize_file(standard_path(path), std::uint64_t{512} << 20);
    return path;
}

// Wine 10 drops the held-back rest of a send when the peer's FIN comes first (no fault of ours).
bool loses_bytes_after_fin() {
    const char* const wine = std::getenv("CAESURA_WINE_MAJOR");
    return wine != nullptr && std::atoi(wine) >= 10;
}

} // namespace

TEST_CASE("a client that talks first gets every byte of 16 MB and a clean end") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(16 * mb);
    Server server({folder.write("poem", poem)});
    for (const std::string& words :
         {std::string("GET / HTTP/1.0\r\n\r\n"), std::string("\n"), std::string(100'000, 'x')}) {
        Connection client = connect_to(server.at());
        client.say(words);
        CHECK((client.read_all() == poem));
        client.close();
        server.await_log({client.name(), "left", "16000000 bytes in", "finished"});
    }
}

TEST_CASE("a client that never stops talking still gets the whole poem, and harms nobody") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(3 * mb);
    Server server({folder.write("poem", poem)});
    Connection flooder = connect_to(server.at());
    auto flood = std::async(std::launch::async, [&] {
        const std::string words(64 * 1024, 'w');
        std::size_t said = 0;
        while (said < 32 * mb && flooder.try_to_say(words)) {
            said += words.size();
        }
        return said;
    });
    auto crowd = std::vector<Connection>();
    for (int i = 0; i < 5; ++i) {
        crowd.push_back(connect_to(server.at()));
    }
    CHECK(count_of_those_who_get(poem, crowd) == crowd.size());
    CHECK((flooder.read_all() == poem));
    CHECK(flood.get() >= 32 * mb);
}

TEST_CASE("a client that says all it has to say first still gets the whole poem") {
    const TemporaryFolder folder;
    const std::string short_poem = poem_of(3000);
    Server server({folder.write("short", short_poem)});
    Connection client = connect_to(server.at());
    client.shut_writes();
    CHECK((client.read_all() == short_poem));
    server.await_log({client.name(), "left", "3000 bytes in", "finished"});
}

TEST_CASE("a client that says all it has to say first still gets 16 MB") {
    if (loses_bytes_after_fin()) {
        MESSAGE("left out: this Wine loses bytes of a long answer when the peer's FIN comes first");
        return;
    }
    const TemporaryFolder folder;
    const std::string poem = poem_of(16 * mb);
    Server server({folder.write("poem", poem)});
    Connection client = connect_to(server.at());
    client.say("one line\n");
    client.shut_writes();
    CHECK((client.read_all() == poem));
    server.await_log({client.name(), "left", "16000000 bytes in", "finished"});
}

TEST_CASE("clients that never read harm nobody else") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(16 * mb);
    const std::string path = folder.write("poem", poem);
    Server server({path, endless_poem(folder)});
    std::vector<Connection> idle;
    for (int i = 0; i < 20; ++i) {
        idle.push_back(connect_to(server.at(1)));
        server.await_log({idle.back().name(), "came"});
    }
    std::vector<Connection> crowd;
    for (int i = 0; i < 3; ++i) {
        crowd.push_back(connect_to(server.at()));
    }
    CHECK(count_of_those_who_get(poem, crowd) == crowd.size());
}

TEST_CASE("clients that reset at any time harm nobody else") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(16 * mb);
    Server server({folder.write("poem", poem)});
    std::vector<Connection> crowd;
    crowd.push_back(connect_to(server.at()));
    crowd.push_back(connect_to(server.at()));
    for (int i = 0; i < 30; ++i) {
        Connection rude = connect_to(server.at());
        if (i % 3 > 0) {
            rude.read(static_cast<std::size_t>(i) * 1000);
        }
        if (i % 3 > 1) {
            rude.say("good bye");
        }
        rude.reset();
    }
    CHECK(count_of_those_who_get(poem, crowd) == crowd.size());
    crowd.clear();
    crowd.push_back(connect_to(server.at()));
    CHECK(count_of_those_who_get(poem, crowd) == crowd.size());
}

TEST_CASE("a client that takes nothing for --stall-timeout is dropped, and logged as stalled") {
    const TemporaryFolder folder;
    const std::string poem = poem_of(16 * mb);
    const std::string path = folder.write("poem", poem);
    Server server({endless_poem(folder), path}, {"--stall-timeout", "0.2"});
    Connection idle = connect_to(server.at(0));
    const std::string left = server.await_log({idle.name(), "left"});
    CHECK(contains(left, ", stalled after "));
    CHECK(contains(left, " of 536870912 bytes"));
    // It is told by a reset, and others are as well served as before.
    CHECK(idle.read_to_the_end().failure);
    CHECK((connect_to(server.at(1)).read_all() == poem));
}

TEST_CASE("a stall timeout of 0 is none") {
    const TemporaryFolder folder;
    Server server({endless_poem(folder), folder.write("poem", "poem")},
                  {"--stall-timeout=0", "--drain=0.02"});
    Connection idle = connect_to(server.at(0));
    server.await_log({idle.name(), "came"});
    for (int i = 0; i < 5; ++i) { // each keeps the server's clock going for a while
        Connection other = connect_to(server.at(1));
        CHECK(other.read_all() == "poem");
        server.await_log({other.name(), "left"});
    }
    CHECK(lines_with(server.log(), "stalled").empty());
    CHECK(idle.read(100'000) == std::string(100'000, '\0'));
}

TEST_CASE("a client that reads on just in time is no stalled one") {
    const TemporaryFolder folder;
    Server server({endless_poem(folder), folder.write("clock", std::string(10, 't'))},
                  {"--stall-timeout=2", "--num-bytes=8000000", "--delay=0.05"});
    Connection slow = connect_to(server.at(0));
    for (int i = 0; i < 20; ++i) {
        CHECK(slow.read(4 * mb).size() == 4 * mb);
    }
    slow.reset();
    CHECK(contains(server.await_log({slow.name(), "left"}), "reset by peer after "));
}
