#include <caesura/unsent_pool.hpp>

#include <cassert>

namespace caesura {

bool UnsentPool::take(std::uint64_t bytes) {
    std::uint64_t before = taken_.load(std::memory_order_relaxed);
    do {
        if (total_ != 0 && (bytes > total_ || before > total_ - bytes)) {
            return false;
        }
    } while (!taken_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
    return true;
}

void UnsentPool::give_back(std::uint64_t bytes) {
    [[maybe_unused]] const std::uint64_t before =
        taken_.fetch_sub(bytes, std::memory_order_relaxed);
    assert(bytes <= before);
}

UnsentPool& default_unsent_pool() {
    // Never destroyed: the last connection may end after main has.
    static UnsentPool& pool = *new UnsentPool(UnsentPool::usual_total);
    return pool;
}

} // namespace caesura
