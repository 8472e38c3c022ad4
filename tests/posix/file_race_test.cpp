#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/file.hpp>
#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

using namespace caesura;
using namespace caesura::testing;

namespace {

// What happens just before, and just after, the system's own pread looks into the file.
thread_local std::function<void()> before_pread;
thread_local std::function<void()> after_pread;

void happen(std::function<void()>& event) {
    if (const auto once = std::exchange(event, nullptr)) {
        once();
    }
}

} // namespace

extern "C" ssize_t pread(int descriptor, void* room, size_t length, off_t offset) {
    static const auto call = reinterpret_cast<decltype(&pread)>(::dlsym(RTLD_NEXT, "pread"));
    happen(before_pread);
    const ssize_t count = call(descriptor, room, length, offset);
    happen(after_pread);
    return count;
}

namespace {

constexpr std::size_t size = 8192;

struct Scene {
    TemporaryFolder folder;
    std::string path = folder.write("poem", std::string(size, 'a'));
    std::shared_ptr<const File> file;
    TcpPair tcp = make_tcp_pair();

    Scene() {
        // Long before what is to come, for the clock of files.
        const auto past = std::filesystem::last_write_time(path) - std::chrono::seconds(2);
        std::filesystem::last_write_time(path, past);
        file = *this_host().open_file(path);
    }

    void cut() const { std::filesystem::resize_file(path, 5000); }
    void write_over() const {
        std::fstream(path, std::ios::binary | std::ios::in | std::ios::out)
            << std::string(size, 'B');
    }

    Result<std::size_t> send(std::uint64_t offset, std::uint64_t length) {
        return this_system().sockets().send_file(tcp.client.get(), {file, offset, length},
                                                 Follows::fin);
    }
};

} // namespace

TEST_CASE("a file that changes just before it is read, or just after, is not sent") {
    Scene scene;
    SUBCASE("written over before") {
        before_pread = [&] { scene.write_over(); };
    }
    SUBCASE("written over after") {
        after_pread = [&] { scene.write_over(); };
    }
    SUBCASE("cut short before") {
        before_pread = [&] { scene.cut(); };
    }
    SUBCASE("cut short after") {
        after_pread = [&] { scene.cut(); };
    }
    CHECK(scene.send(4096, 4096).error() == Error::file_changed);
    CHECK(scene.send(0, 4096).error() == Error::file_changed); // and never again
    REQUIRE_FALSE(this_system().sockets().shut_writes(scene.tcp.client.get()));
    CHECK(drain(scene.tcp.server.get()) == 0);
}

TEST_CASE("a file that changes once it has been sent changes nothing of what arrives") {
    Scene scene;
    REQUIRE(scene.send(0, size));
    SUBCASE("written over") {
        scene.write_over();
    }
    SUBCASE("cut short") {
        scene.cut();
    }
    REQUIRE_FALSE(this_system().sockets().shut_writes(scene.tcp.client.get()));
    std::string came;
    std::array<std::byte, 2 * size> room;
    while (came.size() < size) {
        await(scene.tcp.server.get(), Interest::read);
        const auto got = this_system().sockets().receive(scene.tcp.server.get(), room);
        REQUIRE(got);
        REQUIRE(*got > 0);
        came += as_text(Slice(room).first(*got));
    }
    CHECK((came == std::string(size, 'a')));
}
