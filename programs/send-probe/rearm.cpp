#include "send-probe/rearm.hpp"

#include "send-probe/fill.hpp"
#include "send-probe/reader.hpp"

#include <caesura/tcp.hpp>

#include <algorithm>

namespace caesura::probe {

namespace {

constexpr std::uint64_t steps = 64;
// Time for an acknowledgement, on a machine that has nothing else to do.
constexpr Duration step_takes = std::chrono::milliseconds(2);

struct Case {
    std::size_t write_size;
    LinkOptions link;
};

std::vector<Case> cases_of(const Settings& settings) {
    constexpr std::size_t write_sizes[] = {1000, 64 * 1024, 1024 * 1024};
    std::vector<std::optional<int>> buffers = settings.send_buffers;
    if (buffers == std::vector<std::optional<int>>{std::nullopt}) {
        buffers = {std::nullopt, 8192, 65536, 262144};
    }
    std::vector<std::size_t> budgets{0};
    if (settings.budget) {
        budgets.push_back(ConnectionOptions{}.unsent_limit);
    }
    std::vector<Case> cases;
    for (const std::size_t budget : budgets) {
        for (const auto& buffer : buffers) {
            for (const std::size_t size : write_sizes) {
                cases.push_back({size, {buffer, settings.receive_buffers.front(), budget}});
            }
        }
    }
    return cases;
}

Row key_of(const Case& one) {
    return {number(one.link.budget), text_of(one.link.send_buffer), number(one.write_size)};
}

Row observe(const Run& run, const Case& one, std::uint64_t total_limit) {
    const Settings& settings = run.settings;
    const Site site = run.grounds.site();
    Bench bench(site.system(), settings.poller, run.interruption);
    Channel link = make_channel(run.grounds, bench, one.link);
    const Duration round_trip = link.reader->round_trip();
    const FillLimits limits{total_limit, settings.most_calls, std::chrono::seconds(10)};
    const Fill filled = fill(bench, link.sender.get(), std::min(one.write_size, link.piece), limits,
                             settings.settle + round_trip);
    const auto step = static_cast<std::size_t>(std::max<std::uint64_t>(filled.bytes / steps, 1));
    Row row = key_of(one);
    row.insert(row.end(), {number(filled.bytes), number(step)});
    const Relief relief =
        link.reader->relieve(link.sender.get(), {step, step_takes + round_trip}, settings.patience);
    std::optional<std::uint64_t> read;
    std::optional<std::uint64_t> share;
    if (relief.after && filled.bytes > 0) {
        read = relief.read;
        share = relief.read * 100 / filled.bytes;
    }
    row.push_back(number(read));
    row.push_back(number(share));
    row.push_back(number(bench.sockets().unacknowledged(link.sender.get())));
    row.emplace_back(filled.end == FillEnd::blocked && filled.bytes > 0 && !relief.after
                         ? "no room after " + std::to_string(relief.read) + " bytes"
                         : filled.note());
    link.end();
    return row;
}

} // namespace

Table rearm(const Run& run) {
    Table table{"rearm",
                "how much is read of a full connection until its sender hears of room again",
                {{"budget", "B", Role::key},
                 {"sndbuf", "B", Role::key},
                 {"write", "B", Role::key},
                 {"taken", "B", Role::figure},
                 {"step", "B", Role::noisy},
                 {"read", "B", Role::noisy},
                 {"share", "% of taken", Role::noisy},
                 {"unacknowledged", "B", Role::noisy},
                 {"note", "", Role::text}},
                {}};
    const auto cases = cases_of(run.settings);
    const std::uint64_t total_limit = run.total_limit();
    for (const Case& one : cases) {
        run.progress(table.rows.size(), cases.size(),
                     "rearm: writes of " + std::to_string(one.write_size) + " bytes, sndbuf " +
                         text_of(one.link.send_buffer));
        try {
            table.rows.push_back(observe(run, one, total_limit));
        } catch (const BufferRefused& refusal) {
            table.rows.push_back(key_of(one));
            table.rows.back().resize(table.columns.size() - 1);
            table.rows.back().emplace_back(refusal.note());
        }
    }
    return table;
}

} // namespace caesura::probe
