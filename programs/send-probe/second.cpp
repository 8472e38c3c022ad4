#include "send-probe/second.hpp"

#include "send-probe/reader.hpp"
#include "send-probe/remote.hpp"
#include "send-probe/wire.hpp"

#include <caesura/host.hpp>

#include <algorithm>

namespace caesura::probe {

namespace {

constexpr std::size_t huge_send = std::size_t{64} << 20;

struct Case {
    std::size_t write_size;
    std::optional<int> send_buffer;
};

constexpr Case cases[] = {
    {100, std::nullopt}, {100, 65536}, {huge_send, std::nullopt}, {huge_send, 65536}};

// Why nothing more was hoarded.
enum class HoardEnd { total_limit, refused, sockets };

std::string_view name_of(HoardEnd end) {
    switch (end) {
    case HoardEnd::total_limit:
        return "total limit";
    case HoardEnd::refused:
        return "refused";
    case HoardEnd::sockets:
        break;
    }
    return "sockets";
}

struct Hoard {
    std::vector<Channel> links;
    std::uint64_t total = 0;
    HoardEnd end = HoardEnd::total_limit;
};

// Connections that there may be, with enough sockets kept back for whatever else is open.
std::size_t most_links(const Grounds& grounds) {
    constexpr std::size_t kept_back = 64;
    constexpr std::size_t kept_back_there = 16;
    if (grounds.remote() != nullptr) {
        return wire::most_links - kept_back_there;
    }
    const std::size_t sockets =
        grounds.is_simulated() ? grounds.preset().most_sockets : this_host().most_sockets();
    return (sockets - std::min(sockets, kept_back)) / 2;
}

// Short of memory Linux refuses nothing: it takes so little that going on would end nowhere, and be
// at the expense of every other program's connections (tcp(7), tcp_mem).
bool is_refusal(const Result<std::size_t>& taken, std::uint64_t on_average) {
    constexpr std::uint64_t hardly_anything = 16; // a sixteenth
    return !taken || *taken < on_average / hardly_anything;
}

// Connections that nobody reads, each with one huge send, until there is as much as may be.
Hoard hoard(const Run& run, Bench& bench, std::uint64_t most) {
    const std::size_t links = most_links(run.grounds);
    Hoard hoard;
    std::uint64_t on_average = 0;
    while (most - hoard.total >= huge_send) {
        if (hoard.links.size() >= links) {
            hoard.end = HoardEnd::sockets;
            break;
        }
        hoard.links.push_back(make_channel(run.grounds, bench));
        const auto taken = bench.send(hoard.links.back().sender.get(), huge_send);
        hoard.total += taken ? *taken : 0;
        if (is_refusal(taken, on_average)) {
            hoard.end = HoardEnd::refused;
            break;
        }
        on_average = hoard.total / hoard.links.size();
    }
    return hoard;
}

Row cut() {
    return {Value(), "cut: total limit", Value()};
}

// What it took, and what was said.
Row observe(const Run& run, Bench& bench, const Case& one) {
    Channel link = make_channel(run.grounds, bench, {one.send_buffer, std::nullopt, 0});
    const auto taken = bench.send(link.sender.get(), one.write_size);
    link.end();
    const Failure failure = taken.failure();
    return {number(taken ? *taken : 0), std::string(failure ? name_of(failure.error) : ""),
            number(failure ? std::optional(failure.native) : std::nullopt)};
}

} // namespace

Table second(const Run& run) {
    Table table{"second",
                "what a second client's first send meets while others have much hoarded for them",
                {{"hoard", "", Role::key},
                 {"sndbuf", "B", Role::key},
                 {"write", "B", Role::key},
                 {"hoarded", "B", Role::noisy},
                 {"taken", "B", Role::figure},
                 {"error", "", Role::text},
                 {"native", "", Role::figure},
                 {"hoard_ended", "", Role::noisy}},
                {}};
    const Site site = run.grounds.site();
    Bench bench(site.system(), run.settings.poller, run.interruption);
    bench.reserve(huge_send);
    Hoard others;
    // A machine whose TCP memory is used up serves nobody: who wants that says so.
    constexpr std::uint64_t harmless = std::uint64_t{512} << 20;
    const std::uint64_t total =
        run.settings.total_limit ? run.total_limit() : std::min(run.total_limit(), harmless);
    for (const bool with_hoard : {false, true}) {
        run.progress(table.rows.size(), 2 * std::size(cases), "second: a second client");
        // As much again is for the second client's own huge send.
        const std::uint64_t most = total - std::min<std::uint64_t>(total, huge_send);
        if (with_hoard) {
            others = hoard(run, bench, most);
        }
        for (const Case& one : cases) {
            Row row{with_hoard ? "hoard" : "none", text_of(one.send_buffer), number(one.write_size),
                    number(others.total)};
            // Where none may hoard there is nothing to see of what is said beside one who does.
            const bool has_room =
                one.write_size <= total - others.total && (!with_hoard || most >= huge_send);
            Row seen = has_room ? observe(run, bench, one) : cut();
            row.insert(row.end(), seen.begin(), seen.end());
            row.emplace_back(std::string(with_hoard ? name_of(others.end) : ""));
            table.rows.push_back(std::move(row));
        }
    }
    for (Channel& link : others.links) {
        link.end();
    }
    return table;
}

} // namespace caesura::probe
