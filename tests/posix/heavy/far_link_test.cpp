#include "heavy/far_link.hpp"
#include "posix/heavy/crowd.hpp"
#include "programs/programs.hpp"
#include "programs/stamped_poem.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace caesura;
using namespace caesura::testing;

namespace {

using Place = FarLink::Place;

constexpr Duration one_way = std::chrono::milliseconds(50);

// What one who never reads pins at the sender's end, at most, in bytes.
constexpr std::uint64_t most_of_sender = 128'000;

std::unique_ptr<FarLink> far_link() {
    try {
        return std::make_unique<FarLink>(one_way);
    } catch (const std::runtime_error& error) {
        MESSAGE("left out: no far link can be made here: " << error.what());
        return nullptr;
    }
}

Server server_here(const FarLink& link, const StampedPoem& poem, const Words& options = {}) {
    const FarLink::Stay stay(link, Place::here);
    ChildOptions quiet;
    quiet.error = Plug::null_device;
    return Server({poem.path()},
                  Words{"--iface", address_text(FarLink::address(Place::here))} + options, quiet);
}

// Fetches the poem there, and says how fast.
void check_fetched_there(const FarLink& link, const StampedPoem& poem, const Server& server,
                         std::string_view how) {
    const FarLink::Stay stay(link, Place::there);
    const Instant start = this_system().clock().now();
    Connection reader = connect_to(server.at());
    CHECK(this_system().clock().now() - start >= 2 * one_way); // the link is as far as it says
    poem.check_all_of(reader);
    const std::chrono::duration<double> took = this_system().clock().now() - start;
    MESSAGE(how << ": " << static_cast<double>(poem.size()) / 1e6 / took.count()
                << " MB/s at a round trip of a tenth of a second");
}

} // namespace

TEST_CASE("a far reader gets its whole poem, with the budget and without") {
    const auto link = far_link();
    if (!link) {
        return;
    }
    const TemporaryFolder folder;
    const StampedPoem poem(folder.at("poem"), 64);
    for (const Words& options : {Words{}, Words{"--unsent-limit=0"}}) {
        Server server = server_here(*link, poem, options);
        check_fetched_there(*link, poem, server, options.empty() ? "budget" : "system's defaults");
        CHECK(server.end() == exited(0));
    }
}

TEST_CASE("a far reader gets its whole poem beside thousands who never read") {
    const auto link = far_link();
    if (!link) {
        return;
    }
    const ManyDescriptors descriptors;
    const std::size_t count = possible_readers(10'000, descriptors, TcpMemory::low, most_of_sender);
    const TemporaryFolder folder;
    const StampedPoem poem(folder.at("poem"), 64);
    const Server server = server_here(*link, poem, {"--stall-timeout=0"});
    check_fetched_there(*link, poem, server, "beside none");
    std::vector<SocketOwner> silent;
    {
        const FarLink::Stay stay(*link, Place::here);
        silent = connect_silent(server.at(), count);
    }
    check_fetched_there(*link, poem, server, "beside " + std::to_string(count));
}
