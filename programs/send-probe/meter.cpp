#include "send-probe/meter.hpp"

#include <array>

namespace caesura::probe {

namespace {

struct Kind {
    const char* name;
    std::optional<std::uint64_t> MemoryUse::*count;
};

constexpr std::array kinds = {
    Kind{"process_resident", &MemoryUse::resident}, Kind{"process_own", &MemoryUse::committed},
    Kind{"tcp_memory", &MemoryUse::tcp}, Kind{"kernel_pool", &MemoryUse::kernel_pool},
    Kind{"available", &MemoryUse::available}};

} // namespace

std::vector<Column> memory_columns() {
    std::vector<Column> columns;
    for (const Kind& kind : kinds) {
        columns.push_back({kind.name, "B moved", Role::noisy});
    }
    return columns;
}

Row memory_moved(const MemoryUse& before, const MemoryUse& after) {
    Row row;
    for (const Kind& kind : kinds) {
        const auto old = before.*kind.count;
        const auto now = after.*kind.count;
        row.push_back(number(old && now ? std::optional(static_cast<std::int64_t>(*now - *old))
                                        : std::nullopt));
    }
    return row;
}

} // namespace caesura::probe
