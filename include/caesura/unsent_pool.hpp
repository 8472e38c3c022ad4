#pragma once

#include <atomic>
#include <cstdint>

namespace caesura {

/// What connections may earn together beyond the budgets that they begin with (see
/// ConnectionOptions::unsent_limit). Must outlive the connections that share it; they may belong to
/// several reactors in several threads. All calls may be made from any thread.
class UnsentPool {
public:
    /// What is enough for a thousand near readers, and bearable for a machine.
    static constexpr std::uint64_t usual_total = std::uint64_t{256} << 20;

    /// `total` in bytes; 0 = no bound.
    explicit UnsentPool(std::uint64_t total) : total_(total) {}
    UnsentPool(const UnsentPool&) = delete;
    UnsentPool& operator=(const UnsentPool&) = delete;

    /// False when that would be more than there is; then nothing was taken.
    bool take(std::uint64_t bytes);
    /// At most what was taken.
    void give_back(std::uint64_t bytes);
    /// How much is taken now.
    std::uint64_t taken() const { return taken_.load(std::memory_order_relaxed); }

private:
    const std::uint64_t total_;
    std::atomic<std::uint64_t> taken_ = 0;
};

/// The pool of all connections of this process that name no other, of the usual total. Lives for
/// ever.
UnsentPool& default_unsent_pool();

} // namespace caesura
