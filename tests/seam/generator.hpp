#pragma once

#include <cstdint>

namespace caesura::testing {

/// Random numbers that are the same on every system: SplitMix64 (Steele, Lea and Flood, 2014).
class Generator {
public:
    explicit Generator(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// One of 0 to `count` - 1, for a small `count` that is not 0.
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

private:
    std::uint64_t state_;
};

} // namespace caesura::testing
