#include "send-probe/second.hpp"

#include "send-probe/reader.hpp"

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

// Connections that nobody reads, each with one huge send, until there is as much as may be.
std::uint64_t hoard(const Run& run, Bench& bench, std::uint64_t most, std::vector<Channel>& links) {
    constexpr std::size_t most_links = 64;
    std::uint64_t total = 0;
    while (links.size() < most_links && most - total >= huge_send) {
        Channel link = make_channel(run.grounds, bench);
        const auto taken = bench.send(link.sender.get(), huge_send);
        links.push_back(std::move(link));
        if (!taken) {
            break;
        }
        total += *taken;
    }
    return total;
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
                 {"native", "", Role::figure}},
                {}};
    const Site site = run.grounds.site();
    Bench bench(site.system(), run.settings.poller);
    bench.reserve(huge_send);
    std::vector<Channel> links;
    const std::uint64_t total = run.total_limit();
    for (const bool with_hoard : {false, true}) {
        run.progress(table.rows.size(), 2 * std::size(cases), "second: a second client");
        // As much again is for the second client's own huge send.
        const std::uint64_t most = total - std::min<std::uint64_t>(total, huge_send);
        const std::uint64_t hoarded = with_hoard ? hoard(run, bench, most, links) : 0;
        for (const Case& one : cases) {
            Row row{with_hoard ? "hoard" : "none", text_of(one.send_buffer), number(one.write_size),
                    number(hoarded)};
            // Where none may hoard there is nothing to see of what is said beside one who does.
            const bool has_room =
                one.write_size <= total - hoarded && (!with_hoard || most >= huge_send);
            Row seen = has_room ? observe(run, bench, one) : cut();
            row.insert(row.end(), seen.begin(), seen.end());
            table.rows.push_back(std::move(row));
        }
    }
    for (Channel& link : links) {
        link.end();
    }
    return table;
}

} // namespace caesura::probe
