// That send-probe keeps its total limit, by the kernel's own count of what lies in its sockets.

#include "programs/programs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

using namespace caesura::testing;

namespace {

namespace files = std::filesystem;

std::string content(const files::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The inodes of the sockets of a process and its children.
std::set<std::string> sockets_of(const std::string& pid) {
    std::set<std::string> inodes;
    std::istringstream family(pid + " " + content("/proc/" + pid + "/task/" + pid + "/children"));
    std::string one;
    while (family >> one) {
        std::error_code gone; // at any moment
        for (files::directory_iterator file("/proc/" + one + "/fd", gone), end;
             !gone && file != end; file.increment(gone)) {
            std::error_code closed;
            const std::string target = files::read_symlink(file->path(), closed).string();
            if (target.rfind("socket:[", 0) == 0) {
                inodes.insert(target.substr(8, target.size() - 9));
            }
        }
    }
    return inodes;
}

// What lies in these sockets, and at the other ends of theirs, which may be nobody's any more. What
// the reader's end has and has not acknowledged yet counts at both.
std::uint64_t bytes_in(const std::set<std::string>& inodes) {
    struct Line {
        std::string local, remote, queues, inode;
    };
    std::vector<Line> lines;
    std::set<std::string> ours; // connections, by both addresses
    std::istringstream table(content("/proc/net/tcp"));
    std::string text;
    std::getline(table, text);
    while (std::getline(table, text)) {
        std::istringstream fields(text);
        std::string skipped;
        Line line;
        fields >> skipped >> line.local >> line.remote >> skipped >> line.queues >> skipped >>
            skipped >> skipped >> skipped >> line.inode;
        if (inodes.count(line.inode) != 0) {
            ours.insert(line.local + line.remote);
            ours.insert(line.remote + line.local);
        }
        lines.push_back(line);
    }
    std::uint64_t bytes = 0;
    for (const Line& line : lines) {
        // In the queue of a listener, who has no peer, are connections.
        if (ours.count(line.local + line.remote) != 0 && line.remote.find(":0000") == text.npos) {
            const std::size_t colon = line.queues.find(':');
            bytes += std::stoull(line.queues.substr(0, colon), nullptr, 16) +
                     std::stoull(line.queues.substr(colon + 1), nullptr, 16);
        }
    }
    return bytes;
}

struct Peak {
    Ran ran;
    std::uint64_t bytes = 0;
    int looks = 0;
};

Peak watch_once(const Words& arguments) {
    Child child = Child::start(Words{CAESURA_SEND_PROBE} + arguments);
    Peak peak;
    const std::string pid = std::to_string(child.pid());
    while (files::exists("/proc/" + pid + "/exe")) { // a process that has ended has none
        const auto inodes = sockets_of(pid);
        // The kernel's list is as long as other programs' connections are many, those that ended a
        // minute ago among them: to read it for nothing would be to miss a whole run.
        if (!inodes.empty()) {
            peak.bytes = std::max(peak.bytes, bytes_in(inodes));
            ++peak.looks;
        }
    }
    peak.ran = finish(child);
    return peak;
}

// A run may be over before anybody has looked; then once more.
Peak watch(const Words& arguments) {
    Peak peak;
    for (int tries = 0; tries < 50 && peak.looks == 0; ++tries) {
        peak = watch_once(arguments);
    }
    return peak;
}

bool can_look() {
    const bool can = files::exists("/proc/net/tcp") && files::exists("/proc/self/fd");

    if (!can) {
        MESSAGE("left out: this kernel does not list what lies in sockets");
    }
    return can;
}

} // namespace

TEST_CASE("no probe has more lying in its sockets than the total limit, seen from outside") {
    if (!can_look()) {
        return;
    }
    constexpr std::uint64_t limit = std::uint64_t{512} << 10;
    for (const Words& command : {Words{"sweep", "--write-size", "1000,64K,4M", "--settle", "0.02"},
                                 Words{"rearm", "--sndbuf", "unset,4M", "--settle", "0.02"},
                                 Words{"poll", "--settle", "0.02"},
                                 Words{"close", "--rounds", "3", "--exit-rounds", "2"}}) {
        CAPTURE(command.front());
        const Peak peak = watch(Words{"--total-limit", "512K"} + command);
        CHECK(peak.ran.exit == exited(0));
        CHECK(contains(peak.ran.output, "cut: total limit"));
        CHECK(peak.looks > 0);
        // The kernel lists them line by line: one look may see the end of a round and the next one.
        CHECK(peak.bytes <= 2 * 2 * limit);
    }
}

TEST_CASE("all that is hoarded counts, and the second client's own send with it") {
    if (!can_look()) {
        return;
    }
    const Peak peak = watch({"second", "--total-limit", "200M"});
    CHECK(peak.ran.exit == exited(0));
    CHECK(peak.looks > 0);
    CHECK(peak.bytes <= std::uint64_t{200} << 20);
    const Ran refused = run({CAESURA_SEND_PROBE, "second", "--total-limit", "8M"});
    CHECK(refused.exit == exited(0));
    CHECK(lines_with(lines_of(refused.output), "cut: total limit").size() == 6);
}
