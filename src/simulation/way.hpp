#pragma once

#include <caesura/time.hpp>

#include <caesura/simulation/link.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace caesura::simulation {

class Network;

/// Which way along a way.
enum class Heading : std::uint8_t { there, back };

/// Who has cut a way: each mends his own cut alone.
enum class CutBy : std::uint8_t { test = 1, fault = 2, power_failure = 4, quality = 8 };

/// The way between two machines, and what is under way while it is cut.
class Way {
public:
    /// Has `arrive` happen at the other end once so many bytes have gone there, and not before
    /// `last`, the time of arrival of what the same sender sent before; sets it. When the way is
    /// cut at that time, `held` is called instead, and `arrive` once it is mended.
    void carry(
        Network& network, Heading heading, std::uint64_t bytes, Instant& last,
        std::function<void()> arrive, std::function<void()> held = [] {});

    bool is_cut() const { return cuts_ != 0; }
    /// What is held meanwhile starts anew when nobody cuts it any more, in its order.
    void cut(Network& network, CutBy by, bool cut);

    const LinkQuality& quality() const { return quality_; }
    /// One that takes for ever is a cut.
    void set_quality(Network& network, const LinkQuality& quality);

    Duration extra_latency = Duration::zero(); // while a fault wants it

private:
    void release();
    /// How long a segment takes at least.
    Duration latency() const;

    LinkQuality quality_;
    std::uint8_t cuts_ = 0; // of CutBy
    std::array<Instant, 2> free_at_{};
    std::vector<std::function<void()>> held_;
};

} // namespace caesura::simulation
