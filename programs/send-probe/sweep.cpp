#include "send-probe/sweep.hpp"

#include "send-probe/fill.hpp"
#include "send-probe/meter.hpp"
#include "send-probe/reader.hpp"

#include <caesura/tcp.hpp>

#include <algorithm>

namespace caesura::probe {

namespace {

struct Case {
    std::uint64_t write_size;
    LinkOptions link;
};

std::vector<Case> cases_of(const Settings& settings) {
    std::vector<std::size_t> budgets{0};
    if (settings.budget) {
        budgets.push_back(ConnectionOptions{}.unsent_limit);
    }
    std::vector<Case> cases;
    for (const std::size_t budget : budgets) {
        for (const auto& receive_buffer : settings.receive_buffers) {
            for (const auto& send_buffer : settings.send_buffers) {
                for (const std::uint64_t size : settings.write_sizes) {
                    cases.push_back({size, {send_buffer, receive_buffer, budget}});
                }
            }
        }
    }
    return cases;
}

std::vector<Column> columns() {
    std::vector<Column> columns{
        {"budget", "B", Role::key},        {"sndbuf", "B", Role::key},
        {"rcvbuf", "B", Role::key},        {"reader", "", Role::key},
        {"write", "B", Role::key},         {"taken", "B", Role::figure},
        {"calls", "sends", Role::noisy},   {"first", "B", Role::figure},
        {"first_short", "B", Role::noisy}, {"first_block", "B", Role::noisy},
        {"cleared", "times", Role::noisy}, {"error", "", Role::text},
        {"native", "", Role::figure},      {"sndbuf_said", "B", Role::noisy},
        {"unsent", "B", Role::noisy},      {"unacknowledged", "B", Role::noisy},
        {"room_after", "us", Role::noisy}, {"room_after_read", "B", Role::noisy}};
    const std::vector<Column> memory = memory_columns();
    columns.insert(columns.end(), memory.begin(), memory.end());
    columns.push_back({"note", "", Role::text});
    return columns;
}

Value buffer(const std::optional<int>& size) {
    Value value = "unset";
    return size ? number(size) : value;
}

Row key_of(const Run& run, const Case& one) {
    return {number(one.link.budget), buffer(one.link.send_buffer), buffer(one.link.receive_buffer),
            reader_text(run.settings), number(one.write_size)};
}

Row observe(const Run& run, const Case& one, std::uint64_t total_limit) {
    const Settings& settings = run.settings;
    const Site site = run.grounds.site();
    Bench bench(site.system(), settings.poller, run.interruption);
    Channel link = make_channel(run.grounds, bench, one.link);
    // The sender's own buffer has to be there before memory is counted.
    const auto offered =
        static_cast<std::size_t>(std::min<std::uint64_t>(one.write_size, link.piece));
    bench.reserve(offered);
    if (run.onlooker != nullptr) {
        run.onlooker->join(bench, {link.sender.get(), link.reader->socket()});
    }
    const MemoryUse before = site.memory();
    const FillLimits limits{total_limit, settings.most_calls, std::chrono::seconds(10)};
    const Fill filled = fill(bench, link.sender.get(), offered, limits,
                             settings.settle + link.reader->round_trip());
    const MemoryUse after = site.memory();
    Sockets& sockets = bench.sockets();
    const auto said = sockets.option(link.sender.get(), SocketOption::send_buffer);
    const bool blocks = filled.end == FillEnd::blocked;
    const Failure& failure = filled.failure;
    Row row = key_of(run, one);
    row.insert(row.end(),
               {number(filled.bytes), number(filled.calls), number(filled.first),
                number(filled.first_short), number(filled.first_block_at), number(filled.cleared),
                std::string(failure ? name_of(failure.error) : ""),
                number(failure ? std::optional(failure.native) : std::nullopt),
                number(said ? std::optional(*said) : std::nullopt),
                number(sockets.unsent(link.sender.get())),
                number(sockets.unacknowledged(link.sender.get()))});
    Relief relief;
    if (blocks && settings.reader != ReaderKind::stalled) {
        relief = link.reader->relieve(link.sender.get(), pace_of(settings), settings.patience);
    }
    using std::chrono::microseconds;
    if (relief.after) {
        row.push_back(number(round_up<microseconds>(*relief.after, INT64_MAX)));
        row.push_back(number(relief.read));
    } else {
        row.resize(row.size() + 2);
    }
    const Row moved = memory_moved(before, after);
    row.insert(row.end(), moved.begin(), moved.end());
    row.emplace_back(filled.note());
    if (run.onlooker != nullptr) {
        run.onlooker->leave();
    }
    link.end();
    return row;
}

} // namespace

Pace pace_of(const Settings& settings) {
    constexpr std::uint64_t times = 100;
    if (settings.reader != ReaderKind::slow) {
        return {std::size_t{64} << 10, Duration::zero()};
    }
    const std::uint64_t portion = std::max<std::uint64_t>(settings.rate / times, 1);
    const std::chrono::duration<double> pause(static_cast<double>(portion) /
                                              static_cast<double>(settings.rate));
    return {static_cast<std::size_t>(portion), std::chrono::ceil<Duration>(pause)};
}

Table sweep(const Run& run) {
    Table table{"sweep",
                "what is taken of a sender whose reader does not read, until that would block",
                columns(),
                {}};
    const std::vector<Case> cases = cases_of(run.settings);
    const std::uint64_t total_limit = run.total_limit();
    for (const Case& one : cases) {
        run.progress(table.rows.size(), cases.size(),
                     "sweep: writes of " + std::to_string(one.write_size) + " bytes, sndbuf " +
                         text_of(one.link.send_buffer) +
                         (one.link.budget == 0 ? "" : ", with the budget"));
        try {
            table.rows.push_back(observe(run, one, total_limit));
        } catch (const BufferRefused& refusal) {
            table.rows.push_back(key_of(run, one));
            table.rows.back().resize(table.columns.size() - 1);
            table.rows.back().emplace_back(refusal.note());
        }
    }
    return table;
}

} // namespace caesura::probe
