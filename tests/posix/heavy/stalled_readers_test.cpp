#include "posix/heavy/crowd.hpp"
#include "posix/heavy/kernel_memory.hpp"
#include "posix/programs/process_memory.hpp"
#include "programs/programs.hpp"
#include "programs/stamped_poem.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

namespace {

constexpr std::uint64_t most_of_kernel = 128'000; // bytes for each, of the sender's end
constexpr std::uint64_t most_of_user = 4'000;     // bytes for each
constexpr std::uint64_t at_both_ends = 200'000;   // bytes that the machine must have for each

// What the system holds once the server has handed each of them what it may: the bytes that were
// taken stay as many as they are.
std::optional<KernelMemory> await_stall(std::uint16_t port, std::size_t readers) {
    const Instant deadline = this_system().clock().now() + patience;
    std::optional<KernelMemory> before;
    for (int same = 0; same < 5;) {
        const auto now = kernel_memory_at(port);
        if (!now) {
            return std::nullopt;
        }
        same = before == now && now->waiting == readers ? same + 1 : 0;
        before = now;
        REQUIRE(this_system().clock().now() < deadline);
    }
    return before;
}

void check_kernel_memory(const KernelMemory& memory, std::size_t readers) {
    MESSAGE("the system holds " << memory.total / readers << " bytes for each of "
                                << memory.connections << ", at most " << memory.most);
    CHECK(memory.connections == readers);
    CHECK(memory.waiting == readers);
    CHECK(memory.most <= most_of_kernel);
    CHECK(memory.total <= most_of_kernel * readers);
}

// How long the poem takes one more client.
void check_served(const StampedPoem& poem, const Server& server) {
    const Instant start = this_system().clock().now();
    Connection reader = connect_to(server.at());
    poem.check_all_of(reader);
    const Duration took = this_system().clock().now() - start;
    MESSAGE("one more client had its poem after "
            << std::chrono::duration_cast<std::chrono::microseconds>(took).count() << " us");
}

} // namespace

TEST_CASE("ten thousand who never read pin little, and one more client gets its whole poem") {
    const ManyDescriptors descriptors;
    const std::size_t count = possible_readers(10'000, descriptors, TcpMemory::high, at_both_ends);
    const TemporaryFolder folder;
    const StampedPoem poem(folder.at("poem"), 16);
    ChildOptions options;
    options.error = Plug::null_device;
    Server server({poem.path()}, {"--stall-timeout=0"}, options);
    check_served(poem, server); // so that what is first touched is not counted for the readers
    const auto before = memory_of(server.child().pid(), "VmRSS");

    std::vector<Connection> readers;
    for (std::size_t i = 0; i < count; ++i) {
        readers.push_back(connect_to(server.at()));
    }
    const auto stalled = await_stall(server.at().port, count);
    if (!stalled) {
        MESSAGE("left out: nobody here can tell what the system holds");
        for (Connection& reader : readers) {
            reader.read(1);
        }
    }
    check_served(poem, server);
    if (stalled) {
        const auto memory = kernel_memory_at(server.at().port);
        REQUIRE(memory);
        check_kernel_memory(*memory, count);
    }
    if (const auto after = memory_of(server.child().pid(), "VmRSS"); before && after) {
        const std::uint64_t more = *after < *before ? 0 : (*after - *before) * 1024;
        MESSAGE("the server has " << more / count << " bytes for each");
        CHECK(more <= most_of_user * count);
    }
    for (const std::size_t resumed : {std::size_t{0}, count / 2, count - 1}) {
        poem.check_all_of(readers[resumed]);
    }
}
